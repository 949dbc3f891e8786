// SPDX-License-Identifier: MIT

package vendor

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// dataField is a member of the column Data of activities.csv: the same as in the
// response of the cloud unless named. Members that are not listed are not read,
// for they could say where somebody was.
type dataField struct {
	member, field string
	zeroIsNone    bool
}

func dataFields() []dataField {
	same := func(name string) dataField { return dataField{member: name, field: name} }
	rate := func(name string) dataField { return dataField{member: name, field: name, zeroIsNone: true} }
	return []dataField{
		same("calories"), same("intensity"), same("manual_distance"), same("manual_calories"),
		rate("hr_average"), rate("hr_min"), rate("hr_max"),
		same("hr_zone_0"), same("hr_zone_1"), same("hr_zone_2"), same("hr_zone_3"),
		same("pause_duration"), same("steps"), same("distance"), same("metcumul"),
		{member: "elevation", field: fieldElevation},
		{member: "laps", field: "pool_laps"},
		{member: "mvts", field: "strokes"},
		same("pool_length"),
	}
}

// workoutNames maps between the cloud's numbers of workouts and their English
// names in the download.
type workoutNames struct {
	numbers map[string]int64
	names   map[int64]string
}

// otherWorkoutNames are the names in the download that are not the catalogue's.
func otherWorkoutNames() map[string]string {
	return map[string]string{
		"Walking":     "walk",
		"Running":     "run",
		"Ping Pong":   "table_tennis",
		"Multi Sport": "multi_sport",
	}
}

func newWorkoutNames() workoutNames {
	w := workoutNames{numbers: map[string]int64{}, names: map[int64]string{}}
	naming, _ := sensors.NameField(sensors.KindWorkouts, sensors.FieldCategory, sensors.NoPosition, nil)
	for number, name := range naming.Texts {
		w.numbers[name] = number
		words := strings.ReplaceAll(name, "_", " ")
		w.names[number] = strings.ToUpper(words[:1]) + words[1:]
	}
	for label, name := range otherWorkoutNames() {
		if number, ok := w.numbers[name]; ok {
			w.numbers[normalWorkoutName(label)], w.names[number] = number, label
		}
	}
	return w
}

func normalWorkoutName(label string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(label))
}

// workouts reads the workouts.
func workouts(s *sheet, c *clock) iter.Seq2[part, error] {
	return func(yield func(part, error) bool) {
		names, unnamed := newWorkoutNames(), 0
		for r, err := range s.rows() {
			if err != nil {
				yield(part{}, err)
				return
			}
			p, ok := r.workout(c)
			if !ok {
				continue
			}
			if category, known := names.numbers[normalWorkoutName(r.cell(activityType))]; known {
				p.record.Fields = append(p.record.Fields, numberOf(sensors.FieldCategory, category))
			} else {
				unnamed++
			}
			if !yield(p, nil) {
				return
			}
		}
		if unnamed > 0 {
			s.remark(fmt.Sprintf("has %d workouts of a kind that is not known: they are read as other ones", unnamed))
		}
	}
}

func (r row) workout(c *clock) (p part, ok bool) {
	from, to := activityFrom, activityTo
	if r.cell(activityFromManual) != "" && r.cell(activityToManual) != "" {
		from, to = activityFromManual, activityToManual // the user has corrected them
	}
	start, end, ok := r.span(from, to, c.iso)
	if !ok {
		return p, false
	}
	rec := sensors.Record{At: end.unix, Start: start.unix, Date: start.date, Zone: start.zone}
	if zone := knownZone(r.cell(activityZone)); zone != "" {
		rec.Zone = zone
	}
	if r.cell(activityModified) != "" {
		if modified, ok := r.dateOf(activityModified, c.iso); ok {
			rec.Modified = modified.unix
		}
	}
	rec.Fields = []sensors.Field{
		numberOf(sensors.FieldStart, start.unix), numberOf(sensors.FieldEnd, end.unix),
		numberOf(sensors.FieldDuration, end.unix-start.unix),
	}
	rec.Fields = append(rec.Fields, r.workoutData(activityData)...)
	return part{kind: sensors.KindWorkouts, record: rec, report: r.reporter()}, true
}

// knownZone is the name of a time zone, "" when it is none.
func knownZone(name string) string {
	const longest = 60
	if name == "" || name == "Local" || len(name) > longest {
		return ""
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return ""
	}
	return zone.String()
}

func (r row) workoutData(column int) (fields []sensors.Field) {
	cell := r.cell(column)
	if cell == "" {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(cell), &members) != nil {
		r.cellProblem(column, "the data of the workout are not in the form that is known")
		return nil
	}
	known := dataFields()
	for _, member := range slices.Sorted(maps.Keys(members)) {
		at := slices.IndexFunc(known, func(f dataField) bool { return f.member == member })
		if at < 0 {
			continue
		}
		value, ok := jsonNumber(string(members[member]))
		switch {
		case !ok:
			r.cellProblem(column, known[at].member+" is not a number")
		case value.Sign() < 0 || value.Sign() == 0 && known[at].zeroIsNone:
		default:
			fields = append(fields, number(known[at].field, value))
		}
	}
	return fields
}
