package cli

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// overview turns what the bridge knows into what the page shows.
func (h *house) overview() web.Overview {
	health, broker := h.bridge.Health(), h.broker.Status()
	shown := web.Overview{
		Broker: masked(h.config.MQTT.URL), BrokerConnected: broker.Connected, RequestsMinute: health.Minute, Healthy: true,
		Requests: health.Requests, Notifications: h.postbox.counted(),
	}
	for _, p := range h.config.Withings.Profiles {
		state := health.Profiles[p.Slug]
		person := web.Person{
			Slug: p.Slug, Name: p.Name, State: state.Status, SignInNeeded: state.SignInNeeded,
			LastSync: moment(state.LastSync), NextPoll: moment(state.NextPoll), SignedIn: h.desk.SignedIn(p.Slug),
			HeldBack: state.HeldBack,
		}
		if push := state.Push; push != nil {
			person.Push = &web.Push{
				Healthy: push.Healthy, Problem: push.Problem, LastNotification: moment(push.LastNotification),
				Lag: push.Lag, Unheard: push.Unheard,
			}
		}
		var problems []string
		if state.SignInNeeded {
			person.State = "sign-in needed"
			problems = append(problems, "Sign in below, or run: vitals2mqtt login "+p.Slug)
		}
		if overdue(person.NextPoll) {
			shown.Healthy = false
			problems = append(problems, "the last poll has not come back; the log may say why")
		}
		for _, name := range slices.Sorted(maps.Keys(state.Problems)) {
			if _, listed := state.Endpoints[name]; !listed { // those have a table of their own
				problems = append(problems, name+": "+state.Problems[name])
			}
		}
		person.Problem = strings.Join(problems, "; ")
		for _, name := range slices.Sorted(maps.Keys(state.Endpoints)) {
			endpoint := state.Endpoints[name]
			person.Endpoints = append(person.Endpoints, web.Endpoint{
				Name: name, LastSuccess: moment(endpoint.LastSuccess), LastError: endpoint.Error,
			})
		}
		for _, reading := range inOrder(h.bridge.Readings(p.Slug)) {
			row, _ := sensors.Lookup(reading.Key)
			person.Values = append(person.Values, web.Value{
				Key: reading.Key, Name: row.Name, Text: reading.Value.String(), Unit: row.Unit,
				MeasuredAt: reading.MeasuredAt, Device: reading.Model,
			})
		}
		shown.People = append(shown.People, person)
	}
	return shown
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
