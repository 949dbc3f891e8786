// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"slices"

	"vitals2mqtt/withings"
)

// Endpoint is a service of the cloud that readings come from.
type Endpoint string

// The endpoints, named as the cloud's service and action.
const (
	EndpointMeasures Endpoint = "measure/getmeas"
	EndpointNights   Endpoint = "v2/sleep/getsummary"
	EndpointStages   Endpoint = "v2/sleep/get"
	// EndpointSeries is the same service, called once after each night.
	EndpointSeries   Endpoint = "v2/sleep/get series"
	EndpointActivity Endpoint = "v2/measure/getactivity"
	EndpointIntraday Endpoint = "v2/measure/getintradayactivity"
	EndpointWorkouts Endpoint = "v2/measure/getworkouts"
	EndpointHeart    Endpoint = "v2/heart/list"
	EndpointStetho   Endpoint = "v2/stetho/list"
	EndpointDevices  Endpoint = "v2/user/getdevice"
	EndpointGoals    Endpoint = "v2/user/getgoals"
	// EndpointEvents is not called: mats report by notifications that the user got
	// into bed or out of it.
	EndpointEvents Endpoint = "notify"
)

// endpointScope is the scope of an endpoint.
type endpointScope struct {
	endpoint Endpoint
	scope    string
}

// endpointScopes lists the endpoints in the order in which they are fetched:
// devices and goals first, because other values depend on them.
func endpointScopes() []endpointScope {
	return []endpointScope{
		{EndpointDevices, withings.ScopeInfo},
		{EndpointGoals, withings.ScopeInfo},
		{EndpointMeasures, withings.ScopeMetrics},
		{EndpointHeart, withings.ScopeMetrics},
		{EndpointStetho, withings.ScopeMetrics},
		{EndpointNights, withings.ScopeActivity},
		{EndpointStages, withings.ScopeActivity},
		{EndpointSeries, withings.ScopeActivity},
		{EndpointActivity, withings.ScopeActivity},
		{EndpointIntraday, withings.ScopeActivity},
		{EndpointWorkouts, withings.ScopeActivity},
		{EndpointEvents, withings.ScopeSleepEvents},
	}
}

// Catalogue returns all rows in the order in which the documentation lists
// them. The slice is the caller's own.
func Catalogue() []Sensor {
	rows := slices.Concat(
		bodyRows(), electricRows(), segmentRows(), urineRows(),
		from(EndpointNights, sleepRows()), from(EndpointNights, asleepRows()),
		from(EndpointActivity, activityRows()), from(EndpointIntraday, intradayRows()),
		from(EndpointWorkouts, workoutRows()), from(EndpointGoals, goalRows()), heartRows(),
		from(EndpointMeasures, derivedRows()), bridgeRows(), from(EndpointDevices, deviceRows()), ownRows(),
	)
	for i := range rows {
		rows[i].setDefaults()
	}
	return rows
}

// from sets the endpoint of the rows that name none.
func from(endpoint Endpoint, rows []Sensor) []Sensor {
	for i := range rows {
		rows[i].Endpoint = cmp.Or(rows[i].Endpoint, endpoint)
	}
	return rows
}

// Scope is the scope that the endpoint needs.
func (e Endpoint) Scope() string {
	for _, s := range endpointScopes() {
		if s.endpoint == e {
			return s.scope
		}
	}
	return ""
}

// extraEndpoints are the endpoints that a key depends on besides its own.
func extraEndpoints(key string) []Endpoint {
	switch key {
	case keyRhythm:
		return []Endpoint{EndpointHeart}
	case keyValves:
		return []Endpoint{EndpointHeart}
	case keyToGoal:
		return []Endpoint{EndpointGoals}
	case keyRMSSD, keySDNN:
		return []Endpoint{EndpointNights}
	}
	return nil
}

// EndpointsOf returns the endpoints that a key needs, its own first; none for a
// key that is unknown or comes from no endpoint.
func EndpointsOf(key string) []Endpoint {
	row, ok := Lookup(key)
	if !ok || row.Endpoint == "" {
		return nil
	}
	return append([]Endpoint{row.Endpoint}, extraEndpoints(row.Key)...)
}

// Endpoints returns the endpoints that these keys need, each once, in the order
// in which they are fetched. Unknown keys need none.
func Endpoints(keys []string) []Endpoint {
	need := map[Endpoint]bool{}
	for _, key := range keys {
		for _, endpoint := range EndpointsOf(key) {
			need[endpoint] = true
		}
	}
	var list []Endpoint
	for _, s := range endpointScopes() {
		if need[s.endpoint] {
			list = append(list, s.endpoint)
		}
	}
	return slices.Clip(list)
}
