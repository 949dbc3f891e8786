package daemon

import (
	"maps"
	"slices"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/push"
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
	health, broker := s.bridge.Health(), s.broker.client.Status()
	_, acceptErr := s.broker.acceptError()
	shown := web.Overview{
		Broker:          WithoutCredentials(s.config.MQTT.URL),
		BrokerConnected: broker.Connected,
		BrokerRefused:   broker.NotAuthorized,
		BrokerError:     broker.LastError,
		RequestsMinute:  health.RequestsLastMinute,
		Requests:        health.Requests,
		Notifications:   notificationStats(s.listener),
		Alive:           acceptErr == nil,
		Zone:            time.Local,
	}
	for _, p := range health.Problems {
		shown.Problems = append(shown.Problems, web.Problem{
			Code:   p.Code,
			Text:   p.Text,
			Remedy: p.Remedy,
			Since:  p.Since,
		})
	}
	zones := zones{}
	for _, p := range s.config.Withings.Profiles {
		entry := profileStatus(p, health.Profiles[p.Slug])
		entry.SignedIn = s.signIn.LastSignIn(p.Slug)
		entry.Values = zones.values(s.config, &p, s.bridge.Readings(p.Slug))
		shown.Alive = shown.Alive && !entry.Overdue
		shown.Profiles = append(shown.Profiles, entry)
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
		Overdue:      isOverdue(state.NextPoll),
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
	for _, name := range slices.Sorted(maps.Keys(state.Problems)) {
		if _, listed := state.Endpoints[name]; !listed { // endpoints have a table of their own
			profile.Faults = append(profile.Faults, web.StorageFault{Name: name, Text: state.Problems[name]})
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

// overdueAfter is how late a poll may be before the program itself must hang:
// requests to an API that hangs time out long before.
const overdueAfter = 15 * time.Minute

func isOverdue(next time.Time) bool { return !next.IsZero() && time.Since(next) > overdueAfter }
