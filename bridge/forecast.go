// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"
)

// tokenLifetime is how long an access token is used: three hours less five
// minutes.
const tokenLifetime = 175 * time.Minute

// Forecast estimates the requests of a profile between two times on ordinary
// days: every response fits on one page, there is one night a day, and nothing
// fails. It uses the same tables and decisions as the loop.
func Forecast(profile Profile, from, to time.Time) []Estimate {
	return forecast(profile, from, to, false)
}

// ForecastWithPush is Forecast while notifications are reliable: polls on the
// relaxed schedule, if there is one, and in addition the fetches that the
// notifications of typical days cause.
func ForecastWithPush(profile Profile, from, to time.Time) []Estimate {
	return forecast(profile, from, to, true)
}

func forecast(profile Profile, from, to time.Time, push bool) []Estimate {
	relaxed := push && profile.RelaxedSchedule != nil
	if relaxed {
		profile.Schedule = profile.RelaxedSchedule
	}
	s := newSimulation(profile, relaxed)
	polls, events := pollsBetween(profile.Schedule, from, to), eventsBetween(from, to)
	for len(polls)+len(events) > 0 {
		if len(polls) == 0 || len(events) > 0 && !events[0].at.After(polls[0]) {
			s.upload(events[0])
			if push {
				s.notify(events[0])
			}
			events = events[1:]
			continue
		}
		s.poll(polls[0])
		polls = polls[1:]
	}
	for midnight := from; midnight.Add(12 * time.Hour).Before(to); midnight = midnight.Add(24 * time.Hour) {
		s.daily(midnight)
	}
	for at := from.Add(tokenLifetime); !at.After(to); at = at.Add(tokenLifetime) {
		s.token.count(at)
	}
	return s.estimates()
}

// eventsBetween lists the uploads of typical days between two times.
func eventsBetween(from, to time.Time) []event {
	var events []event
	year, month, day := from.Date()
	for d := 0; ; d++ {
		midnight := time.Date(year, month, day+d, 0, 0, 0, 0, from.Location())
		if !midnight.Before(to) {
			break
		}
		for _, e := range typicalDay() {
			if at := midnight.Add(e.at); !at.Before(from) && at.Before(to) {
				events = append(events, event{e, at})
			}
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	return events
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
