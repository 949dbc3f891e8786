package bridge

import (
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// absenceConfirmDelay is how long after a response that lacks something another one
// must lack it too before it is removed: what the cloud omits by mistake would be
// cleared from the broker, and entities with their names and history be removed.
// It is an hour; an hourly poll may come a little sooner.
const absenceConfirmDelay = time.Hour - intervalSlack

// confirmAbsenceLocked records that something was not listed, and reports whether
// it is gone. A record in the future was made with a wrong clock. p.mu must be
// held.
func (p *poller) confirmAbsenceLocked(what string, now time.Time) bool {
	first, known := p.state.AbsentSince[what]
	if known && !first.After(now) {
		return now.Sub(first) >= absenceConfirmDelay
	}
	p.state.AbsentSince[what], p.dirty = now, true
	return false
}

// clearAbsenceLocked records that something is listed, or was removed. p.mu must be
// held.
func (p *poller) clearAbsenceLocked(what string) {
	if _, known := p.state.AbsentSince[what]; known {
		delete(p.state.AbsentSince, what)
		p.dirty = true
	}
}

// needsConfirmationLocked reports whether a response that would remove everything of
// an endpoint must be confirmed by another one. p.mu must be held.
func (p *poller) needsConfirmationLocked(endpoint sensors.Endpoint, now time.Time) bool {
	first, known := p.state.AbsentSince[string(endpoint)]
	return !known || first.After(now) || now.Sub(first) < absenceConfirmDelay
}

// updateAbsenceLocked records whether a complete response was rejected. Then the
// recent past is read again as soon as that can be confirmed. p.mu must be held.
func (p *poller) updateAbsenceLocked(endpoint sensors.Endpoint, update sensors.Update, now time.Time) {
	switch {
	case update.RejectedEmpty:
		p.confirmAbsenceLocked(string(endpoint), now)
	case update.Complete:
		p.clearAbsenceLocked(string(endpoint))
	}
}

// rereadDueLocked is when the recent past of an endpoint is read again whole after
// the last time. p.mu must be held.
func (p *poller) rereadDueLocked(endpoint sensors.Endpoint, last time.Time) time.Time {
	if first, rejected := p.state.AbsentSince[string(endpoint)]; rejected {
		return first.Add(absenceConfirmDelay)
	}
	return last.Add(rereadEvery)
}

// mergeDevicesLocked returns the devices of a response, and those that it lacks and
// that are not gone yet, sorted by id. p.mu must be held.
func (p *poller) mergeDevicesLocked(listed []sensors.Device, now time.Time) []sensors.Device {
	devices := slices.Clone(listed)
	for _, former := range p.state.Devices {
		if containsDevice(listed, former.ID) || p.confirmAbsenceLocked(former.ID, now) {
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
