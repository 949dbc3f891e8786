// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// migrationTable is where docs/migration.md takes its table of entities from:
// what Home Assistant's own integration has, what this program has for it, and
// why they differ.
const migrationTable = "../docs/testdata/former.csv"

// writeVariable makes a run write what it saw into the table, except for the
// reasons.
const writeVariable = "E2E_WRITE"

// pair is an entity of Home Assistant's own integration, and the one of this
// program for the same thing.
type pair struct {
	there, here   entity
	before, after state
}

// facts are the columns of the table that the run shows; nothing is said about
// an entity that does not exist there.
func (p pair) facts(shown map[string]bool) map[string]string {
	facts := map[string]string{
		"there":  valueText(p.before),
		"here":   valueText(p.after),
		"values": p.relation(),
	}
	if p.there.ID == "" {
		return facts
	}
	for column, attribute := range map[string]string{
		"class": "device_class", "unit": "unit_of_measurement", "state": "state_class",
	} {
		facts[column], _ = p.before.Attributes[attribute].(string)
	}
	facts["name"], facts["shown"] = p.there.Name, yesNo(shown[p.there.UniqueID])
	facts["platform"], _, _ = strings.Cut(p.there.ID, ".")
	return facts
}

// valueText is a value with its unit.
func valueText(s state) string {
	unit, _ := s.Attributes["unit_of_measurement"].(string)
	return strings.TrimSpace(s.Value + " " + unit)
}

// relation compares the values: the same thing may be written in another unit
// of time, as another text of the same number, or in another word.
func (p pair) relation() string {
	switch {
	case p.there.ID == "" && p.here.ID == "":
		return "neither"
	case p.there.ID == "":
		return "only here"
	case p.here.ID == "":
		return "only there"
	case p.before.Value == p.after.Value:
		return "same"
	}
	there, errThere := strconv.ParseFloat(p.before.Value, 64)
	here, errHere := strconv.ParseFloat(p.after.Value, 64)
	if p.before.Value == "unknown" && errHere == nil && here == 0 {
		return "same" // aiowithings reads a zero of a workout as no value
	}
	there *= secondsOf(p.before)
	here *= secondsOf(p.after)
	if errThere == nil && errHere == nil && math.Abs(there-here) <= 1e-9*max(math.Abs(there), math.Abs(here)) {
		return "same"
	}
	return "different"
}

// secondsOf is the factor of a duration's unit, 1 for everything else.
func secondsOf(s state) float64 {
	if s.Attributes["device_class"] == "duration" {
		unit, _ := s.Attributes["unit_of_measurement"].(string)
		return map[string]float64{"s": 1, "min": 60, "h": 3600}[unit]
	}
	return 1
}

// table is a CSV file with a head.
type table struct {
	head []string
	rows []map[string]string
}

func readTable(t *testing.T, path string) table {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	read := table{head: lines[0]}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, value := range line {
			row[read.head[i]] = value
		}
		read.rows = append(read.rows, row)
	}
	return read
}

func (w table) write(t *testing.T, path string) {
	t.Helper()
	var text bytes.Buffer
	out := csv.NewWriter(&text)
	lines := [][]string{w.head}
	for _, row := range w.rows {
		var line []string
		for _, column := range w.head {
			line = append(line, row[column])
		}
		lines = append(lines, line)
	}
	if err := out.WriteAll(lines); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// compareWithTable fails for each entity that is not in the table, for each fact
// that the table has otherwise, and for each difference without a reason. The
// values themselves change from run to run: only how they relate counts.
func (l *ownTestbed) compareWithTable(shown map[string]bool) (pairs map[string]pair) {
	l.t.Helper()
	known := readTable(l.t, migrationTable)
	var wrong []string
	l.t.Cleanup(func() {
		if l.t.Failed() && len(wrong) > 0 {
			l.t.Logf("at the last comparison: %s", strings.Join(wrong, "; "))
		}
	})
	if os.Getenv(writeVariable) != "" {
		awaitFor(l.t, "all values", waitTimeout, time.Second, func() bool {
			pairs = l.pairs()
			return l.isSettled(pairs)
		})
		for _, row := range known.rows {
			p := pairs[row["key"]]
			maps.Copy(row, p.facts(shown))
		}
		known.write(l.t, migrationTable)
	}
	awaitFor(l.t, "the table", waitTimeout, time.Second, func() bool {
		pairs = l.pairs()
		if wrong = differences(known, pairs, shown); len(wrong) > 0 {
			// What its own integration has read may be from before the last steps.
			l.home.call("homeassistant/update_entity", "sensor.withings_steps_today")
		}
		return len(wrong) == 0
	})
	return pairs
}

// isSettled reports whether Home Assistant shows whatever is published.
func (l *ownTestbed) isSettled(pairs map[string]pair) bool {
	tree := l.subscriber.messages()
	for key, p := range pairs {
		published := key == "battery" || tree["vitals2mqtt/alice/"+key] != ""
		if published && (p.after.Value == "unknown" || p.after.Value == "unavailable") {
			return false
		}
	}
	return true
}

// differences are those between a table and a run.
func differences(known table, pairs map[string]pair, shown map[string]bool) (wrong []string) {
	listed := map[string]bool{}
	for _, row := range known.rows {
		key := row["key"]
		listed[key] = true
		p := pairs[key]
		for column, fact := range p.facts(shown) {
			if row[column] != fact && column != "there" && column != "here" {
				wrong = append(wrong, fmt.Sprintf("%s: %s is %q (%q there, %q here), the table says %q", key,
					column, fact, valueText(p.before), valueText(p.after), row[column]))
			}
		}
		if row["values"] != "same" && row["remark"] == "" {
			wrong = append(wrong, key+": the table does not say why the values are "+row["values"])
		}
	}
	for key := range pairs {
		if !listed[key] {
			wrong = append(wrong, key+": not in the table")
		}
	}
	slices.Sort(wrong)
	return wrong
}

// batteryPair is that of any device; all devices must have one.
func batteryPair(t *testing.T, theirs, ours map[string]entity, states map[string]state) (found pair) {
	t.Helper()
	for id, there := range theirs {
		if !strings.HasSuffix(id, "_battery") {
			continue
		}
		p := pair{there: there, before: states[there.ID]}
		for id, here := range ours {
			named := states[here.ID].Attributes["friendly_name"]
			if strings.HasSuffix(id, "_battery") && named == p.before.Attributes["friendly_name"] {
				p.here, p.after = here, states[here.ID]
			}
		}
		if found.there.ID == "" || p.relation() != "same" {
			found = p
		}
	}
	return found
}

// pairs are the entities of Home Assistant's own integration with what this
// program has for them, by the keys of the table.
func (l *ownTestbed) pairs() map[string]pair {
	l.t.Helper()
	words := map[string]string{}
	for _, row := range readTable(l.t, "../docs/testdata/former_workouts.csv").rows {
		words[row["there"]] = row["here"]
	}
	states := l.home.states()
	theirs, ours := l.home.entitiesOf("withings"), l.home.entities()
	pairs := map[string]pair{}
	for _, row := range readTable(l.t, migrationTable).rows {
		key := row["key"]
		p := pair{there: theirs[l.theirID(key)], here: ours[l.ourID(key)]}
		p.before, p.after = states[p.there.ID], states[p.here.ID]
		if key == "workout_type" && words[p.before.Value] == p.after.Value {
			p.before.Value = p.after.Value
		}
		pairs[key] = p
	}
	for id, e := range theirs {
		key, known := strings.CutPrefix(id, l.theirID(""))
		if _, ok := pairs[key]; known && !ok {
			pairs[key] = pair{there: e}
		}
	}
	pairs["battery"] = batteryPair(l.t, theirs, ours, states)
	return pairs
}
