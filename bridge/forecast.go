package bridge

import (
	"time"

	"vitals2mqtt/sensors"
)

// Estimate is how many requests an endpoint will take.
type Estimate struct {
	Endpoint sensors.Endpoint `json:"endpoint"`
	Requests int              `json:"requests"`
}

// tokenRefresh names the requests that refresh the access token.
const tokenRefresh sensors.Endpoint = "v2/oauth2/requesttoken" //nolint:gosec // a name, no token

// tokenLifetime is how long an access token is used: three hours less five
// minutes.
const tokenLifetime = 175 * time.Minute

// Forecast estimates the requests of a profile between two times on ordinary
// days: every response fits on one page, there is one night a day, and nothing
// fails. It uses the same table of endpoints as the loop.
func Forecast(profile Profile, from, to time.Time) []Estimate {
	var estimates []Estimate
	wanted := map[sensors.Endpoint]bool{}
	for _, endpoint := range endpointsOf(profile) {
		wanted[endpoint] = true
	}
	polls := pollsBetween(profile.Schedule, from, to)
	days := int((to.Sub(from) + 12*time.Hour) / (24 * time.Hour))
	for _, s := range endpoints() {
		if !wanted[s.name] || s.fetch == nil {
			continue
		}
		estimate := Estimate{Endpoint: s.name}
		last := time.Time{}
		for _, poll := range polls {
			if s.isDueAt(last, poll) {
				estimate.Requests, last = estimate.Requests+1, poll
			}
		}
		if s.dependent {
			estimate.Requests = days // one night each
		}
		if s.reread != nil && len(polls) > 0 {
			estimate.Requests += days
		}
		estimates = append(estimates, estimate)
	}
	return append(estimates, Estimate{Endpoint: tokenRefresh, Requests: int(to.Sub(from) / tokenLifetime)})
}

// pollsBetween lists the polls of a schedule between two times.
func pollsBetween(schedule Schedule, from, to time.Time) []time.Time {
	var polls []time.Time
	for at := schedule.Next(from.Add(-time.Second)); at.Before(to); at = schedule.Next(at) {
		polls = append(polls, at)
		if len(polls) > 24*60*60 {
			break // more than a poll every second
		}
	}
	return polls
}
