// SPDX-License-Identifier: MIT

package daemon

import (
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
	changes  *web.Changes
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
		RequestsHour:    report.RequestsLastHour,
		RequestsBusiest: report.RequestsBusiest,
		Requests:        report.Requests,
		Notifications:   notificationStats(s.listener),
		Alive:           acceptErr == nil && !verdict.Has(health.CodePollOverdue),
		Zone:            time.Local,
	}
	zones := zones{}
	for _, p := range s.config.Withings.Profiles {
		entry := profileStatus(p, report.Profiles[p.Slug])
		entry.SignedIn = s.signIn.LastSignIn(p.Slug)
		entry.Devices = shownDevices(s.bridge.Devices(p.Slug))
		entry.Units, entry.Zone = p.Units, s.zoneOf(p.Slug)
		entry.Values = zones.values(s.config, &p, s.bridge.Readings(p.Slug))
		entry.Missing = missingValues(report.Profiles[p.Slug].Missing, entry.Values)
		shown.Profiles = append(shown.Profiles, entry)
	}
	return shown
}

// zoneOf returns the time zone of a profile's newest reading, else the host's.
func (s *status) zoneOf(slug string) *time.Location {
	var newest sensors.Reading
	for _, reading := range s.bridge.Readings(slug) {
		if reading.Zone != "" && reading.MeasuredAt.After(newest.MeasuredAt) {
			newest = reading
		}
	}
	return zones{}.load(newest.Zone, time.Local)
}

// shownDevices are devices as the page shows them.
func shownDevices(devices []sensors.Device) (shown []web.Device) {
	for _, device := range devices {
		entry := web.Device{Model: device.Model, Battery: device.Battery}
		if device.LastSession != 0 {
			entry.LastSession = time.Unix(device.LastSession, 0)
		}
		shown = append(shown, entry)
	}
	return shown
}

// missingValues lists the keys without a value, in the order of the catalogue.
// What has got a value since the report is left out.
func missingValues(byReason map[bridge.Reason][]string, values []web.Value) (missing []web.Missing) {
	reasons := map[string]bridge.Reason{}
	for reason, keys := range byReason {
		for _, key := range keys {
			reasons[key] = reason
		}
	}
	for _, value := range values {
		delete(reasons, value.Key)
	}
	for _, row := range sensors.Catalogue() {
		if reason, found := reasons[row.Key]; found {
			missing = append(missing, web.Missing{Row: row, Reason: string(reason)})
		}
	}
	return missing
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
		LateSeconds:  state.LateSeconds,
		HeldBack:     state.HeldBack,
		HistoryRead:  state.HistoryRead,
		History:      historyStates(state.History),
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

			EveryPollUntil: endpoint.EveryPollUntil,
		})
	}
	return profile
}
