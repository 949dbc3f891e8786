// SPDX-License-Identifier: MIT

package sensors_test

import (
	stdjson "encoding/json" // writes the readings; responses are read with the other one
	"os"
	"testing"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// decodeFile decodes a file as the client decodes the body of a response.
func decodeFile[T any](t *testing.T, path string) T {
	t.Helper()
	var body T
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatal(err)
	}
	return body
}

// TestGoldenReadings takes the responses of an invented user all the way.
func TestGoldenReadings(t *testing.T) {
	t.Parallel()
	s := newStore()
	measures := applyMeasures(s, decodeFile[withings.Measures](t, "testdata/getmeas.json"), pollOptions())
	nights := applyNights(s, decodeFile[withings.Nights](t, "testdata/getsummary.json"), pollOptions())
	stages := applyStages(s, decodeFile[withings.Stages](t, "testdata/get.json"), pollOptions())
	text, err := stdjson.MarshalIndent(struct {
		Readings []sensors.Reading `json:"readings"`
		HeldBack int               `json:"held_back"`
		Measures sensors.Update    `json:"measures"`
		Nights   sensors.Update    `json:"nights"`
		Stages   sensors.Update    `json:"stages"`
	}{s.Readings(), s.HeldCount(), withoutReadings(measures), withoutReadings(nights), withoutReadings(stages)}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	goldentest.Compare(t, "testdata/readings.json", append(text, '\n'))
}

// withoutReadings removes the readings, which are already in the golden file.
func withoutReadings(u sensors.Update) sensors.Update {
	u.Changed = nil
	return u
}
