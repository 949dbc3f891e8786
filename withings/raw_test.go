// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// rawRows returns the raw rows of a response.
func rawRows[T any](t *testing.T, raw string, rows func(T) [][]byte) [][]byte {
	t.Helper()
	env, err := decode[T]([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return rows(env.Body.Value)
}

func collectRaw[T any](rows []T, raw func(T) []byte) [][]byte {
	var all [][]byte
	for _, r := range rows {
		all = append(all, raw(r))
	}
	return all
}

// TestRowsKeepTheirJSON: a field that nobody can name today is still there when
// somebody can.
func TestRowsKeepTheirJSON(t *testing.T) {
	t.Parallel()
	const first, second = `{"new":{"deep":[1,{"x":"}"}]},"data":{"a":1}, "n":1.50}`, `{}`
	list := func(name string) string {
		return `{"status":0,"body":{"before":[{"x":1}],"` + name + `": [ ` + first + " ,\n" + second +
			` , 7 ],"after":{}}}`
	}
	want := [][]byte{[]byte(first), []byte(second), nil}
	for name, got := range map[string][][]byte{
		"measures": rawRows(t, list("measuregrps"), func(m Measures) [][]byte {
			return collectRaw(m.Groups, func(g Group) []byte { return g.Raw })
		}),
		"nights": rawRows(t, list("series"), func(n Nights) [][]byte {
			return collectRaw(n.Series, func(n Night) []byte { return n.Raw })
		}),
		"stages": rawRows(t, list("series"), func(s Stages) [][]byte {
			return collectRaw(s.Series, func(s Stage) []byte { return s.Raw })
		}),
		"activities": rawRows(t, list("activities"), func(a Activities) [][]byte {
			return collectRaw(a.Rows, func(a Activity) []byte { return a.Raw })
		}),
		"workouts": rawRows(t, list("series"), func(w Workouts) [][]byte {
			return collectRaw(w.Series, func(w Workout) []byte { return w.Raw })
		}),
		"heart records": rawRows(t, list("series"), func(h HeartRecords) [][]byte {
			return collectRaw(h.Series, func(h HeartRecord) []byte { return h.Raw })
		}),
		"sounds": rawRows(t, list("series"), func(s SoundRecords) [][]byte {
			return collectRaw(s.Series, func(s SoundRecord) []byte { return s.Raw })
		}),
		"slots": rawRows(t, `{"status":0,"body":{"series":{"60" : `+first+`,"120":`+second+`,"180":7}}}`,
			func(i Intraday) [][]byte {
				return [][]byte{i.Series[60].Raw, i.Series[120].Raw, i.Series[180].Raw}
			}),
	} {
		if !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestRawRowsOfRecordings compares them with the rows of the recordings.
func TestRawRowsOfRecordings(t *testing.T) {
	t.Parallel()
	folder := os.Getenv(fixturesVariable)
	if folder == "" {
		t.Skipf("%s is not set: no recorded responses to read", fixturesVariable)
	}
	for file, row := range map[string]struct {
		list string
		rows func(t *testing.T, raw string) [][]byte
	}{
		"synthetic/getmeas_two_pages_1.json": {"measuregrps", func(t *testing.T, raw string) [][]byte {
			t.Helper()
			return rawRows(t, raw, func(m Measures) [][]byte {
				return collectRaw(m.Groups, func(g Group) []byte { return g.Raw })
			})
		}},
		"aiowithings/sleep_summary_no_datafields.json": {"series", func(t *testing.T, raw string) [][]byte {
			t.Helper()
			return rawRows(t, raw, func(n Nights) [][]byte {
				return collectRaw(n.Series, func(n Night) []byte { return n.Raw })
			})
		}},
		"aiowithings/activity.json": {"activities", func(t *testing.T, raw string) [][]byte {
			t.Helper()
			return rawRows(t, raw, func(a Activities) [][]byte {
				return collectRaw(a.Rows, func(a Activity) []byte { return a.Raw })
			})
		}},
	} {
		raw, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		var recorded struct {
			Body map[string]json.RawMessage `json:"body"`
		}
		var want []json.RawMessage
		if err := json.Unmarshal(raw, &recorded); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(recorded.Body[row.list], &want); err != nil || len(want) == 0 {
			t.Fatalf("%s: %d rows, %v", file, len(want), err)
		}
		got := row.rows(t, string(raw))
		if !slices.EqualFunc(got, want, func(a []byte, b json.RawMessage) bool { return string(a) == string(b) }) {
			t.Errorf("%s: the raw rows are not those of the recording", file)
		}
	}
}
