// SPDX-License-Identifier: MIT

package people

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestUnfinishedNight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := NewStore(0, []Person{{Name: "Carol", Mat: true, Days: 60}}, time.Time{})
		carol := s.Accounts[0]
		carol.generate(s.Now())
		at := slices.IndexFunc(carol.Nights, func(n *Night) bool { return n.FinalAt != 0 })
		n := carol.Nights[at]
		row := n.Row(carol, n.FinalAt-1, []string{"sleep_score"}, false)
		if row.Completed == nil || *row.Completed || row.Modified == n.FinalAt {
			t.Errorf("not incomplete: %+v", row)
		}
		row = n.Row(carol, n.FinalAt, []string{"sleep_score"}, false)
		if row.Completed != nil || row.Modified != n.FinalAt {
			t.Errorf("not complete: %+v", row)
		}
	})
}

func TestBatteriesFall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := NewStore(0, []Person{{Name: "Carol", Scale: true, Mat: true, Owns: Owns{Watch: true, Phone: true}}}, time.Time{})
		scale, watch := map[any]int{}, map[any]int{}
		for range 200 {
			s.Advance(24 * time.Hour)
			for _, d := range s.Accounts[0].listedDevices(s.Now().Unix()) {
				switch level := d.battery(s.Now()); d.product.class {
				case classScale:
					scale[level]++
				case classTracker:
					watch[level]++
				default: // A mat, and what counts on the phone.
					if level != "unknown" {
						t.Errorf("%v: %q", d, level)
					}
				}
			}
		}
		for _, levels := range []map[any]int{scale, watch} {
			if levels["high"] == 0 || levels["medium"] == 0 || levels["low"] == 0 || len(levels) != 3 {
				t.Errorf("%v", levels)
			}
		}
	})
}

// TestALaw holds the compression to the corners that the standard gives.
func TestALaw(t *testing.T) {
	t.Parallel()
	for sample, want := range map[int]int{
		0: 0xd5, -1: 0x55, 1: 0xd5, 2: 0xd4, 31: 0xda, 32: 0xc5, 64: 0xf5, 2048: 0xa5, 4095: 0xaa, -4096: 0x2a, 9000: 0xaa,
	} {
		if got := aLaw(sample); got != want {
			t.Errorf("%d: %#x, want %#x", sample, got, want)
		}
	}
}
