// SPDX-License-Identifier: MIT

package bridge

import (
	"strings"
	"testing"
	"time"

	"vitals2mqtt/sensors"
)

func TestAbsenceIsConfirmedLater(t *testing.T) {
	t.Parallel()
	now, a := epoch(), absences{}
	if a.isConfirmed("d1", now) || !a.start("d1", now) || a.start("d1", now.Add(time.Minute)) {
		t.Error("an absence does not start exactly once")
	}
	confirmed := now.Add(absenceConfirmDelay)
	if a.isConfirmed("d1", confirmed.Add(-time.Second)) || !a.isConfirmed("d1", confirmed) {
		t.Error("an absence is not confirmed after its delay")
	}
	if !a.end("d1") || a.end("d1") || a.isConfirmed("d1", now.Add(24*time.Hour)) {
		t.Error("an absence does not end exactly once")
	}
	a["d1"] = now.Add(time.Hour) // from a clock that was wrong
	if a.isConfirmed("d1", now) || !a.start("d1", now) {
		t.Error("an absence in the future is not restarted")
	}
}

func TestRejectedResponseIsReread(t *testing.T) {
	t.Parallel()
	now, a := epoch(), absences{}
	if got := a.rereadDue(measures, now); got != now.Add(rereadEvery) {
		t.Errorf("due at %v without an absence", got)
	}
	if !a.update(measures, sensors.Update{Rejected: true}, now) || a.update(measures, sensors.Update{}, now) {
		t.Error("a rejected response starts no absence, or an incomplete one changes it")
	}
	if got := a.rereadDue(measures, now); got != now.Add(absenceConfirmDelay) {
		t.Errorf("due at %v with an absence", got)
	}
	if !a.update(measures, sensors.Update{Complete: true}, now) || len(a) != 0 {
		t.Error("a complete response does not end the absence")
	}
}

func TestUnlistedDevicesStayUntilConfirmed(t *testing.T) {
	t.Parallel()
	now, a := epoch(), absences{}
	known := []sensors.Device{{ID: "b"}, {ID: "c"}}
	ids := func(devices []sensors.Device) string {
		var list strings.Builder
		for _, d := range devices {
			list.WriteString(d.ID)
		}
		return list.String()
	}
	answer := []sensors.Device{{ID: "c"}, {ID: "a"}}
	if got := ids(a.mergeDevices(known, answer, now)); got != "abc" {
		t.Errorf("devices %s at first", got)
	}
	if got := ids(a.mergeDevices(known, answer, now.Add(absenceConfirmDelay))); got != "ac" {
		t.Errorf("devices %s after the delay", got)
	}
	if len(a) != 0 {
		t.Errorf("absences %v remain", a)
	}
}
