// SPDX-License-Identifier: MIT

package sensors_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// batches returns a batch of most kinds, with a row that cannot be used in
// each.
func batches() map[string]sensors.Batch {
	options := decodeOptions(pollOptions())
	from, to := lastMonth()
	return map[string]sensors.Batch{
		"measures": sensors.DecodeMeasures(
			measuresOf(group(1, at(-1), measure(1, 70, 0)), group(2, at(30), measure(1, 71, 0))), options),
		"nights":   sensors.DecodeNights(nightsOf(eightHourNight(1), matNight(2, at(25), at(30), nil)), options),
		"workouts": sensors.DecodeWorkouts(workoutsOf(workout(1, at(-1), nil), workout(2, at(30), nil)), options),
		"heart":    sensors.DecodeHeartRecords(heartRecordsOf(ecgRecord(1, at(-1), 0), ecgRecord(2, at(30), 0)), options),
		"sounds":   sensors.DecodeSoundRecords(soundRecordsOf(soundRecord(1, at(-1), 0), soundRecord(2, at(30), 0)), options),
		"days": sensors.DecodeDays(withings.Activities{Rows: []withings.Activity{
			activityRow("2026-03-04", "", noon(), "7"), activityRow("2026-03-09", "", noon(), "8"),
		}}, options).Covering(from, to),
	}
}

// TestDecodeReturnsUsableRecords lists all rows of a response, so that none of
// them counts as deleted.
func TestDecodeReturnsUsableRecords(t *testing.T) {
	t.Parallel()
	for name, batch := range batches() {
		future := sensors.CountLeftOut(batch.LeftOut, sensors.LeftOutFuture)
		if len(batch.Records) != 1 || len(batch.Listed) != 2 || future != 1 || batch.Cursor.After(noon()) {
			t.Errorf("%s: %+v", name, batch)
		}
		if received := batch.Records[0].Received; received != noon().Unix() {
			t.Errorf("%s: received at %d", name, received)
		}
	}
}

func TestDecodeIsPure(t *testing.T) {
	t.Parallel()
	again := batches()
	for name, batch := range batches() {
		for i := range batch.Records {
			batch.Records[i].ReadFields()
			again[name].Records[i].ReadFields()
		}
		if diff := cmp.Diff(batch, again[name], cmpopts.IgnoreUnexported(sensors.Record{}),
			cmp.Comparer(func(a, b sensors.Value) bool { return a == b })); diff != "" {
			t.Errorf("%s (-once +again):\n%s", name, diff)
		}
	}
}

func TestCoveringNeedsACompleteResponse(t *testing.T) {
	t.Parallel()
	from, to := lastMonth()
	batch := sensors.Batch{Kind: sensors.KindMeasures}
	if covered := batch.Covering(from, to).Range; covered == nil || *covered != (sensors.Range{From: from, To: to}) {
		t.Errorf("range %v", covered)
	}
	if batch.More = true; batch.Covering(from, to).Range != nil {
		t.Error("a response that goes on is not complete")
	}
}

// TestSameBatchTwice repeats no event and changes nothing, whatever the kind.
func TestSameBatchTwice(t *testing.T) {
	t.Parallel()
	s := newStore()
	for name, batch := range batches() {
		s.Apply(batch, pollOptions())
		if u := s.Apply(batches()[name], pollOptions()); u.HasNews() {
			t.Errorf("%s: %+v", name, u)
		}
	}
	if !slices.ContainsFunc(s.Readings(), func(r sensors.Reading) bool { return r.Key == "sleep_date" }) {
		t.Error("nothing was applied")
	}
}
