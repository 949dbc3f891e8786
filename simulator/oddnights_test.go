package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

// TestTwinNights looks for nights that two devices recorded: other ids and devices, nearly the same times, other values.
func TestTwinNights(t *testing.T) {
	t.Parallel()
	p := Couple()[0]
	nights, twins, same := allNights(t, newSinglePersonCloud(p), p), 0, 0
	for _, w := range nights {
		if w.ModelID.N != scanWatch2 {
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
		hearts, asleep := "hr_average", "total_sleep_time"
		if m.Data.Fields[hearts] == w.Data.Fields[hearts] && m.Data.Fields[asleep] == w.Data.Fields[asleep] {
			same++ // By chance.
		}
	}
	if twins < 25 || same > twins/2 {
		t.Errorf("%d twins, of them %d with the same values", twins, same)
	}
}

// TestCoupleNightsOverlap finds for nearly each night of the one a night of the other, on another mat.
func TestCoupleNightsOverlap(t *testing.T) {
	t.Parallel()
	couple := Couple()
	c := newCloud(Options{People: couple[:], Knobs: Knobs{SleepPage: 1e6}})
	nights := [2][]withings.Night{allNights(t, c, couple[0]), allNights(t, c, couple[1])}
	mats := [2]tally{{}, {}}
	naps, together := 0, 0
	for i := range nights {
		for _, n := range nights[i] {
			if n.Model.N == 32 {
				mats[i][string(n.HashDeviceID)]++
			}
		}
	}
	for _, n := range nights[0] {
		if n.End.N-n.Start.N < 3*3600 {
			naps++
		}
		if slices.ContainsFunc(nights[1], func(m withings.Night) bool { return m.Start.N < n.End.N-7200 && n.Start.N < m.End.N-7200 }) {
			together++
		}
	}
	if len(mats[0]) != 1 || len(mats[1]) != 1 || mats[0].String() == mats[1].String() {
		t.Errorf("mats %v and %v", mats[0], mats[1])
	}
	if naps < 20 || together < 380 {
		t.Errorf("%d naps, %d nights of %d together", naps, together, len(nights[0]))
	}
}

// history of one night, as a client that asks each hour sees it.
type version struct {
	completed withings.Flag
	modified  int64
	score     withings.Number
}

// versions asks each hour of so many days for what has changed.
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
			v := version{n.Completed, n.Modified.N, n.Data.Fields["sleep_score"]}
			if list := known[n.ID.N]; len(list) == 0 || list[len(list)-1] != v {
				known[n.ID.N] = append(known[n.ID.N], v)
			}
		}
	}
	return known
}

// TestNightsChangeAfterwards follows the couple for a month: rows become whole after an hour and are scored again after
// a day, with a newer time of change each time.
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
							if after.completed.True { // Most rows do not say so.
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
					t.Errorf("%d half-ready, %d scored again", halves, rescored)
				}
			})
		})
	}
}

// TestImportedNights have how long somebody slept and no more, in their row and in their stages.
func TestImportedNights(t *testing.T) {
	t.Parallel()
	p := Couple()[1]
	c := newSinglePersonCloud(p)
	access := signIn(t, c, p.Name).access
	imported := 0
	for _, n := range nightsOf(t, c, access, "lastupdate", "1", "data_fields", allFields()) {
		if n["hash_deviceid"] != nil {
			continue
		}
		imported++
		d := as[map[string]any](n["data"])
		if len(d) != 5 || n["model_id"] != nil || !hasNull(d, "deepsleepduration") || !hasNull(d, "lightsleepduration") ||
			!hasNull(d, "remsleepduration") || len(as[[]any](d["night_events"])) != 0 {
			t.Errorf("imported: %v", n)
		}
		if span := whole(n, "enddate") - whole(n, "startdate"); whole(d, "asleepduration") > span || span > 12*3600 || span < 3*3600 {
			t.Errorf("asleep for %v s of %d s", d["asleepduration"], span)
		}
		stages := decoded[withings.Stages](t, c, "v2/sleep", access, "action", "get", "data_fields", "hr,snoring,mvt_score",
			"startdate", unix(time.Unix(whole(n, "startdate"), 0)), "enddate", unix(time.Unix(whole(n, "enddate"), 0)))
		total := int64(0)
		for _, s := range stages.Series {
			total += s.End.N - s.Start.N
			if s.State.N != 5 || len(s.Series) != 0 || s.HashDeviceID != "" || s.ModelID.OK || s.Model != "" {
				t.Errorf("a stage %+v", s)
			}
		}
		if total != whole(d, "asleepduration") {
			t.Errorf("%d s of stages, asleep for %v s", total, d["asleepduration"])
		}
	}
	if imported < 25 {
		t.Errorf("%d imported", imported)
	}
}
