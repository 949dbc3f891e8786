// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// endpoint is one row of the table that drives polling, hints, the request
// budget, reasons and subscriptions. Its scope is endpoint.name.Scope().
type endpoint struct {
	name sensors.Endpoint
	// every is the least time between two fetches; 0 is every poll.
	every time.Duration
	// safety is the most time between two fetches in adaptive polling, for what no
	// device announces: manual entries, edits, and what the cloud computes.
	safety time.Duration
	// categories are the notifications that announce new data.
	categories []withings.Category
	// dependent marks an endpoint that is fetched after the others, and only if
	// their data requires it.
	dependent bool
	// fetch fetches new data; nil if only notifications deliver it.
	fetch fetchFunc
	// history fetches everything once, beside the polls; nil if fetch does.
	history fetchFunc
	// reread fetches the recent past in full; nil if fetch already does.
	reread fetchFunc
}

// endpoints is the table of endpoints. Devices and goals change rarely, and
// heart records are taken by hand; these have an interval of their own.
func endpoints() []endpoint {
	return []endpoint{
		{
			name:   sensors.EndpointMeasures,
			safety: time.Hour,
			categories: []withings.Category{
				withings.CategoryWeight, withings.CategoryTemperature, withings.CategoryPressure, withings.CategoryECG,
				withings.CategoryGlucose, withings.CategoryUrine,
			},
			fetch:   measurePages().fetch,
			history: measurePages().history,
			reread:  measurePages().reread,
		},
		{
			name:       sensors.EndpointNights,
			safety:     4 * time.Hour,
			categories: []withings.Category{withings.CategorySleep},
			fetch:      nightPages().fetch,
			history:    nightPages().history,
			reread:     nightPages().reread,
		},
		{
			name:       sensors.EndpointStages,
			safety:     12 * time.Hour,
			categories: []withings.Category{withings.CategorySleep},
			fetch:      fetchStages,
		},
		{name: sensors.EndpointSeries, fetch: fetchSeries, dependent: true},
		{
			name:       sensors.EndpointActivity,
			safety:     4 * time.Hour,
			categories: []withings.Category{withings.CategoryActivity},
			fetch:      dayPages().fetch,
			history:    dayPages().history,
			reread:     dayPages().reread,
		},
		{
			name:       sensors.EndpointIntraday,
			safety:     12 * time.Hour,
			categories: []withings.Category{withings.CategoryActivity, withings.CategoryHRV},
			fetch:      fetchIntraday,
		},
		{
			name:       sensors.EndpointWorkouts,
			safety:     4 * time.Hour,
			categories: []withings.Category{withings.CategoryActivity},
			fetch:      workoutPages().fetch,
			history:    workoutPages().history,
			reread:     workoutPages().reread,
		},
		{
			name:       sensors.EndpointHeart,
			safety:     12 * time.Hour,
			every:      15 * time.Minute,
			categories: []withings.Category{withings.CategoryECG},
			fetch:      heartPages().fetch,
			history:    heartPages().history,
		},
		{
			name:       sensors.EndpointStetho,
			safety:     12 * time.Hour,
			every:      time.Hour,
			categories: []withings.Category{withings.CategoryStethoscope},
			fetch:      soundPages().fetch,
			history:    soundPages().history,
		},
		{name: sensors.EndpointDevices, every: time.Hour, fetch: fetchDevices},
		{name: sensors.EndpointGoals, every: time.Hour, safety: 12 * time.Hour, fetch: fetchGoals},
		{name: sensors.EndpointEvents, categories: []withings.Category{withings.CategoryBedIn, withings.CategoryBedOut}},
	}
}

// isDueAt reports whether an endpoint is due, given when it was last fetched.
func (e endpoint) isDueAt(last, now time.Time) bool {
	return !now.Before(last.Add(e.every - intervalSlack))
}

// endpointsForCategory returns the endpoints whose data a notification of this
// category announces; nil, which means all, for an unknown category.
func endpointsForCategory(category withings.Category) []sensors.Endpoint {
	var names []sensors.Endpoint
	for _, e := range endpoints() {
		if slices.Contains(e.categories, category) {
			names = append(names, e.name)
		}
	}
	return names
}
