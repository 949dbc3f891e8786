// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"
	"time"

	"vitals2mqtt/withings"
)

func TestStepCounter(t *testing.T) {
	t.Parallel()
	watch := activityRow("2026-03-04", "", noon(), "8")
	phone := activityRow("2026-03-04", "", noon(), "7")
	phone.Tracker, phone.DeviceID, phone.Model = withings.Flag{}, "", "Android step tracker"
	for _, test := range []struct {
		name           string
		rows           []withings.Activity
		later          time.Duration
		tracker, other bool
	}{
		{"nothing", nil, 0, false, false},
		{"a watch", []withings.Activity{watch}, 0, true, false},
		{"a watch, yesterday", []withings.Activity{watch}, 24 * time.Hour, false, false},
		{"a phone", []withings.Activity{phone}, 0, false, true},
		{"a phone, yesterday", []withings.Activity{phone}, 24 * time.Hour, false, true},
		{"a phone, last week", []withings.Activity{phone}, 7 * 24 * time.Hour, false, false},
		{"both", []withings.Activity{phone, watch}, 0, true, false},
	} {
		s := newStore()
		applyDays(s, noon(), test.rows...)
		tick(s, noon().Add(test.later))
		if tracker, other := s.StepCounter(); tracker != test.tracker || other != test.other {
			t.Errorf("%s: tracker %v, other %v", test.name, tracker, other)
		}
	}
}
