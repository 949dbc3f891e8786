// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// absenceConfirmDelay is how long something must be missing from responses
// before it counts as gone. If one faulty response were enough, its topics
// would be cleared, and its entities removed with their names and history. It
// is an hour, less the slack of an hourly poll.
const absenceConfirmDelay = time.Hour - intervalSlack

// absences records since when something that the cloud used to list is missing:
// a device by its id, all data of an endpoint by the endpoint's name.
type absences map[string]time.Time

// isConfirmed reports whether something has been missing for long enough to
// count as gone. A time in the future comes from a clock that was wrong.
func (a absences) isConfirmed(what string, now time.Time) bool {
	first, known := a[what]
	return known && !first.After(now) && now.Sub(first) >= absenceConfirmDelay
}

// start records that something is missing, and reports whether that is new.
func (a absences) start(what string, now time.Time) bool {
	if first, known := a[what]; known && !first.After(now) {
		return false
	}
	a[what] = now
	return true
}

// end removes an absence, because the thing is listed again or counts as gone,
// and reports whether there was one.
func (a absences) end(what string) bool {
	_, known := a[what]
	delete(a, what)
	return known
}

// update starts or ends the absence of an endpoint's data after a response, and
// reports whether that changed anything.
func (a absences) update(endpoint sensors.Endpoint, update sensors.Update, now time.Time) bool {
	switch {
	case update.Rejected:
		return a.start(string(endpoint), now)
	case update.Complete:
		return a.end(string(endpoint))
	}
	return false
}

// rereadDue is when the recent past of an endpoint is next reread in full: as
// soon as an empty response can be confirmed, otherwise rereadEvery after last.
func (a absences) rereadDue(endpoint sensors.Endpoint, last time.Time) time.Time {
	if first, absent := a[string(endpoint)]; absent {
		return first.Add(absenceConfirmDelay)
	}
	return last.Add(rereadEvery)
}

// mergeDevices returns the devices of a response, and the known ones that are
// missing from it but do not count as gone yet, sorted by id.
func (a absences) mergeDevices(known, listed []sensors.Device, now time.Time) []sensors.Device {
	devices := slices.Clone(listed)
	for _, former := range known {
		switch {
		case containsDevice(listed, former.ID), a.isConfirmed(former.ID, now):
			a.end(former.ID)
		default:
			a.start(former.ID, now)
			devices = append(devices, former)
		}
	}
	slices.SortFunc(devices, func(a, b sensors.Device) int { return strings.Compare(a.ID, b.ID) })
	return devices
}

// asReceivedBefore returns devices of which those that have not changed were
// received when they were first: adaptive polling lists them in each poll, and
// that alone is nothing to publish.
func asReceivedBefore(listed, known []sensors.Device) []sensors.Device {
	listed = slices.Clone(listed)
	for i, device := range listed {
		at := slices.IndexFunc(known, func(d sensors.Device) bool { return d.ID == device.ID })
		if at < 0 {
			continue
		}
		device.Received = known[at].Received
		if device == known[at] {
			listed[i] = device
		}
	}
	return listed
}

func containsDevice(devices []sensors.Device, id string) bool {
	return slices.ContainsFunc(devices, func(d sensors.Device) bool { return d.ID == id })
}
