// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

const (
	// scoringTime is how long the cloud goes on computing a night.
	scoringTime = 75 * time.Minute
	// distrustTime is how long an endpoint is fetched in every poll after it had
	// data that the list of devices did not announce.
	distrustTime = 24 * time.Hour
	// deviceClockSkew is how far the clock of a device may be ahead.
	deviceClockSkew = 10 * time.Minute
)

// adaptivePlan finds the endpoints that may have news. It has no lock.
type adaptivePlan struct {
	enabled bool
	// looks says that the current poll looks for news, polledAt when it began.
	looks    bool
	polledAt time.Time
	// listedAt is when the list of devices was requested that was observed last,
	// sessions are the last sessions in it by device id, in unix seconds.
	listedAt time.Time
	sessions map[string]int64
	// announced are the endpoints that have news, and in how many polls they are
	// fetched for it. silent are those that may have some without an announcement,
	// each with the others that have news then.
	announced map[sensors.Endpoint]int
	silent    map[sensors.Endpoint][]sensors.Endpoint
	// newsAt is when the last fetch of an endpoint began that had news.
	newsAt map[sensors.Endpoint]time.Time
	// computing is the end of the newest night that the cloud was still computing,
	// scoredUntil is until when that may take.
	computing   int64
	scoredUntil time.Time
	// suspects are records that no session has announced so far, distrusted the
	// endpoints that had one, and until when they are.
	suspects   []unannounced
	distrusted map[sensors.Endpoint]time.Time
}

// unannounced is a record that is newer than the last session of its device.
type unannounced struct {
	endpoint sensors.Endpoint
	device   string
	at       int64
	foundAt  time.Time
}

// counter is what counts the steps of a profile today.
type counter struct {
	tracker bool // a tracker does
	program bool // a phone or another program does, or may
}

func newAdaptivePlan(enabled bool) adaptivePlan {
	return adaptivePlan{
		enabled:    enabled,
		sessions:   map[string]int64{},
		announced:  map[sensors.Endpoint]int{},
		silent:     map[sensors.Endpoint][]sensors.Endpoint{},
		newsAt:     map[sensors.Endpoint]time.Time{},
		distrusted: map[sensors.Endpoint]time.Time{},
	}
}

// startPoll decides whether a scheduled poll looks for news: at most one in a
// row does not.
func (a *adaptivePlan) startPoll(now time.Time) {
	a.looks = !a.looks || now.Sub(a.polledAt) >= pollsApart-intervalSlack
	a.polledAt = now
}

// isDue reports whether an endpoint is due in a scheduled poll, given when the
// round of its last success started.
func (a *adaptivePlan) isDue(e endpoint, last, now time.Time) bool {
	switch {
	case e.name == sensors.EndpointDevices:
		return a.looks && (len(a.sessions) > 0 || e.isDueAt(last, now))
	case e.dependent, a.announced[e.name] > 0, now.Before(a.distrusted[e.name]):
		return e.isDueAt(last, now)
	case a.looks && (a.isSilent(e.name) || e.name == sensors.EndpointNights && now.Before(a.scoredUntil)):
		return e.isDueAt(last, now)
	}
	return !now.Before(last.Add(e.safety - intervalSlack))
}

// observe notes the sessions of a list of devices, and returns the endpoints
// that it failed to announce. fetchedAt tells when the last successful fetch of
// an endpoint began.
func (a *adaptivePlan) observe(
	devices []sensors.Device, listedAt time.Time, counts counter, fetchedAt func(sensors.Endpoint) time.Time,
) (missed []sensors.Endpoint) {
	if listedAt.Equal(a.listedAt) {
		return nil
	}
	before := a.listedAt
	a.listedAt = listedAt
	clear(a.silent)
	for _, d := range devices {
		fed := feedsOf(d.Type)
		switch d.LastSession {
		case 0:
			delete(a.sessions, d.ID)
			a.silent[fed[0]] = append(a.silent[fed[0]], fed[1:]...)
			continue
		case a.sessions[d.ID]:
			continue
		}
		a.sessions[d.ID] = d.LastSession
		if before.IsZero() {
			continue // at the start, everything is fetched beside the first list
		}
		// The session was after the list before, whatever our clock says.
		known := laterOf(before, time.Unix(d.LastSession-1, 0))
		for i, e := range fed {
			hinted := a.newsAt[e].After(known) || a.newsAt[fed[0]].After(known)
			if hinted && fetchedAt(e).After(known) {
				continue // a notification was faster
			}
			a.announced[e] = max(a.announced[e], 1)
			if i == 0 && d.Type != activityTracker {
				a.announced[e] = 2 // some values of a weigh-in arrive minutes later
			}
		}
	}
	if counts.program && !counts.tracker {
		a.silent[sensors.EndpointActivity] = append(a.silent[sensors.EndpointActivity], sensors.EndpointWorkouts)
	}
	return a.checkSuspects(listedAt)
}

// checkSuspects distrusts the endpoints with records that a later list of
// devices still does not announce, and returns those that were trusted so far.
func (a *adaptivePlan) checkSuspects(listedAt time.Time) (missed []sensors.Endpoint) {
	a.suspects = slices.DeleteFunc(a.suspects, func(s unannounced) bool {
		if !listedAt.After(s.foundAt) {
			return false
		}
		if s.at > a.sessions[s.device] {
			if !listedAt.Before(a.distrusted[s.endpoint]) {
				missed = append(missed, s.endpoint)
			}
			a.distrusted[s.endpoint] = listedAt.Add(distrustTime)
		}
		return true
	})
	return missed
}

// startFetch notes that an endpoint is being fetched: what was announced so far
// will be known. After a failure, it is due anyway.
func (a *adaptivePlan) startFetch(e sensors.Endpoint) { a.announced[e] = max(a.announced[e]-1, 0) }

// finishFetch notes that a fetch had news: the stages of a night come with it,
// and the rest of what a device without sessions has uploaded.
func (a *adaptivePlan) finishFetch(e sensors.Endpoint, began time.Time) {
	a.newsAt[e] = began
	if e == sensors.EndpointNights {
		a.announced[sensors.EndpointStages] = 1
	}
	for _, other := range a.silent[e] {
		a.announced[other] = 1
	}
}

// isSilent reports whether an endpoint may have news without an announcement.
func (a *adaptivePlan) isSilent(e sensors.Endpoint) bool {
	_, silent := a.silent[e]
	return silent
}

// seen is what a response has that may contradict the sessions of devices, or
// change without one.
type seen struct {
	newest    map[string]int64 // when the newest record of each device was measured, by the cloud's id of the device
	computing int64            // the end of the newest night that the cloud is still computing
}

func summarize(records []sensors.Record) seen {
	s := seen{newest: map[string]int64{}}
	for i := range records {
		r := &records[i]
		s.newest[r.Device] = max(s.newest[r.Device], r.At)
		if r.Pending {
			s.computing = max(s.computing, r.At)
		}
	}
	return s
}

// note notes the devices with a record that is newer than their last session,
// and a night that will change.
func (a *adaptivePlan) note(e sensors.Endpoint, s seen, now time.Time) {
	if s.computing > a.computing { // its stages may be there before it counts as a night
		a.computing, a.scoredUntil = s.computing, now.Add(scoringTime)
		a.announced[sensors.EndpointStages] = 1
	}
	for cloudID, at := range s.newest {
		id := sensors.DeviceID(cloudID)
		session, listed := a.sessions[id]
		if at -= int64(deviceClockSkew / time.Second); listed && at > session {
			a.suspects = append(a.suspects, unannounced{endpoint: e, device: id, at: at, foundAt: now})
		}
	}
}
