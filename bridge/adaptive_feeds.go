// SPDX-License-Identifier: MIT

package bridge

import "vitals2mqtt/sensors"

// feed is what a type of device feeds. The first endpoint has news in every
// session: its news announces the others, if the device has no sessions.
type feed struct {
	deviceType string
	endpoints  []sensors.Endpoint
}

// activityTracker is the type of watches, which upload all day.
const activityTracker = "Activity Tracker"

// feeds is the table of device types. A type that is not in it may feed
// anything. Stages are not in it, because they follow nights.
func feeds() []feed {
	return []feed{
		{"Scale", []sensors.Endpoint{sensors.EndpointMeasures, sensors.EndpointHeart}},
		{"Blood Pressure Monitor", []sensors.Endpoint{
			sensors.EndpointMeasures, sensors.EndpointHeart, sensors.EndpointStetho,
		}},
		{"Smart Connected Thermometer", []sensors.Endpoint{
			sensors.EndpointMeasures, sensors.EndpointHeart, sensors.EndpointStetho,
		}},
		{"Sleep Monitor", []sensors.Endpoint{sensors.EndpointNights, sensors.EndpointMeasures}},
		{activityTracker, []sensors.Endpoint{
			sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts, sensors.EndpointNights,
			sensors.EndpointHeart, sensors.EndpointMeasures,
		}},
	}
}

// feedsOf lists the endpoints that a type of device feeds.
func feedsOf(deviceType string) []sensors.Endpoint {
	for _, f := range feeds() {
		if f.deviceType == deviceType {
			return f.endpoints
		}
	}
	return []sensors.Endpoint{
		sensors.EndpointMeasures, sensors.EndpointNights, sensors.EndpointActivity, sensors.EndpointIntraday,
		sensors.EndpointWorkouts, sensors.EndpointHeart, sensors.EndpointStetho,
	}
}
