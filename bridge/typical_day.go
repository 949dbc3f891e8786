// SPDX-License-Identifier: MIT

package bridge

import (
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// typicalEvent is an upload on an ordinary day: the device, the notification,
// and the endpoints that have news then.
type typicalEvent struct {
	at       time.Duration // since midnight
	device   string        // its type
	category withings.Category
	news     []sensors.Endpoint
}

// typicalDay is an ordinary day of a user who measures the body in the morning
// and the blood pressure twice, and wears a watch that syncs every half hour
// while awake and records a night and an electrocardiogram.
func typicalDay() []typicalEvent {
	const scale, cuff, watch = "Scale", "Blood Pressure Monitor", activityTracker
	measures := []sensors.Endpoint{sensors.EndpointMeasures}
	at := func(hour, minute int) time.Duration {
		return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	}
	day := []typicalEvent{
		{at(7, 3), watch, withings.CategorySleep, []sensors.Endpoint{sensors.EndpointNights, sensors.EndpointStages}},
		{at(7, 3), watch, withings.CategoryHRV, []sensors.Endpoint{sensors.EndpointIntraday}},
		{at(7, 11), scale, withings.CategoryWeight, measures},
		{at(7, 22), cuff, withings.CategoryPressure, measures},
		{at(12, 3), watch, withings.CategoryECG, []sensors.Endpoint{sensors.EndpointHeart, sensors.EndpointMeasures}},
		{at(21, 22), cuff, withings.CategoryPressure, measures},
	}
	for sync := range watchSyncs {
		day = append(day, typicalEvent{
			at:       at(7, 3) + time.Duration(sync)*30*time.Minute,
			device:   watch,
			category: withings.CategoryActivity,
			news:     []sensors.Endpoint{sensors.EndpointActivity, sensors.EndpointIntraday},
		})
	}
	return day
}

// watchSyncs is how often the watch of a typical day syncs.
const watchSyncs = 32

// NotificationsPerDay is how many notifications a forecast assumes on a day for
// the categories that a profile needs.
func NotificationsPerDay(profile Profile) int {
	sum := 0
	for _, category := range Categories(profile) {
		for _, event := range typicalDay() {
			if event.category == category {
				sum++
			}
		}
	}
	return sum
}
