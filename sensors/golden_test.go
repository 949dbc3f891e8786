package sensors

import (
	stdjson "encoding/json" // the readings are written with it, the answers are not read with it
	"os"
	"testing"

	"github.com/go-json-experiment/json"

	"vitals2mqtt/withings"
)

// load decodes a file as the client decodes the body of an answer.
func load[T any](t *testing.T, path string) T {
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

// TestAnswersToReadings takes the answers of an invented person all the way.
func TestAnswersToReadings(t *testing.T) {
	t.Parallel()
	s := NewState()
	measures := s.Measures(load[withings.Measures](t, "testdata/getmeas.json"), usual())
	nights := s.Nights(load[withings.Nights](t, "testdata/getsummary.json"), usual())
	stages := s.Stages(load[withings.Stages](t, "testdata/get.json"), usual())
	text, err := stdjson.MarshalIndent(struct {
		Readings []Reading `json:"readings"`
		HeldBack int       `json:"held_back"`
		Measures Update    `json:"measures"`
		Nights   Update    `json:"nights"`
		Stages   Update    `json:"stages"`
	}{s.Readings(), s.HeldBack(), brieflyChanged(measures), brieflyChanged(nights), brieflyChanged(stages)}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "readings.json", append(text, '\n'))
}

// brieflyChanged drops the readings, which stand in the golden file already.
func brieflyChanged(u Update) Update {
	u.Changed = nil
	return u
}
