// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"cmp"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// measure is a measurement as a client reads it. What the client does not say is
// zero.
type measure struct {
	Group int64
	At    int64 // unix seconds
	Kind  int   // number of the measure type
	Value float64
	Unit  string
}

// measuresOf are the measurements in groups of the cloud of kinds that a client
// knows.
func measuresOf(groups []object, knows func(kind int) bool) []measure {
	var all []measure
	for _, group := range groups {
		for _, row := range listOf(group["measures"]) {
			m, _ := row.(object)
			if kind := int(numberOf(m["type"])); knows(kind) {
				all = append(all, measure{
					Group: int64(numberOf(group["grpid"])),
					At:    int64(numberOf(group["date"])),
					Kind:  kind,
					Value: scaled(m),
				})
			}
		}
	}
	return all
}

// oneOf knows the kinds that a client has names for.
func oneOf(names map[string]int) func(kind int) bool {
	kinds := slices.Collect(maps.Values(names))
	return func(kind int) bool { return slices.Contains(kinds, kind) }
}

// sorted orders measurements.
func sorted(all []measure) []measure {
	return slices.SortedFunc(slices.Values(all), func(a, b measure) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Value, b.Value))
	})
}

// margin is by how much a value with so many decimals may be off.
func margin(decimals int) float64 { return 0.5*math.Pow(10, -float64(decimals)) + 1e-9 }

// compareWithCloud fails unless a client reads exactly what the cloud holds. The
// client may round: the decimals are those that it keeps.
func compareWithCloud(t *testing.T, decimals int, cloud, client []measure) {
	t.Helper()
	if len(cloud) < 50 {
		t.Errorf("only %d measurements to compare", len(cloud))
	}
	anonymous := !slices.ContainsFunc(client, func(m measure) bool { return m.Group != 0 })
	want, have := slices.Clone(cloud), slices.Clone(client)
	for i := range want {
		if anonymous {
			want[i].Group = 0
		}
	}
	for i := range have {
		have[i].Unit = "" // the cloud has none
	}
	diff := gocmp.Diff(sorted(want), sorted(have), cmpopts.EquateApprox(0, margin(decimals)))
	if diff != "" {
		t.Errorf("measurements (-cloud +client):\n%.4000s", diff)
	}
	t.Logf("%d measurements, the same in the cloud and in the client", len(cloud))
}

// publishedMeasures are the measurements of a person, by key.
func publishedMeasures(t *testing.T, p published) map[string]measure {
	t.Helper()
	found := map[string]measure{}
	for key, row := range catalogue(t) {
		number, ok := strings.CutPrefix(row["source"], "getmeas ")
		kind, err := strconv.Atoi(number)
		payload := p.tree[p.base+key+"/detail"]
		if !ok || err != nil || payload == "" {
			continue
		}
		var detail struct {
			Value      any       `json:"value"`
			Unit       string    `json:"unit"`
			MeasuredAt time.Time `json:"measured_at"`
			Group      int64     `json:"group_id"`
		}
		if err := json.Unmarshal([]byte(payload), &detail); err != nil {
			t.Fatalf("%s: %v", payload, err)
		}
		value, isNumber := detail.Value.(float64)
		if !isNumber || detail.Unit == "ms" { // a word instead of its number, or another unit than on the wire
			continue
		}
		found[key] = measure{detail.Group, detail.MeasuredAt.Unix(), kind, value, detail.Unit}
	}
	return found
}

// compareWithPublished fails unless a client reads what this program publishes:
// each value that the client knows at all and that is not older than what it
// read. It was published before the client read, so the client has it.
func compareWithPublished(
	t *testing.T, decimals, least int, p published, client []measure, sameUnit func(theirs, ours string) bool,
) {
	t.Helper()
	oldest := slices.MinFunc(client, func(a, b measure) int { return cmp.Compare(a.At, b.At) }).At
	compared := 0
	for key, ours := range publishedMeasures(t, p) {
		knows := slices.ContainsFunc(client, func(m measure) bool { return m.Kind == ours.Kind })
		if !knows || ours.At < oldest {
			continue
		}
		compared++
		at := slices.IndexFunc(client, func(m measure) bool {
			return m.Kind == ours.Kind && m.At == ours.At && (m.Group == 0 || m.Group == ours.Group) &&
				math.Abs(m.Value-ours.Value) <= margin(decimals)
		})
		switch {
		case at < 0:
			t.Errorf("%s is %+v here, and the client has no such value", key, ours)
		case client[at].Unit != "" && !sameUnit(client[at].Unit, ours.Unit):
			t.Errorf("%s is in %q here and in %q there", key, ours.Unit, client[at].Unit)
		}
	}
	if compared < least {
		t.Errorf("only %d published values to compare", compared)
	}
	t.Logf("%d published values, the same in the client", compared)
}

func equalUnits(theirs, ours string) bool { return theirs == ours }

// stable calls read between two equal answers of truth, so that new data of the
// living simulated people are in both or in neither.
func stable(t *testing.T, truth func() []object, read func()) []object {
	t.Helper()
	before := truth()
	await(t, "a reading without new data in between", func() bool {
		read()
		after := truth()
		same := gocmp.Equal(before, after)
		before = after
		return same
	})
	return before
}
