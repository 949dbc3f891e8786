// SPDX-License-Identifier: MIT

package sensors_test

import (
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// wantSameAsReloaded compares a store that followed every change with one that
// has loaded the windows of the same archive.
func wantSameAsReloaded(t *rapid.T, s *store) {
	t.Helper()
	if diff := cmp.Diff(summarize(s.restarted(rereadOptions())), summarize(s)); diff != "" {
		t.Fatalf("(-loaded afresh +followed):\n%s", diff)
	}
}

// imported makes records of a file of the user's from those of the cloud.
func imported(kind sensors.Kind, records []sensors.Record) sensors.Batch {
	batch := sensors.Batch{Kind: kind}
	for _, rec := range records {
		rec.Source, rec.Device, rec.Model, rec.Attribution, rec.Modified = sensors.SourceImport, "", "", nil, 0
		rec.ID = sensors.NaturalID(kind, rec)
		batch.Records = append(batch.Records, rec)
	}
	return batch
}

// TestFollowingIsLoading draws a history with edits, deletions, late and
// imported records: after each step the readings are those of a store that has
// just been started.
func TestFollowingIsLoading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := lastMonth()
		begin, end := allTime()
		history, s, seen := drawHistory(t), newStore(), []withings.Group(nil)
		for _, g := range rapid.Permutation(history).Draw(t, "order") {
			batch := sensors.DecodeMeasures(measuresOf(g), decodeOptions(pollOptions()))
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				s.Apply(imported(sensors.KindMeasures, batch.Records), pollOptions())
			case 1:
				listed := lastVersions(seen, groupID, groupDate, groupChange, from, to)
				deleted := drawDeleted(t, listed, groupID, groupDate, from, to, len(listed))
				seen = remaining(seen, deleted, groupID)
				listed = lastVersions(seen, groupID, groupDate, groupChange, from, to)
				applyMeasuresRange(s, measuresOf(listed...), from, to, rereadOptions())
			}
			seen = append(seen, g)
			takeGroups(s, []withings.Group{g})
			wantSameAsReloaded(t, s)
		}
		applyMeasuresRange(s, measuresOf(lastVersions(seen, groupID, groupDate, groupChange, begin, end)...), from, to,
			rereadOptions())
		wantSameAsReloaded(t, s)
	})
}

// TestFollowingNightsIsLoading does the same with nights and naps.
func TestFollowingNightsIsLoading(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := lastMonth()
		s, cloud := newStore(), map[int64]withings.Night{}
		for step := range rapid.IntRange(1, 25).Draw(t, "steps") {
			id := int64(rapid.IntRange(1, 12).Draw(t, "id"))
			finish := at(-24 * float64(rapid.IntRange(0, 20).Draw(t, "days")))
			length := int64(rapid.IntRange(1, 18).Draw(t, "length")) * 1800
			night := matNight(id, finish-length, finish, totalSleep(strconv.FormatInt(length-600, 10)))
			night.Modified = wireInt(at(-20) + int64(step))
			night.Completed = withings.Flag{OK: true, True: rapid.Bool().Draw(t, "ready")}
			if rapid.IntRange(0, 3).Draw(t, "what") > 0 {
				cloud[id] = night
				takeNights(s, []withings.Night{night})
			} else {
				delete(cloud, id)
				var listed []withings.Night
				for _, night := range cloud {
					listed = append(listed, night)
				}
				applyNightsRange(s, nightsOf(listed...), from, to, rereadOptions())
			}
			wantSameAsReloaded(t, s)
		}
	})
}

// TestDeletedOneAfterAnother deletes the newest value, then the one before it,
// and so on: each time the one before is back, without a request to the cloud.
func TestDeletedOneAfterAnother(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := lastMonth()
		count := rapid.IntRange(2, 12).Draw(t, "weigh-ins")
		var groups []withings.Group
		for i := range int64(count) {
			g := group(i+1, at(-24*20)+i*3600*24, measure(1, 70000+i, -3))
			if rapid.Bool().Draw(t, "with pulse") {
				g.Measures = append(g.Measures, measure(11, 60+i, 0))
			}
			groups = append(groups, g)
		}
		s := newStore()
		takeGroups(s, groups)
		for len(groups) > 1 {
			groups = groups[:len(groups)-1]
			applyMeasuresRange(s, measuresOf(groups...), from, to, rereadOptions())
			never := newStore()
			takeGroups(never, groups)
			wantSameReadings(t, never, s)
		}
	})
}

// A night that turns out to be a nap brings the night before back, however long
// ago that was.
func TestNightThatBecomesNap(t *testing.T) {
	t.Parallel()
	s := newStore()
	var naps []withings.Night
	for i := range int64(8) {
		end := float64(-24*i) - 1
		naps = append(naps, matNight(100+i, at(end-0.5), at(end), totalSleep("1500")))
	}
	older, last := matNight(1, at(-24*40-8), at(-24*40-5), totalSleep("10000")),
		matNight(2, at(-24*12-9), at(-24*12-1), totalSleep("25000"))
	applyNights(s, nightsOf(append(naps, older, last)...), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "25000"})
	nap := matNight(2, last.Start.N, last.End.N, totalSleep("1500"))
	nap.Modified = wireInt(last.Modified.N + 60)
	applyNights(s, nightsOf(nap), pollOptions())
	wantReadings(t, s, map[string]string{"sleep_total_duration_seconds": "10000"})
}

// The means over a night are back with the night.
func TestMeansComeBackWithTheirNight(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	s := newStore()
	var first withings.Night
	for i := range int64(9) {
		end := float64(-24*(20-i)) - 5
		night := matNight(1+i, at(end-8), at(end), totalSleep("25000"))
		if i == 0 {
			first = night
		}
		applyNights(s, nightsOf(night), pollOptions())
		rmssd := strconv.FormatInt(30+i, 10)
		applySeries(s, stagesOf(stageSeries("mat", at(end-7), "rmssd", rmssd)), pollOptions())
	}
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "38"})
	applyNightsRange(s, nightsOf(first), from, to, rereadOptions())
	wantReadings(t, s, map[string]string{"sleep_hrv_rmssd_ms": "30"})
	if _, wanted := s.NextSeries(); wanted {
		t.Error("the series is wanted again")
	}
}

// The last group with both masses of a ratio is part of the window, although
// newer groups have each of them alone.
func TestRatioAfterRestart(t *testing.T) {
	t.Parallel()
	s := newStore()
	applyMeasures(s, measuresOf(group(1, at(-24*600), measure(1, 80, 0), measure(76, 60, 0)),
		group(2, at(-24*500), measure(1, 75, 0))), pollOptions())
	for i := range int64(6) {
		applyMeasures(s, measuresOf(
			group(10+i, at(-20)+i*60, measure(1, 70, 0)), group(20+i, at(-10)+i*60, measure(76, 50, 0)),
		), pollOptions())
	}
	wantReadings(t, s, map[string]string{"muscle_ratio_pct": "75"})
	wantReadings(t, s.restarted(pollOptions()), map[string]string{"muscle_ratio_pct": "75"})
}
