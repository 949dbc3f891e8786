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
func (h *daemon) overview() web.Overview {
	health, broker := h.bridge.Health(), h.broker.Status()
	shown := web.Overview{
		Broker: withoutCredentials(h.config.MQTT.URL), BrokerConnected: broker.Connected, BrokerRefused: broker.NotAuthorized, BrokerError: broker.LastError,
		RequestsMinute: health.RequestsLastMinute, Requests: health.Requests, Notifications: h.push.stats(), Alive: true, Zone: time.Local,
	}
	for _, p := range health.Problems {
		shown.Problems = append(shown.Problems, web.Problem{Code: p.Code, Text: p.Text, Remedy: p.Remedy, Since: p.Since})
	}
	if _, err := h.embeddedBrokerError(); err != nil {
		shown.Alive = false
	}
	zones := zones{}
	for _, p := range h.config.Withings.Profiles {
		entry := profileStatus(p, health.Profiles[p.Slug])
		entry.SignedIn = h.signIn.LastSignIn(p.Slug)
		shown.Alive = shown.Alive && !entry.Overdue
		profile := profileOf(h.config, &p)
		for _, reading := range sortByCatalogue(h.bridge.Readings(p.Slug)) {
			row, _ := profile.Row(reading.Key)
			zone := zones.load(reading.Zone, profile.Zone)
			entry.Values = append(entry.Values, web.Value{
				Key: reading.Key, Name: cmp.Or(row.Name, reading.Key), Text: reading.Value.String(), Unit: row.Unit,
				Shown:      web.FormatValue(row, reading.Value, p.Units, zone),
				MeasuredAt: reading.MeasuredAt, Device: reading.Model, Zone: zone,
			})
		}
		shown.Profiles = append(shown.Profiles, entry)
	}
	return shown
}

// profileStatus is how a profile fares.
func profileStatus(p config.Profile, state bridge.ProfileHealth) web.Profile {
	profile := web.Profile{
		Slug: p.Slug, Name: p.Name, State: state.Status, SignInNeeded: state.SignInNeeded,
		LastSync: parseTime(state.LastSync), NextPoll: parseTime(state.NextPoll), HeldBack: state.HeldBack,
	}
	profile.Overdue = isOverdue(profile.NextPoll)
	if push := state.Push; push != nil {
		profile.Push = &web.Push{
			Healthy: push.Healthy, Problem: push.Problem, LastNotification: parseTime(push.LastNotification),
			Lag: push.Lag, MissedSince: push.Missed,
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state.Problems)) {
		if _, listed := state.Endpoints[name]; !listed { // those have a table of their own
			profile.Faults = append(profile.Faults, web.StorageFault{Name: name, Text: state.Problems[name]})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state.Endpoints)) {
		endpoint := state.Endpoints[name]
		profile.Endpoints = append(profile.Endpoints, web.Endpoint{
			Name: name, LastSuccess: parseTime(endpoint.LastSuccess), LastError: endpoint.Error, Class: endpoint.Class,
			Since: parseTime(endpoint.Since),
		})
	}
	return profile
}

// zones are the time zones of readings by name, so that each is loaded once.
type zones map[string]*time.Location

// load returns the zone of a name, or the other one when nobody knows it.
func (z zones) load(name string, fallback *time.Location) *time.Location {
	if name == "" {
		return fallback
	}
	zone, known := z[name]
	if !known {
		var err error
		if zone, err = time.LoadLocation(name); err != nil {
			zone = fallback
		}
		z[name] = zone
	}
	return zone
}

// overdueAfter is how late a poll may be before something must be wrong with this
// program: a cloud that hangs is given up long before.
const overdueAfter = 15 * time.Minute

func isOverdue(next time.Time) bool { return !next.IsZero() && time.Since(next) > overdueAfter }

// sortByCatalogue puts readings into the order of the catalogue, which is the one that
// people look for things in.
func sortByCatalogue(readings []sensors.Reading) []sensors.Reading {
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

// parseTime reads back what the health report prints; the zero time for nothing.
func parseTime(stamp string) time.Time {
	at, err := time.Parse(time.RFC3339, stamp)
	if err != nil {
		return time.Time{}
	}
	return at
}

// withoutCredentials is an address without user and password.
func withoutCredentials(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	parsed.User = nil
	return parsed.String()
}
