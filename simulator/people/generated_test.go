// SPDX-License-Identifier: MIT

package people

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// TestOwnersAreDistinct checks names and ids, the demo included.
func TestOwnersAreDistinct(t *testing.T) {
	t.Parallel()
	names := tally{}
	for _, p := range append(Owners(), DemoPeople()...) {
		names[p.Name]++
		if names[p.Name] > 1 {
			t.Errorf("%s is there twice", p.Name)
		}
	}
	everyone := append(DemoPeople(), Owners()...)
	for i := range everyone {
		everyone[i].Days = 400
	}
	s := NewStore(0, everyone, time.Date(2026, 5, 20, 14, 0, 0, 0, time.UTC))
	ids := map[int64]string{}
	for _, p := range s.Accounts {
		p.generate(s.Now())
		for _, g := range p.Groups {
			unique(t, ids, g.ID, p.Name)
		}
		for _, n := range p.Nights {
			unique(t, ids, n.ID, p.Name)
		}
	}
	if len(ids) < 7_000 {
		t.Errorf("%d ids", len(ids))
	}
}

func unique(t *testing.T, ids map[int64]string, id int64, whose string) {
	t.Helper()
	if other, known := ids[id]; known {
		t.Errorf("%s and %s have the same id %d", other, whose, id)
	}
	ids[id] = whose
}

// TestOwnersLive runs some turns in the daytime: each person gets data of their
// own devices, and no other.
func TestOwnersLive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		people := append(Owners(), DemoPeople()...)
		for i := range people {
			people[i].Days = 3
		}
		s := NewStore(0, people, time.Time{})
		<-time.After(15 * time.Hour) // By then everyone is awake.
		for turn := range int64(len(people) * 6) {
			NewRecorder(s).liveTurn(turn)
		}
		for i, want := range []string{
			"11:Body Scan 1:Body Scan 91:Body Scan", "night:Aura Sensor V2", "night:Aura Sensor V2",
			"54:ScanWatch 2 night:ScanWatch 2", "1:by hand",
			"11:Body Cardio 1:Body Cardio 91:Body Cardio 9:BPM Connect night:Aura Sensor V2", "71:Thermo", "248:U-Scan",
			"11:Body Cardio 12:Thermo 1:Body Cardio 91:Body Cardio night:Aura Sensor V2",
			"11:Body Cardio 1:Body Cardio 54:BeamO 91:Body Cardio 9:BPM Connect",
		} {
			added := tally{}
			for _, g := range s.Accounts[i].Groups {
				if model := g.Model; g.ID%10_000 >= 1000 && model != nil {
					added[fmt.Sprintf("%d:%s", g.Measures[0].Type, *model)]++
				} else if g.ID%10_000 >= 1000 {
					added[fmt.Sprintf("%d:by hand", g.Measures[0].Type)]++
				}
			}
			for _, n := range s.Accounts[i].Nights {
				if n.ID%10_000 >= 1000 {
					added["night:"+n.Source.model]++
				}
			}
			if added.String() != want {
				t.Errorf("%s: %v, want %s", people[i].Name, added, want)
			}
		}
	})
}

// TestTodayGrows reads the rows of a watch every five minutes for two weeks.
func TestTodayGrows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewStore(0, []Person{walker(3)}, time.Time{}).Accounts[0]
		seen := map[string]int{}
		var before DailyRow
		var steps int
		for range 14 * 24 * 12 {
			<-time.After(5 * time.Minute)
			now := time.Now()
			p.GenerateRecords(now)
			today := p.DayNumber(now)
			last := p.LastSync(Watch, now.Unix())
			row, ok := p.dailyRow(rowKey{today, Watch}, last, now.Unix())
			uploaded := last > p.TimeOfDay(today, 0).Unix()
			if ok != uploaded {
				t.Fatalf("%v: row %v, uploaded %v", now, ok, uploaded)
			}
			if !ok {
				countHolding(seen, "no row yet", true)
				continue
			}
			count := p.totalsOf(row, now.Unix()).steps
			if row.Day == before.Day {
				gap := row.Modified - before.Modified
				if count < steps || gap < 0 || gap != 0 && (gap < 900 || gap > 3600 && !p.isWatchForgotten(today-1)) {
					t.Errorf("%v: %d steps after %d, %d s after the row before", now, count, steps, gap)
				}
				countHolding(seen, "grew", count > steps)
			}
			yesterday, _ := p.dailyRow(rowKey{today - 1, Watch}, last, now.Unix())
			countHolding(seen, "yesterday was corrected today", yesterday.Modified > p.TimeOfDay(today, 0).Unix())
			countHolding(seen, "yesterday was corrected after noon", yesterday.Modified > p.TimeOfDay(today, 12*60).Unix())
			before, steps = row, count
		}
		for _, want := range []string{
			"no row yet", "grew", "yesterday was corrected today", "yesterday was corrected after noon",
		} {
			if seen[want] == 0 {
				t.Errorf("never: %s", want)
			}
		}
	})
}

func TestWorkoutsComeWithTheNextSync(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewStore(0, []Person{walker(20)}, time.Time{}).Accounts[0]
		p.GenerateRecords(time.Now())
		found := 0
		for _, w := range p.Records.Workouts {
			if first := p.FirstSync(Watch, w.End); w.Created != first || first-w.End > 3600 &&
				!p.isWatchForgotten(p.DayNumber(time.Unix(w.End, 0))) {
				t.Errorf("%+v, the first sync is at %d", w, first)
			}
			if w.Created > time.Now().Unix() {
				found++
			}
		}
		if found == len(p.Records.Workouts) {
			t.Error("no workout was uploaded")
		}
	})
}
