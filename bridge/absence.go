package bridge

import (
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// absenceConfirmDelay is how long after an answer without something another one
// must lack it too, before it counts as gone: what the cloud omits by mistake
// would be cleared from the broker, and entities with their names and history be
// removed. It is an hour; an hourly poll may come a little sooner.
const absenceConfirmDelay = time.Hour - intervalSlack

// absences records since when the cloud no longer lists what it listed before: a
// device by its id, everything of an endpoint by the endpoint's name.
type absences map[string]time.Time

// isConfirmed reports whether something has been missing for long enough to count
// as gone. A moment in the future is from a clock that was wrong.
func (a absences) isConfirmed(what string, now time.Time) bool {
	first, known := a[what]
	return known && !first.After(now) && now.Sub(first) >= absenceConfirmDelay
}

// start records that something was not listed, unless that is known, and reports
// whether it is new.
func (a absences) start(what string, now time.Time) bool {
	if first, known := a[what]; known && !first.After(now) {
		return false
	}
	a[what] = now
	return true
}

// end records that something is listed again or counts as gone, and reports
// whether it was absent.
func (a absences) end(what string) bool {
	_, known := a[what]
	delete(a, what)
	return known
}

// update records whether an answer that counts as complete was doubted, and
// reports whether that is new.
func (a absences) update(endpoint sensors.Endpoint, update sensors.Update, now time.Time) bool {
	switch {
	case update.RejectedEmpty:
		return a.start(string(endpoint), now)
	case update.Complete:
		return a.end(string(endpoint))
	}
	return false
}

// rereadDue is when the recent past of an endpoint is to be read again whole,
// after it was at a moment: as soon as a doubted answer can be confirmed.
func (a absences) rereadDue(endpoint sensors.Endpoint, last time.Time) time.Time {
	if first, doubted := a[string(endpoint)]; doubted {
		return first.Add(absenceConfirmDelay)
	}
	return last.Add(rereadEvery)
}

// mergeDevices returns the devices of an answer, and the known ones that it lacks
// and that do not count as gone yet, sorted by id.
func (a absences) mergeDevices(known, answer []sensors.Device, now time.Time) []sensors.Device {
	devices := slices.Clone(answer)
	for _, former := range known {
		switch {
		case containsDevice(answer, former.ID), a.isConfirmed(former.ID, now):
			a.end(former.ID)
		default:
			a.start(former.ID, now)
			devices = append(devices, former)
		}
	}
	slices.SortFunc(devices, func(a, b sensors.Device) int { return strings.Compare(a.ID, b.ID) })
	return devices
}

func containsDevice(devices []sensors.Device, id string) bool {
	return slices.ContainsFunc(devices, func(d sensors.Device) bool { return d.ID == id })
}
