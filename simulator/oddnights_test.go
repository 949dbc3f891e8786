// SPDX-License-Identifier: MIT

package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

// TestTwinNights looks for nights that two devices recorded: other ids and
// devices, nearly the same times, other values.
func TestTwinNights(t *testing.T) {
	t.Parallel()
	p := Couple()[0]
	nights, twins, same := allNights(t, newSinglePersonCloud(p), p), 0, 0
	for _, w := range nights {
		if w.ModelID.N != 94 {
			continue
		}
		i := slices.IndexFunc(nights, func(m withings.Night) bool {
			return m.Model.N == 32 && m.Start.N < w.End.N && w.Start.N < m.End.N
		})
		if i < 0 {
			t.Errorf("night %d: no mat recorded it", w.ID.N)
			continue
		}
		twins++
		m := nights[i]
		if m.ID == w.ID || m.HashDeviceID == w.HashDeviceID || (m.Start == w.Start && m.End == w.End) {
			t.Errorf("the same twice: %+v, %+v", m, w)
		}
		if max(m.Start.N-w.Start.N, w.Start.N-m.Start.N, m.End.N-w.End.N, w.End.N-m.End.N) > 3000 {
			t.Errorf("not one night: %v – %v, %v – %v", m.Start.N, m.End.N, w.Start.N, w.End.N)
		}
		mat, watch := m.Data.Fields, w.Data.Fields
		const hearts, asleep = "hr_average", "total_sleep_time"
		if mat.Number(hearts) == watch.Number(hearts) && mat.Number(asleep) == watch.Number(asleep) {
			same++ // By chance.
		}
	}
	if twins < 25 || same > twins/2 {
		t.Errorf("%d twins, of them %d with the same values", twins, same)
	}
}

// version is the state of one night at an hourly poll.
type version struct {
	completed withings.Flag
	modified  int64
	score     withings.Number
}

// versions polls every hour for so many days.
func versions(t *testing.T, p Person, days int) map[int64][]version {
	t.Helper()
	p.Days = 1
	c := newSinglePersonCloud(p)
	known := map[int64][]version{}
	for range days * 24 {
		c.Advance(time.Hour)
		since := unix(c.Now().Add(-2 * time.Hour))
		for _, n := range decoded[withings.Nights](t, c, "v2/sleep", signIn(t, c, p.Name).access,
			"action", "getsummary", "lastupdate", since, "data_fields", "sleep_score").Series {
			v := version{n.Completed, n.Modified.N, n.Data.Fields.Number("sleep_score")}
			if list := known[n.ID.N]; len(list) == 0 || list[len(list)-1] != v {
				known[n.ID.N] = append(known[n.ID.N], v)
			}
		}
	}
	return known
}

// TestNightsChangeAfterwards follows the couple for a month: rows become
// complete after an hour and are scored again after a day, with a newer time of
// change each time.
func TestNightsChangeAfterwards(t *testing.T) {
	t.Parallel()
	for _, p := range Couple() {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				halves, rescored := 0, 0
				for id, list := range versions(t, p, 30) {
					for i := range list[1:] {
						before, after := list[i], list[i+1]
						if after.modified <= before.modified {
							t.Errorf("night %d: changed at %d, then at %d", id, before.modified, after.modified)
						}
						switch later := after.modified - before.modified; {
						case before.completed == withings.Flag{OK: true}:
							if before.score.OK || !after.score.OK || later < 3600 || later > 3601 {
								t.Errorf("night %d: %+v, then %+v", id, before, after)
							}
							if after.completed.True { // Most rows lack the field.
								halves++
							}
						case later >= 80_000:
							rescored++
							if before.score == after.score || !after.score.OK {
								t.Errorf("night %d: scored again, but %v stays", id, after.score)
							}
						default:
							t.Errorf("night %d: %+v, then %+v", id, before, after)
						}
					}
				}
				if halves < 2 || rescored < 2 {
					t.Errorf("%d incomplete, %d scored again", halves, rescored)
				}
			})
		})
	}
}
