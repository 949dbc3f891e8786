// SPDX-License-Identifier: MIT

package vendor

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// writeMeasures writes the rows of a measure group.
func (w *DownloadWriter) writeMeasures(rec sensors.Record) error {
	date, written := w.clock.wallText(rec.At, w.losses), map[string]bool{}
	cells := func(format func(decimal.Decimal, int) string, places int, names ...string) (cells []string, found bool) {
		for _, name := range names {
			value, ok := wholeBody(rec, name)
			if !ok {
				cells = append(cells, "")
				continue
			}
			cells, found, written[name] = append(cells, format(value, places)), true, true
		}
		return cells, found
	}
	add := func(t *table, cells []string) { t.add(rec.At, append([]string{date}, cells...)...) }
	if row, ok := cells(w.fixed, 2, typeWeight, typeFatMass, typeBoneMass, typeMuscleMass, typeHydration); ok {
		add(w.table("weight", "Date", "Weight (kg)", "Fat mass (kg)", "Bone mass (kg)", "Muscle mass (kg)",
			"Hydration (kg)", "Comments"), append(row, ""))
	}
	if row, ok := cells(w.fixed, 0, typePulse, typeSystolic, typeDiastolic); ok {
		add(w.table("bp", "Date", "Heart rate", "Systolic", "Diastolic", "Comments"), append(row, ""))
	}
	if row, ok := cells(w.atMost, 2, typeHeight); ok {
		add(w.table("height", "Date", "Height (m)", "Comments"), append(row, ""))
	}
	if row, ok := cells(w.fixed, 1, typeTemperature); ok {
		add(w.table("body_temperature", "date", "value (°C)"), row)
	}
	if row, ok := cells(w.fixed, 0, typeSpO2); ok {
		add(w.table("manual_spo2", "date", "value"), row)
	}
	if row, ok := cells(w.fixed, 1, typePulseWave); ok {
		add(w.table("pwv", "date", "value"), row)
	}
	w.writeOthers(rec, sensors.KindMeasures, date, written)
	if err := w.writeGlucose(rec, written); err != nil {
		return err
	}
	for _, f := range rec.Fields {
		if !written[f.Name] && f.Name != typeFatFree {
			w.count(lostType)
		}
	}
	return nil
}

// writeOthers writes the values that other.csv has. They are rounded to whole
// numbers, with a comma after the thousands.
func (w *DownloadWriter) writeOthers(rec sensors.Record, kind sensors.Kind, date string, written map[string]bool) {
	for _, m := range otherMeasures() {
		value, ok := wholeBody(rec, m.field)
		if !ok || m.kind != kind {
			continue
		}
		value, err := value.Shift(-m.shift)
		if err != nil {
			continue
		}
		written[m.field] = true
		_, exact := wholeBody(rec, typeFatMass)
		text := value.Fixed(0)
		if !exact || m.field != typeFatRatio { // else weight.csv has it exactly
			text = w.fixed(value, 0)
		}
		t := w.table("other", "type", "date", "value", "unit", "position")
		t.add(rec.At, m.label, date, withThousands(text), "")
	}
}

// withThousands puts commas between groups of three digits.
func withThousands(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

func (w *DownloadWriter) writeGlucose(rec sensors.Record, written map[string]bool) error {
	value, ok := wholeBody(rec, typeGlucose)
	if !ok {
		return nil
	}
	written[typeGlucose] = true
	return w.writeSpan(sensors.KindMeasures, typeGlucose, span{at: rec.At, zone: rec.Zone, value: value})
}

// writeHeart writes the class of the heart valves. Electrocardiograms without
// their curve have no place.
func (w *DownloadWriter) writeHeart(rec sensors.Record) {
	written := map[string]bool{}
	w.writeOthers(rec, sensors.KindHeart, w.clock.wallText(rec.At, w.losses), written)
	if len(written) == 0 {
		w.count(lostRecord)
	}
}

// writeDay writes a row in each of the files of a day's totals.
func (w *DownloadWriter) writeDay(rec sensors.Record) {
	date, err := time.Parse(time.DateOnly, rec.Date)
	if err != nil {
		w.count(lostRecord)
		return
	}
	resting, hasResting := fieldNumber(rec, fieldResting)
	total, hasTotal := fieldNumber(rec, fieldTotal)
	active, hasActive := fieldNumber(rec, fieldCalories)
	if !hasResting && hasTotal && hasActive {
		difference := new(big.Rat).Sub(total.Rat(), active.Rat())
		resting, err = decimal.FromRat(difference, 6)
		hasResting = err == nil && resting.Sign() >= 0
	}
	for file, field := range map[string]string{
		"aggregates_steps":           fieldSteps,
		"aggregates_distance":        fieldDistance,
		"aggregates_elevation":       fieldElevation,
		"aggregates_calories_earned": fieldCalories,
	} {
		if value, ok := fieldNumber(rec, field); ok {
			w.table(file, "date", "value").add(date.Unix(), rec.Date, w.atMost(value, 3))
		}
	}
	if hasResting {
		w.table("aggregates_calories_passive", "date", "value").add(date.Unix(), rec.Date, w.atMost(resting, 3))
	}
	carried := []string{fieldSteps, fieldDistance, fieldElevation, fieldCalories, fieldResting}
	if hasResting {
		carried = append(carried, fieldTotal)
	}
	w.countOthers(rec, carried)
}

// countOthers counts the fields of a record that are not written.
func (w *DownloadWriter) countOthers(rec sensors.Record, carried []string) {
	for _, f := range rec.Fields {
		if !slices.Contains(carried, f.Name) {
			w.count(lostType)
		}
	}
}

// writeNight writes a row of sleep.csv.
func (w *DownloadWriter) writeNight(rec sensors.Record) {
	if rec.Start == 0 {
		w.count(lostRecord)
		return
	}
	t := w.table("sleep", "from", "to", "light (s)", "deep (s)", "rem (s)", "awake (s)", "wake up", "Duration to sleep (s)",
		"Duration to wake up (s)", "Snoring (s)", "Snoring episodes", "Average heart rate", "Heart rate (min)",
		"Heart rate (max)", "Night events", "Notes")
	t.newestFirst = false
	cells := []string{w.clock.isoText(rec.Start, rec.Zone), w.clock.isoText(rec.At, rec.Zone)}
	carried := []string{
		sensors.FieldStart, sensors.FieldEnd, sensors.FieldDate, sensors.FieldEndHour, sensors.FieldFellAsleep,
		sensors.FieldWokeUp, "total_sleep_time", "total_timeinbed", "sleep_efficiency",
	}
	for _, c := range sleepLayout().columns[sleepLight:sleepEvents] {
		carried = append(carried, c.name)
		cell := ""
		if value, ok := fieldNumber(rec, c.name); ok {
			cell = w.fixed(value, 0)
		}
		cells = append(cells, cell)
	}
	t.add(rec.Start, append(cells, nightEventsText(rec), "")...)
	w.countOthers(rec, carried)
}

// nightEventsText are when the user fell asleep and woke up, in seconds from the
// beginning.
func nightEventsText(rec sensors.Record) string {
	events := map[string][]int64{}
	for code, field := range map[string]string{
		eventFellAsleep: sensors.FieldFellAsleep,
		eventWokeUp:     sensors.FieldWokeUp,
	} {
		value, ok := fieldNumber(rec, field)
		if at, whole := value.Int(); ok && whole {
			events[code] = []int64{at - rec.Start}
		}
	}
	if len(events) == 0 {
		return ""
	}
	text, err := json.Marshal(events)
	if err != nil {
		return ""
	}
	return string(text)
}

// writeWorkout writes a row of activities.csv.
func (w *DownloadWriter) writeWorkout(rec sensors.Record) {
	if rec.Start == 0 {
		w.count(lostRecord)
		return
	}
	t := w.table("activities", "from", "to", "from (manual)", "to (manual)", "Timezone", "Activity type", "Data", "GPS",
		"Modified")
	t.newestFirst = false
	name := "Other"
	if category, ok := fieldNumber(rec, sensors.FieldCategory); ok {
		number, _ := category.Int()
		if known, ok := w.names.names[number]; ok {
			name = known
		}
	}
	carried := []string{sensors.FieldStart, sensors.FieldEnd, sensors.FieldDuration, sensors.FieldCategory}
	var members []string
	for _, f := range dataFields() {
		carried = append(carried, f.field)
		if value, ok := fieldNumber(rec, f.field); ok {
			members = append(members, fmt.Sprintf("%q:%s", f.member, value))
		}
	}
	modified := ""
	if rec.Modified != 0 {
		modified = w.clock.isoText(rec.Modified, rec.Zone)
	}
	t.add(rec.Start, w.clock.isoText(rec.Start, rec.Zone), w.clock.isoText(rec.At, rec.Zone), "", "",
		knownZone(rec.Zone), name, "{"+strings.Join(members, ",")+"}", "", modified)
	w.countOthers(rec, carried)
}
