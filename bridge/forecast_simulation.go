// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// Estimate is how many requests an endpoint will take.
type Estimate struct {
	Endpoint sensors.Endpoint `json:"endpoint"`
	Requests int              `json:"requests"`
	// Hours are the requests by hour of the day.
	Hours [24]int `json:"by_hour"`
}

func (e *Estimate) count(at time.Time) {
	e.Requests++
	e.Hours[at.Hour()]++
}

// tokenRefresh names the requests that refresh the access token.
const tokenRefresh sensors.Endpoint = "v2/oauth2/requesttoken" //nolint:gosec // a name, no token

// event is a typicalEvent of a day.
type event struct {
	typicalEvent
	at time.Time
}

// simulation counts the requests of a profile without making any.
type simulation struct {
	relaxed   bool
	adaptive  adaptivePlan
	devices   []sensors.Device
	endpoints []simulatedEndpoint
	token     Estimate
}

// simulatedEndpoint is an endpoint that the profile needs.
type simulatedEndpoint struct {
	endpoint
	Estimate
	last    time.Time // the last fetch
	hasNews bool
	hinted  time.Time // an announced fetch that has to wait
}

func newSimulation(profile Profile, relaxed bool) *simulation {
	s := &simulation{
		relaxed:  relaxed,
		adaptive: newAdaptivePlan(profile.adapts()),
		token:    Estimate{Endpoint: tokenRefresh},
	}
	needed := endpointsOf(profile)
	for _, e := range endpoints() {
		if e.fetch != nil && slices.Contains(needed, e.name) {
			s.endpoints = append(s.endpoints, simulatedEndpoint{endpoint: e, Estimate: Estimate{Endpoint: e.name}})
		}
	}
	for _, e := range typicalDay() {
		if !slices.ContainsFunc(s.devices, func(d sensors.Device) bool { return d.Type == e.device }) {
			s.devices = append(s.devices, sensors.Device{ID: e.device, Type: e.device, LastSession: 1})
		}
	}
	return s
}

// upload notes what a device uploads.
func (s *simulation) upload(up event) {
	for i := range s.devices {
		if s.devices[i].Type == up.device {
			s.devices[i].LastSession = up.at.Unix()
		}
	}
	for i := range s.endpoints {
		e := &s.endpoints[i]
		e.hasNews = e.hasNews || slices.Contains(up.news, e.name)
	}
}

// notify fetches what the notification of an upload announces.
func (s *simulation) notify(up event) {
	for i := range s.endpoints {
		e := &s.endpoints[i]
		if slices.Contains(e.categories, up.category) {
			e.hinted = laterOf(up.at, e.last.Add(backoffFor(e.name, false, s.relaxed, time.Hour).minInterval))
		}
	}
	s.fetchHinted(up.at)
}

// fetchHinted makes the announced fetches that are due.
func (s *simulation) fetchHinted(now time.Time) {
	for i := range s.endpoints {
		if e := &s.endpoints[i]; !e.hinted.IsZero() && !e.hinted.After(now) {
			s.fetch(e, e.hinted)
		}
	}
}

// poll makes the fetches of a scheduled poll, in the steps of a round.
func (s *simulation) poll(now time.Time) {
	s.fetchHinted(now)
	s.adaptive.startPoll(now)
	adaptive := s.adaptive.enabled && !s.fetchedAt(sensors.EndpointDevices).IsZero() // the first round fetches everything
	for step := range stepsOfRound {
		if adaptive {
			s.adaptive.observe(s.devices, s.fetchedAt(sensors.EndpointDevices), counter{}, s.fetchedAt)
		}
		for i := range s.endpoints {
			e := &s.endpoints[i]
			switch {
			case !e.isIn(step, adaptive), e.dependent, e.last.Equal(now):
			case adaptive && s.adaptive.isDue(e.endpoint, e.last, now), !adaptive && e.isDueAt(e.last, now):
				s.fetch(e, now)
			}
		}
	}
}

func (s *simulation) fetchedAt(name sensors.Endpoint) time.Time {
	for i := range s.endpoints {
		if s.endpoints[i].name == name {
			return s.endpoints[i].last
		}
	}
	return time.Time{}
}

func (s *simulation) fetch(e *simulatedEndpoint, now time.Time) {
	e.count(now)
	e.last, e.hinted = now, time.Time{}
	s.adaptive.startFetch(e.name)
	if e.hasNews {
		s.adaptive.finishFetch(e.name, now)
		e.hasNews = false
	}
}

// daily counts what a day takes once: the recent past is read again, and all of
// a night.
func (s *simulation) daily(at time.Time) {
	for i := range s.endpoints {
		e := &s.endpoints[i]
		if e.dependent || e.reread != nil && e.Requests > 0 {
			e.count(at)
		}
	}
}

func (s *simulation) estimates() []Estimate {
	var list []Estimate
	for i := range s.endpoints {
		list = append(list, s.endpoints[i].Estimate)
	}
	return append(list, s.token)
}
