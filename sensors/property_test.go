// SPDX-License-Identifier: MIT

package sensors_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// drawGroups makes a history: a few groups of which the newest few were edited,
// some several times. Every version has a time of change of its own.
func drawGroups(t *rapid.T) []withings.Group {
	types := []int64{1, 4, 8, 11, 130, 240}
	var history []withings.Group
	change := at(-1000)
	edits := 0
	for id := range int64(rapid.IntRange(1, 12).Draw(t, "groups")) {
		versions := 1
		if edits < maxGroupsPerKey-1 && rapid.Bool().Draw(t, "edited") {
			edits++
			versions = rapid.IntRange(2, 3).Draw(t, "versions")
		}
		for range versions {
			change += 60
			g := group(id+1, at(-900)+int64(rapid.IntRange(0, 30).Draw(t, "date")))
			g.Modified = wireInt(change)
			g.Attribution = wireInt(rapid.SampledFrom([]int64{0, 0, 0, 8, 1, 10009}).Draw(t, "attribution"))
			for _, kind := range rapid.SliceOfNDistinct(rapid.SampledFrom(types), 0, 4, rapid.ID[int64]).Draw(t, "types") {
				g.Measures = append(g.Measures, measure(kind, int64(rapid.IntRange(0, 99).Draw(t, "value")), -1))
			}
			history = append(history, g)
		}
	}
	return history
}

// summarize is what a history ends in, by key.
func summarize(s *store) map[string]string {
	out := map[string]string{"held": strconv.Itoa(s.HeldCount())}
	for _, r := range s.Readings() {
		out[r.Key] = fmt.Sprintf("%s at %d of %d changed %d %t", r.Value, r.MeasuredAt.Unix(), r.GroupID, r.Modified.Unix(),
			r.Unconfirmed)
	}
	return out
}

// expected computes the same without any state: the last version of each group,
// then the newest of each key.
func expected(history []withings.Group) map[string]string {
	keys := map[int64]string{
		1:   "weight_kg",
		4:   "height_m",
		8:   "fat_mass_kg",
		11:  "heart_pulse_bpm",
		130: "ecg_afib",
		240: "type_240",
	}
	last := map[int64]withings.Group{}
	for _, g := range history {
		if known, ok := last[g.ID.N]; !ok || g.Modified.N > known.Modified.N {
			last[g.ID.N] = g
		}
	}
	held, best, values := 0, map[string]withings.Group{}, map[string]string{}
	offer := func(key, value string, g withings.Group) {
		known, ok := best[key]
		if !ok || g.Date.N > known.Date.N || g.Date.N == known.Date.N && g.Modified.N > known.Modified.N {
			best[key], values[key] = g, value
		}
	}
	for _, g := range last {
		if g.Attribution.N == 1 {
			held++
			continue
		}
		date := time.Unix(g.Date.N, 0).UTC().Format("2006-01-02T15:04:05Z")
		for _, m := range g.Measures {
			value := tenths(m)
			offer(keys[m.Type.N], value, g)
			offer("last_measured", date, g)
			if m.Type.N == 1 {
				offer("last_weighed", date, g)
			}
		}
	}
	out := map[string]string{"held": strconv.Itoa(held)}
	for key, g := range best {
		out[key] = fmt.Sprintf("%s at %d of %d changed %d %t", values[key], g.Date.N, g.ID.N, g.Modified.N,
			g.Attribution.N > 9999)
	}
	return out
}

// tenths prints a measure of drawGroups: a number with one place, or a class.
func tenths(m withings.Measure) string {
	n, _ := m.Value.Decimal.Int()
	switch {
	case m.Type.N == 130 && n%10 != 0:
		return fmt.Sprintf("class_%d.%d", n/10, n%10)
	case m.Type.N == 130:
		row, _ := sensors.Lookup("ecg_afib")
		return row.Options[n/10]
	case n%10 == 0:
		return strconv.FormatInt(n/10, 10)
	}
	return fmt.Sprintf("%d.%d", n/10, n%10)
}

// applyShuffled hands a history over in any order, split into any responses,
// with repetitions, and stores the state in between.
func applyShuffled[T any](t *rapid.T, history []T, take func(*store, []T)) *store {
	order := rapid.Permutation(history).Draw(t, "order")
	order = append(order, rapid.SliceOfN(rapid.SampledFrom(history), 0, 5).Draw(t, "repeated")...)
	s := newStore()
	for len(order) > 0 {
		n := rapid.IntRange(1, len(order)).Draw(t, "answer")
		take(s, order[:n])
		order = order[n:]
		if rapid.Bool().Draw(t, "restart") {
			s = s.restarted(pollOptions())
		}
	}
	return s
}

func TestGroupsInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		history := drawGroups(t)
		s := applyShuffled(t, history, func(s *store, groups []withings.Group) {
			applyMeasures(s, measuresOf(groups...), pollOptions())
		})
		got := summarize(s)
		for _, row := range sensors.Catalogue() { // others test what these come to
			if strings.HasPrefix(row.Source, "derived") && row.Key != "last_weighed" && row.Key != "last_measured" {
				delete(got, row.Key)
			}
		}
		if diff := cmp.Diff(expected(history), got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		// And all of it, the computed values too, as in the straight order.
		straight := newStore()
		applyMeasures(straight, measuresOf(history...), pollOptions())
		if diff := cmp.Diff(summarize(straight), summarize(s)); diff != "" {
			t.Errorf("(-in order +any order):\n%s", diff)
		}
	})
}

func TestNightsInAnyOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var history []withings.Night
		for id := range int64(rapid.IntRange(1, 25).Draw(t, "rows")) {
			end := at(-400) + int64(rapid.IntRange(0, 600).Draw(t, "half hours"))*1800
			length := int64(rapid.IntRange(1, 18).Draw(t, "length")) * 1800
			for version := range int64(rapid.IntRange(1, 2).Draw(t, "versions")) {
				n := matNight(id+1, end-length, end, totalSleep(strconv.FormatInt(length-600, 10)))
				n.Modified = wireInt(at(-20) + 60*version)
				n.Completed = withings.Flag{OK: rapid.Bool().Draw(t, "says"), True: version == 1}
				setField(&n.Data.Fields, "sleep_score", strconv.FormatInt(50+version, 10))
				history = append(history, n)
			}
		}
		take := func(s *store, nights []withings.Night) { applyNights(s, nightsOf(nights...), pollOptions()) }
		straight := newStore()
		take(straight, history)
		if diff := cmp.Diff(summarize(straight), summarize(applyShuffled(t, history, take))); diff != "" {
			t.Errorf("(-in order +any order):\n%s", diff)
		}
	})
}

func TestEventsAreNeverRepeated(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		history := drawGroups(t)
		announced := map[int64]int{}
		rules := pollOptions()
		rules.Since = unixTime(at(-1000))
		applyShuffled(t, history, func(s *store, groups []withings.Group) {
			for _, e := range applyMeasures(s, measuresOf(groups...), rules).Events {
				announced[e.GroupID]++
			}
		})
		for id, times := range announced {
			if times > 1 {
				t.Errorf("group %d was announced %d times", id, times)
			}
		}
	})
}

// TestUpdatesSumToReadings follows the updates as a subscriber would, and must
// end with the current readings.
func TestUpdatesSumToReadings(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		followed := map[string]string{}
		s := applyShuffled(t, drawGroups(t), func(s *store, groups []withings.Group) {
			u := applyMeasures(s, measuresOf(groups...), pollOptions())
			for _, r := range u.Changed {
				followed[r.Key] = r.Value.String()
			}
			for _, key := range u.Gone {
				delete(followed, key)
			}
		})
		current := map[string]string{}
		for _, r := range s.Readings() {
			current[r.Key] = r.Value.String()
		}
		if diff := cmp.Diff(current, followed); diff != "" {
			t.Errorf("(-current +followed):\n%s", diff)
		}
	})
}
