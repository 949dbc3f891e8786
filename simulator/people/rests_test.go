// SPDX-License-Identifier: MIT

package people

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// everything lists what the cloud can send of an account, hidden or not.
func everything(a *Account, now time.Time) (rows []string) {
	a.GenerateRecords(now)
	for _, g := range a.Groups {
		rows = append(rows, fmt.Sprint("group ", g.ID, g.Created, g.Modified))
	}
	for _, n := range a.Nights {
		rows = append(rows, fmt.Sprint("night ", n.ID, n.Created, n.Changed(now.Unix()), n.FinalAt > now.Unix()))
	}
	for _, w := range a.Records.Workouts {
		rows = append(rows, fmt.Sprint("workout ", w.ID, w.Created, w.Changed(now.Unix())))
	}
	for _, h := range a.Records.Hearts {
		rows = append(rows, fmt.Sprint("heart ", h.At, h.Created, h.Modified))
	}
	days := a.ActivityDays(now)
	for _, row := range a.DailyRows(days, now.Unix()) {
		rows = append(rows, fmt.Sprint("day ", row.Day, row.counter, row.Modified, a.totalsOf(row, now.Unix()).steps))
	}
	return rows
}

// TestRestingPeopleDoNothing starts at each hour of a day, and looks again
// after two days.
func TestRestingPeopleDoNothing(t *testing.T) {
	t.Parallel()
	persons, lively := append(DemoPeople(), Owners()...), append(DemoPeople(), Owners()...)
	for i := range persons {
		persons[i].Days, lively[i].Days, persons[i].Rests = 4, 4, true
	}
	synctest.Test(t, func(t *testing.T) {
		for hour := range 24 {
			start := time.Date(2026, 5, 20, hour, 17, 0, 0, time.UTC)
			resting, others := NewStore(5, persons, start), NewStore(5, lively, start)
			rows := 0
			for i, a := range resting.Accounts {
				rows += checkRests(t, a, others.Accounts[i], start)
			}
			if rows < 100 {
				t.Errorf("only %d rows at %v", rows, start)
			}
		}
	})
}

// checkRests compares an account with itself later, and with one that does not
// rest. It returns the number of rows.
func checkRests(t *testing.T, a, other *Account, start time.Time) int {
	t.Helper()
	first := everything(a, start)
	if later := everything(a, start.Add(48*time.Hour)); !slices.Equal(later, first) {
		t.Errorf("%s does not rest after %v: %d rows, then %d", a.Name, start, len(first), len(later))
	}
	other.GenerateRecords(start)
	there := slices.DeleteFunc(slices.Clone(other.Groups), func(g *Group) bool { return g.Created > start.Unix() })
	if len(a.Groups) != len(there) {
		t.Errorf("%s has %d groups at %v, others have %d", a.Name, len(a.Groups), start, len(there))
	}
	return len(first)
}
