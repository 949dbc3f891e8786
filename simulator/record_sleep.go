package simulator

import (
	"strings"
	"time"
)

// bedEvent is that a mat notices somebody lying down or getting up. The cloud
// does not store it: it is only notified.
type bedEvent struct {
	at     time.Time
	out    bool
	device string
}

// takeBedEvents returns the bed events since the last call.
func (a *account) takeBedEvents() []bedEvent {
	events := a.records.bedEvents
	a.records.bedEvents = nil
	return events
}

// Night adds a night of the mat that ends at a moment.
func (r *Recorder) Night(person string, end time.Time) int64 {
	return r.addSleep(person, end, nightCycles, func(*account) sleepSource { return mat }).id
}

// Nap adds a nap of the mat that ends at a moment.
func (r *Recorder) Nap(person string, end time.Time) int64 {
	return r.addSleep(person, end, 1, func(*account) sleepSource { return mat }).id
}

func (r *Recorder) addSleep(person string, end time.Time, cycles int, source func(a *account) sleepSource) (n *night) {
	r.store.update(person, func(a *account, now time.Time) {
		n = a.newNight(r.store.nextIDLocked(a, end), end, cycles, source(a))
		n.created = later(end, now).Unix()
		n.modified = n.created
		a.nights = append(a.nights, n)
	})
	return n
}

// BedIn notifies that the person lies down on a mat, now or in the future. The
// mat is named by its device id or its model; "" is the person's first.
func (r *Recorder) BedIn(person string, at time.Time, mat string) {
	r.addBedEvent(person, at, mat, false)
}

// BedOut notifies that the person gets up; see BedIn.
func (r *Recorder) BedOut(person string, at time.Time, mat string) {
	r.addBedEvent(person, at, mat, true)
}

func (r *Recorder) addBedEvent(person string, at time.Time, mat string, out bool) {
	r.store.update(person, func(a *account, now time.Time) {
		a.records.bedEvents = append(a.records.bedEvents, bedEvent{at: at, out: out, device: a.findMat(mat, now)})
	})
}

// findMat returns the id of one of the person's mats.
func (a *account) findMat(name string, now time.Time) (id string) {
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
