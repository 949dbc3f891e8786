// SPDX-License-Identifier: MIT

package docs_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// former is an entity of Home Assistant's own integration as a real one shows
// it, with the values of one run of the end-to-end tests there and here, and how
// they relate; remark says why something differs.
type former struct {
	key, name, platform, class, unit, state, shown string

	there, here, values, remark string
}

func formerEntities(t *testing.T) []former {
	t.Helper()
	rows := readCSV(t, "testdata/former.csv", "key,name,platform,class,unit,state,shown,there,here,values,remark")
	all := make([]former, 0, len(rows))
	for _, r := range rows {
		all = append(all, former{r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10]})
	}
	return all
}

// readCSV reads a file with a known head.
func readCSV(t *testing.T, path, head string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	must(t, err)
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll()
	must(t, err)
	if got := strings.Join(rows[0], ","); got != head {
		t.Fatalf("%s has the columns %s, want %s", path, got, head)
	}
	return rows[1:]
}

// successor is the row of the catalogue, false if there is none.
func (f former) successor() (sensors.Sensor, bool) { return sensors.Lookup(f.key) }

// oldEntityID is the default id of the entity.
func (f former) oldEntityID() string {
	if f.key == "battery" {
		return "sensor.<device>_battery"
	}
	return f.platform + ".withings_" + topics.Slug(f.name)
}

func (f former) newEntityID() string {
	row, ok := f.successor()
	switch {
	case !ok:
		return "event.alice_measurement"
	case row.Scope == sensors.ScopeDevice:
		return row.Platform + ".<device>_" + row.Key
	}
	return row.Platform + ".alice_" + row.Key
}

// oldAndNew shows the old and the new text, or one of them if they are equal.
func oldAndNew(there, here string) string {
	if there == here {
		return there
	}
	word := func(text string) string {
		if text == "" {
			return "none"
		}
		return text
	}
	return word(there) + " → " + word(here)
}

// hasChanged reports whether anything but the defaults has changed, which needs
// a remark.
func (f former) hasChanged() bool {
	row, ok := f.successor()
	return !ok || f.values != "same" || row.Unit != f.unit || row.DeviceClass != f.class ||
		row.StateClass != f.state || row.Platform != f.platform || row.Name != f.name
}

// value shows what both had in the run.
func (f former) value() string {
	if f.there == "" && f.here == "" {
		return ""
	}
	return oldAndNew(f.there, f.here)
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// TestGoldenMigration makes the tables of migration.md from the former entities
// and the catalogue.
func TestGoldenMigration(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("| there | here | name | unit | class | statistics | shown | value | why |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	known := map[string]bool{"measurement": true} // for the calendar
	for _, f := range formerEntities(t) {
		row, ok := f.successor()
		if !ok {
			row = sensors.Sensor{Name: "New measurement", Enabled: true}
		}
		known[row.Key] = true
		if f.hasChanged() && f.remark == "" {
			t.Errorf("%s differs, and testdata/former.csv does not say why", f.key)
		}
		_, _ = fmt.Fprintf(&text, "| `%s` | `%s` | %s | %s | %s | %s | %s | %s | %s |\n",
			f.oldEntityID(), f.newEntityID(), oldAndNew(f.name, row.Name), oldAndNew(f.unit, row.Unit),
			oldAndNew(f.class, row.DeviceClass), oldAndNew(f.state, row.StateClass),
			oldAndNew(f.shown, yesNo(row.Enabled)), f.value(), f.remark)
	}
	text.WriteString("\nOnly here: " + onlyHere(known) + ".\n")
	text.WriteString("\nAnd of `workout_type`:\n\n| word there | word here |\n| --- | --- |\n")
	kind, _ := sensors.Lookup("workout_type")
	for _, row := range readCSV(t, "testdata/former_workouts.csv", "there,here") {
		if !slices.Contains(kind.Options, row[1]) {
			t.Errorf("workout_type is never %s", row[1])
		}
		if row[0] != row[1] {
			_, _ = fmt.Fprintf(&text, "| `%s` | `%s` |\n", row[0], row[1])
		}
	}
	goldentest.CompareSection(t, "migration.md", "<!-- begin: written by go generate -->\n", "<!-- end -->",
		[]byte(text.String()))
}

// onlyHere lists the sensors of a person that are not known there.
func onlyHere(known map[string]bool) string {
	var list []string
	for _, row := range sensors.Catalogue() {
		if !known[row.Key] && row.Scope == sensors.ScopeProfile {
			list = append(list, "`"+row.Key+"`")
		}
	}
	return strings.Join(list, ", ")
}

// TestThirtyLegacyKeys checks what migration.md says about the oldest
// integration.
func TestThirtyLegacyKeys(t *testing.T) {
	t.Parallel()
	count := 0
	for _, row := range sensors.Catalogue() {
		if row.Original {
			count++
		}
	}
	if count != 30 {
		t.Errorf("%d keys", count)
	}
}
