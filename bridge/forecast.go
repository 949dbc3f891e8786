package bridge

import (
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
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

// notificationsPerDay is how many notifications of a category arrive on an
// ordinary day of a user who measures the body in the morning and the blood
// pressure twice, and wears a watch that syncs every half hour while awake.
func notificationsPerDay(category withings.Category) int {
	return map[withings.Category]int{
		withings.CategoryWeight:   1,
		withings.CategorySleep:    1,
		withings.CategoryECG:      1,
		withings.CategoryHRV:      1,
		withings.CategoryPressure: 2,
		withings.CategoryActivity: 32,
	}[category]
}

// NotificationsPerDay is how many notifications ForecastWithPush assumes on a
// day for the categories that a profile needs.
func NotificationsPerDay(profile Profile) int {
	sum := 0
	for _, category := range Categories(profile) {
		sum += notificationsPerDay(category)
	}
	return sum
}

// ForecastWithPush is Forecast while notifications are reliable: polls on the
// relaxed schedule, if there is one, and in addition one fetch of the endpoints
// that each notification announces.
func ForecastWithPush(profile Profile, from, to time.Time) []Estimate {
	if profile.RelaxedSchedule != nil {
		profile.Schedule = profile.RelaxedSchedule
	}
	estimates := Forecast(profile, from, to)
	days := int((to.Sub(from) + 12*time.Hour) / (24 * time.Hour))
	for i := range estimates {
		for _, e := range endpoints() {
			if e.name != estimates[i].Endpoint {
				continue
			}
			for _, category := range e.categories {
				estimates[i].Requests += days * notificationsPerDay(category)
			}
		}
	}
	return estimates
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
