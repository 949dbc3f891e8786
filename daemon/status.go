package daemon

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/health"
	"vitals2mqtt/push"
	"vitals2mqtt/sensors"
	"vitals2mqtt/signin"
	"vitals2mqtt/web"
)

// status is what the daemon reports about itself.
type status struct {
	config   *config.Config
	bridge   *bridge.Bridge
	broker   brokerHealth
	listener *push.Listener // nil without notifications
	signIn   *signin.Service
}

// overview returns what the page shows.
func (s *status) overview() web.Overview {
	verdict, broker := s.bridge.Verdict(), s.broker.client.Status()
	report := s.bridge.HealthOf(verdict)
	_, acceptErr := s.broker.acceptError()
	shown := web.Overview{
		Broker:          WithoutCredentials(s.config.MQTT.URL),
		BrokerConnected: broker.Connected,
		Verdict:         verdict,
		RequestsMinute:  report.RequestsLastMinute,
		Requests:        report.Requests,
		Notifications:   notificationStats(s.listener),
		Alive:           acceptErr == nil && !verdict.Has(health.CodePollOverdue),
		Zone:            time.Local,
	}
	zones := zones{}
	for _, p := range s.config.Withings.Profiles {
		entry := profileStatus(p, report.Profiles[p.Slug])
		entry.SignedIn = s.signIn.LastSignIn(p.Slug)
		entry.Values = s.values(p, zones)
		shown.Profiles = append(shown.Profiles, entry)
	}
	return shown
}

// values returns the current readings of a profile in the order of the
// catalogue.
func (s *status) values(p config.Profile, zones zones) (shown []web.Value) {
	profile := Profile(s.config, &p)
	for _, reading := range sortByCatalogue(s.bridge.Readings(p.Slug)) {
		row, _ := profile.Row(reading.Key)
		zone := zones.load(reading.Zone, profile.Zone)
		shown = append(shown, web.Value{
			Key:        reading.Key,
			Name:       cmp.Or(row.Name, reading.Key),
			Text:       reading.Value.String(),
			Unit:       row.Unit,
			Shown:      web.FormatValue(row, reading.Value, p.Units, zone),
			MeasuredAt: reading.MeasuredAt,
			Device:     reading.Model,
			Zone:       zone,
		})
	}
	return shown
}

// profileStatus turns the bridge's report about a profile into what the page
// shows.
func profileStatus(p config.Profile, state bridge.ProfileHealth) web.Profile {
	profile := web.Profile{
		Slug:         p.Slug,
		Name:         p.Name,
		State:        state.Status,
		SignInNeeded: state.SignInNeeded,
		LastSync:     state.LastSync,
		NextPoll:     state.NextPoll,
		HeldBack:     state.HeldBack,
	}
	if report := state.Push; report != nil {
		profile.Push = &web.Push{
			Healthy:          report.Healthy,
			Problem:          report.Problem,
			LastNotification: report.LastNotification,
			Lag:              report.Lag,
			MissedSince:      report.Missed,
		}
	}
	for _, name := range slices.Sorted(maps.Keys(state.Endpoints)) {
		endpoint := state.Endpoints[name]
		profile.Endpoints = append(profile.Endpoints, web.Endpoint{
			Name:        name,
			LastSuccess: endpoint.LastSuccess,
			LastError:   endpoint.Error,
			Class:       endpoint.Class,
			Since:       endpoint.Since,
		})
	}
	return profile
}

// zones caches the time zones of readings by name.
type zones map[string]*time.Location

// load returns the zone of a name, or fallback when it is unknown.
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

// sortByCatalogue sorts readings by their place in the catalogue.
func sortByCatalogue(readings []sensors.Reading) []sensors.Reading {
	place := map[string]int{}
	for i, row := range sensors.Catalogue() {
		place[row.Key] = i + 1
	}
	slices.SortStableFunc(readings, func(a, b sensors.Reading) int {
		// Measure types without a row wrap around to the end.
		return cmp.Compare(uint(place[a.Key]-1), uint(place[b.Key]-1))
	})
	return readings
}
