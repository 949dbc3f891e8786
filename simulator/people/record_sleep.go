// SPDX-License-Identifier: MIT

package people

import (
	"strings"
	"time"
)

// BedEvent is a person lying down on a mat or getting up. The cloud only
// notifies it, and does not store it.
type BedEvent struct {
	At     time.Time
	Out    bool
	Device string
}

// TakeBedEvents returns the bed events since the last call.
func (a *Account) TakeBedEvents() []BedEvent {
	events := a.Records.bedEvents
	a.Records.bedEvents = nil
	return events
}

// Night adds a night of the mat that ends at a moment.
func (r *Recorder) Night(person string, end time.Time) int64 {
	return r.store.addSleep(person, end, nightCycles, func(*Account) sleepSource { return Mat }).ID
}

// Nap adds a nap of the mat that ends at a moment.
func (r *Recorder) Nap(person string, end time.Time) int64 {
	return r.store.addSleep(person, end, 1, func(*Account) sleepSource { return Mat }).ID
}

func (s *Store) addSleep(person string, end time.Time, cycles int, source func(a *Account) sleepSource) (n *Night) {
	s.update(person, func(a *Account, now time.Time) {
		n = a.newNight(s.nextIDLocked(a, end), end, cycles, source(a))
		n.Created = later(end, now).Unix()
		n.modified = n.Created
		a.Nights = append(a.Nights, n)
	})
	return n
}

// BedIn notifies that the person lies down on a mat, now or in the future. The
// mat is named by its device id or its model; "" is the person's first.
func (r *Recorder) BedIn(person string, at time.Time, mat string) {
	r.store.addBedEvent(person, at, mat, false)
}

// BedOut notifies that the person gets up; see BedIn.
func (r *Recorder) BedOut(person string, at time.Time, mat string) {
	r.store.addBedEvent(person, at, mat, true)
}

func (s *Store) addBedEvent(person string, at time.Time, mat string, out bool) {
	s.update(person, func(a *Account, now time.Time) {
		a.Records.bedEvents = append(a.Records.bedEvents, BedEvent{At: at, Out: out, Device: a.findMat(mat, now)})
	})
}

// findMat returns the id of one of the person's mats.
func (a *Account) findMat(name string, now time.Time) (id string) {
	var models []string
	for _, d := range a.listedDevices(now.Unix()) {
		if d.product.class != classSleep {
			continue
		}
		if name == "" || d.id == name || strings.EqualFold(d.product.name, name) {
			return d.id
		}
		models = append(models, d.product.name)
	}
	if len(models) == 0 {
		Invalidf("%s has no sleep mat", a.Name)
	}
	Invalidf("no sleep mat %q; known mats: %s", name, strings.Join(models, ", "))
	return ""
}
