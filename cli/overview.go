package cli

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// overview turns what the bridge knows into what the page judges and shows.
func (h *house) overview() web.Overview {
	health, broker := h.bridge.Health(), h.broker.Status()
	shown := web.Overview{
		Broker: masked(h.config.MQTT.URL), BrokerConnected: broker.Connected, BrokerRefused: broker.NotAuthorized, BrokerError: broker.LastError,
		RequestsMinute: health.Minute, Requests: health.Requests, Notifications: h.postbox.counted(), Alive: true, Zone: time.Local,
	}
	for _, p := range health.Problems {
		shown.Problems = append(shown.Problems, web.Problem{Code: p.Code, Text: p.Text, Remedy: p.Remedy, Since: p.Since})
	}
	if _, err := h.insideFailing(); err != nil {
		shown.Alive = false
	}
	zones := zones{}
	for _, p := range h.config.Withings.Profiles {
		person := personOf(p, health.Profiles[p.Slug])
		person.SignedIn = h.desk.SignedIn(p.Slug)
		shown.Alive = shown.Alive && !person.Overdue
		profile := profileOf(h.config, &p)
		for _, reading := range inOrder(h.bridge.Readings(p.Slug)) {
			row, _ := profile.Row(reading.Key)
			zone := zones.find(reading.Zone, profile.Zone)
			person.Values = append(person.Values, web.Value{
				Key: reading.Key, Name: cmp.Or(row.Name, reading.Key), Text: reading.Value.String(), Unit: row.Unit,
				Shown:      web.Text(row, reading.Value, p.Units, zone),
				MeasuredAt: reading.MeasuredAt, Device: reading.Model, Zone: zone,
			})
		}
		shown.People = append(shown.People, person)
	}
	return shown
}

// personOf is how a profile fares.
func personOf(p config.Profile, state bridge.ProfileHealth) web.Person {
	person := web.Person{
		Slug: p.Slug, Name: p.Name, State: state.Status, SignInNeeded: state.SignInNeeded,
		LastSync: moment(state.LastSync), NextPoll: moment(state.NextPoll), HeldBack: state.HeldBack,
	}
	person.Overdue = overdue(person.NextPoll)
	if push := state.Push; push != nil {
		person.Push = &web.Push{
			Healthy: push.Healthy, Problem: push.Problem, LastNotification: moment(push.LastNotification),
			Lag: push.Lag, Unheard: push.Unheard,
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state.Problems)) {
		if _, listed := state.Endpoints[name]; !listed { // those have a table of their own
			person.Faults = append(person.Faults, web.Fault{Name: name, Text: state.Problems[name]})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state.Endpoints)) {
		endpoint := state.Endpoints[name]
		person.Endpoints = append(person.Endpoints, web.Endpoint{
			Name: name, LastSuccess: moment(endpoint.LastSuccess), LastError: endpoint.Error, Class: endpoint.Class,
			Since: moment(endpoint.Since),
		})
	}
	return person
}

// zones are the time zones of readings by name, so that each is loaded once.
type zones map[string]*time.Location

// find returns the zone of a name, or the other one when nobody knows it.
func (z zones) find(name string, other *time.Location) *time.Location {
	if name == "" {
		return other
	}
	zone, known := z[name]
	if !known {
		var err error
		if zone, err = time.LoadLocation(name); err != nil {
			zone = other
		}
		z[name] = zone
	}
	return zone
}

// stuckAfter is how late a poll may be before something must be wrong with this
// program: a cloud that hangs is given up long before.
const stuckAfter = 15 * time.Minute

func overdue(next time.Time) bool { return !next.IsZero() && time.Since(next) > stuckAfter }

// inOrder puts readings into the order of the catalogue, which is the one that
// people look for things in.
func inOrder(readings []sensors.Reading) []sensors.Reading {
	place := map[string]int{}
	for i, row := range sensors.Catalogue() {
		place[row.Key] = i + 1
	}
	slices.SortStableFunc(readings, func(a, b sensors.Reading) int {
		// Measure types without a row have no place: they come last.
		return cmp.Compare(uint(place[a.Key]-1), uint(place[b.Key]-1))
	})
	return readings
}

// moment reads back what the health report prints; the zero time for nothing.
func moment(stamp string) time.Time {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return time.Time{}
	}
	return at
}

// masked is an address without user and password.
func masked(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	parsed.User = nil
	return parsed.String()
}
