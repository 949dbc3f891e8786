package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// Polling says which endpoints a scheduled poll fetches; "" is PollEverything.
type Polling string

// The ways to poll.
const (
	// PollEverything fetches all endpoints, some at an interval of their own.
	PollEverything Polling = "everything"
	// PollAdaptive fetches the list of devices, and then the endpoints that may
	// have news.
	PollAdaptive Polling = "adaptive"
)

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

// adapts reports whether adaptive polling saves requests: with a single
// endpoint, asking for the devices first would cost as much.
func (p Profile) adapts() bool {
	if p.Polling != PollAdaptive {
		return false
	}
	needed := neededEndpoints(p)
	count := 0
	for _, e := range endpoints() {
		if e.fetch != nil && e.every < pollsApart && !e.dependent && slices.Contains(needed, e.name) {
			count++
		}
	}
	return count > 1
}

// pollsApart is how rare the polls must be for each of them to look for news;
// of more frequent polls, every other one does.
const pollsApart = 10 * time.Minute
