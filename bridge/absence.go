package bridge

import (
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// absenceConfirmDelay is how long after an answer without something another one must lack it
// too, before it is believed to be gone: what the cloud omits by mistake would be
// cleared from the broker, and entities with their names and history be removed. It
// is an hour; an hourly poll may come a little sooner.
const absenceConfirmDelay = time.Hour - intervalSlack

// confirmAbsenceLocked notes that something was not listed, and reports whether that is believed.
// A first look in the future is that of a clock that was wrong. p.mu must be held.
func (p *poller) confirmAbsenceLocked(what string, now time.Time) bool {
	first, known := p.state.AbsentSince[what]
	if known && !first.After(now) {
		return now.Sub(first) >= absenceConfirmDelay
	}
	p.state.AbsentSince[what], p.dirty = now, true
	return false
}

// clearAbsenceLocked notes that something is listed, or that its absence was believed. p.mu must
// be held.
func (p *poller) clearAbsenceLocked(what string) {
	if _, known := p.state.AbsentSince[what]; known {
		delete(p.state.AbsentSince, what)
		p.dirty = true
	}
}

// needsConfirmationLocked reports whether an answer that would take away all that an endpoint knows is
// not to be believed yet. It changes nothing. p.mu must be held.
func (p *poller) needsConfirmationLocked(endpoint sensors.Endpoint, now time.Time) bool {
	first, known := p.state.AbsentSince[string(endpoint)]
	return !known || first.After(now) || now.Sub(first) < absenceConfirmDelay
}

// updateAbsenceLocked notes whether an answer that counts as a whole was doubted. Then the
// range that is read again once a day is read again as soon as it can be believed.
// p.mu must be held.
func (p *poller) updateAbsenceLocked(endpoint sensors.Endpoint, update sensors.Update, now time.Time) {
	switch {
	case update.RejectedEmpty:
		p.confirmAbsenceLocked(string(endpoint), now)
	case update.Complete:
		p.clearAbsenceLocked(string(endpoint))
	}
}

// rereadDueLocked is when the recent past of an endpoint is to be read again whole, after
// it was read at a moment. p.mu must be held.
func (p *poller) rereadDueLocked(endpoint sensors.Endpoint, last time.Time) time.Time {
	if first, doubted := p.state.AbsentSince[string(endpoint)]; doubted {
		return first.Add(absenceConfirmDelay)
	}
	return last.Add(rereadEvery)
}

// mergeDevicesLocked are the devices of an answer, and those that it lacks and that are
// not believed to be gone yet, sorted by id. p.mu must be held.
func (p *poller) mergeDevicesLocked(answer []sensors.Device, now time.Time) []sensors.Device {
	devices := slices.Clone(answer)
	for _, former := range p.state.Devices {
		if containsDevice(answer, former.ID) || p.confirmAbsenceLocked(former.ID, now) {
			p.clearAbsenceLocked(former.ID)
		} else {
			devices = append(devices, former)
		}
	}
	slices.SortFunc(devices, func(a, b sensors.Device) int { return strings.Compare(a.ID, b.ID) })
	return devices
}

func containsDevice(devices []sensors.Device, id string) bool {
	return slices.ContainsFunc(devices, func(d sensors.Device) bool { return d.ID == id })
}
