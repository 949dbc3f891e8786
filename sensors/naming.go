// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"strconv"
	"strings"
)

// kindOf is the kind of record whose fields an endpoint delivers.
func kindOf(endpoint Endpoint) Kind {
	switch endpoint {
	case EndpointNights:
		return KindNights
	case EndpointSeries:
		return KindSeries
	case EndpointActivity:
		return KindDays
	case EndpointIntraday:
		return KindSlots
	case EndpointWorkouts:
		return KindWorkouts
	case EndpointMeasures:
		return KindMeasures
	case EndpointStages:
		return KindStage
	case EndpointHeart:
		return KindHeart
	case EndpointStetho:
		return KindSounds
	case EndpointGoals:
		return KindGoals
	case EndpointEvents:
		return KindBeds
	case EndpointDevices:
	}
	return KindDevices
}

// namedField is a field whose naming its row of the catalogue does not hold.
type namedField struct {
	kind   Kind
	field  string
	naming Naming
}

// namedFields lists the fields that are no field of a response, or no plain
// number.
func namedFields() []namedField {
	when := func(key string) Naming { return Naming{Key: key, Form: FormTime} }
	goal := func(key string) Naming {
		return Naming{Key: key, Form: FormNumber, ZeroIsNone: true, NegativeIsNone: true}
	}
	rhythm := Naming{Key: keyRhythm, Form: FormClass, Texts: numbered(rhythmClasses()), Prefix: classPrefix}
	valves := Naming{Key: keyValves, Form: FormClass, Texts: numbered(valveClasses()), Prefix: classPrefix}
	return []namedField{
		{KindNights, FieldStart, when(keyNightStart)},
		{KindNights, FieldEnd, when(keyNightEnd)},
		{KindNights, FieldDate, Naming{Key: keyNightDate, Form: FormText}},
		{KindNights, FieldFellAsleep, when(keyFellAsleep)},
		{KindNights, FieldWokeUp, when(keyWokeUp)},
		{
			KindStage, FieldState,
			Naming{Key: keyStage, Form: FormClass, Texts: numbered(stageClasses()), Else: unknownStage},
		},
		{
			KindWorkouts, FieldCategory,
			Naming{Key: keyWorkoutType, Form: FormClass, Texts: workoutTexts(), Prefix: categoryPrefix},
		},
		{KindWorkouts, FieldStart, when("workout_start")},
		{KindWorkouts, FieldEnd, when("workout_end")},
		{KindWorkouts, FieldDuration, Naming{Key: "workout_duration", Form: FormNumber}},
		{KindHeart, FieldECG, when(keyECGTime)},
		{KindHeart, FieldAFib, rhythm},
		{
			KindHeart, FieldHeartRate,
			Naming{
				Key:            keyECGHeartRate,
				Form:           FormNumber,
				ZeroIsNone:     true,
				NegativeIsNone: true,
				Needs:          FieldECG,
			},
		},
		{KindHeart, FieldValves, valves},
		{KindSounds, FieldValves, valves},
		{KindGoals, "steps", goal("step_goal")},
		{KindGoals, "sleep", goal("sleep_goal")},
		{KindGoals, "weight", goal(keyGoal)},
		{KindBeds, FieldInBed, Naming{Key: keyOccupied, Form: FormClass, Texts: map[int64]string{0: off, 1: on}}},
	}
}

// numbered maps texts by their index.
func numbered(texts []string) map[int64]string {
	all := map[int64]string{}
	for n, text := range texts {
		all[int64(n)] = text
	}
	return all
}

func workoutTexts() map[int64]string {
	all := map[int64]string{}
	for _, c := range workoutCategories() {
		all[c.number] = c.name
	}
	return all
}

// naming is what a row of the catalogue makes of one of its fields, or of its
// measure type.
func (s Sensor) naming(rank int) Naming {
	n := Naming{Key: s.Key, Unit: s.Unit, Form: FormNumber, Shift: s.Shift, Rank: rank}
	if len(s.Options) > 0 {
		n.Form, n.Shift, n.Texts, n.Prefix = FormClass, 0, numbered(s.Options), s.NumberPrefix
	}
	if s.Measure == 0 {
		// All of them are counts, durations, rates and scores: a negative number
		// means that there is no value (−1 occurs), and so does 0 for some.
		n.NegativeIsNone, n.ZeroIsNone, n.Needs = true, s.ZeroIsNone, s.Needs
	}
	return n
}

// NameField returns what the catalogue makes of a field, and false for one that
// it does not name.
func NameField(kind Kind, field string, position int, extra []Sensor) (Naming, bool) {
	if kind != KindMeasures {
		if naming, ok := catalogueIndex().named[kind][field]; ok {
			return *naming, position == NoPosition
		}
		return Naming{}, false
	}
	measure, err := strconv.Atoi(field)
	if err != nil || !isMeasureType(measure) {
		return Naming{}, false
	}
	naming, reason := nameMeasure(measure, position, extra)
	return naming, reason == ""
}

// Ranks of the positions that stand for the whole body.
const (
	rankWholeBody   = 1
	rankBetweenLegs = 2
)

// nameMeasure names a measure, or returns the reason to leave it out. The rank
// is how well the position stands for the whole body: none best, then 7 (whole
// body), then 6 (between the legs: the feet of a scale). Any other position is
// a quantity of its own.
func nameMeasure(measure, position int, extra []Sensor) (Naming, LeftOutReason) {
	if position > 0 {
		if naming, ok := catalogueIndex().measures[measureKey{measure, position}]; ok {
			return naming, ""
		}
	}
	naming, reason := nameWholeBody(measure, extra)
	if reason != "" {
		return naming, reason
	}
	switch {
	case position == NoPosition:
	case position == wholeBody:
		naming.Rank = rankWholeBody
	case position == betweenLegs:
		naming.Rank = rankBetweenLegs
	case position < 0 || position > maxPosition:
		return naming, LeftOutUnknownPosition
	default:
		naming.Key += positionMark + strconv.Itoa(position)
	}
	return naming, ""
}

// nameWholeBody names a measure type without a position: by the catalogue, by
// the user's own rows, else type_<n>.
func nameWholeBody(measure int, extra []Sensor) (Naming, LeftOutReason) {
	if naming, ok := catalogueIndex().measures[measureKey{measure, 0}]; ok {
		return naming, ""
	}
	for _, row := range extra {
		if row.Measure == measure {
			return row.naming(0), ""
		}
	}
	if isDropped(measure) {
		return Naming{}, LeftOutMeaningless
	}
	return Naming{Key: typeKey(measure), Form: FormNumber}, ""
}

// PlacesOf lists where values of a key are kept, the place that counts first at
// the front. It returns none for a key that comes from no field, such as one
// that is computed.
func PlacesOf(key string, extra []Sensor) []Place {
	row, ok := LookupAmong(extra, key)
	if !ok {
		return nil
	}
	var places []Place
	if row.Measure != 0 {
		name := measureName(row.Measure)
		switch _, position, cut := cutPosition(row.Key); {
		case cut:
			places = append(places, Place{KindMeasures, name, position})
		case row.Position != 0:
			places = append(places, Place{KindMeasures, name, row.Position})
		default:
			for _, position := range []int{NoPosition, wholeBody, betweenLegs} {
				if naming, named := NameField(KindMeasures, name, position, extra); named && naming.Key == row.Key {
					places = append(places, Place{KindMeasures, name, position})
				}
			}
		}
	}
	return append(places, catalogueIndex().places[row.Key]...)
}

// indexFields adds the names of the fields to the index.
func (t *sensorIndex) indexFields() {
	add := func(kind Kind, field string, naming Naming) {
		naming.Unit = cmp.Or(naming.Unit, t.byKey[naming.Key].Unit)
		if t.named[kind] == nil {
			t.named[kind] = map[string]*Naming{}
		}
		t.named[kind][field] = &naming
		t.places[naming.Key] = append(t.places[naming.Key], Place{kind, field, NoPosition})
	}
	for endpoint, rows := range t.fields {
		for _, row := range rows {
			for rank, field := range row.Fields {
				add(kindOf(endpoint), field, row.naming(rank))
			}
		}
	}
	for _, f := range namedFields() {
		add(f.kind, f.field, f.naming)
	}
	for place, row := range t.byPlace {
		t.measures[place] = row.naming(0)
	}
	for rank, rule := range eventRules() {
		t.eventTypes = append(t.eventTypes, rule.event)
		for _, measure := range rule.measures {
			t.events[measureName(measure)] = rank
		}
	}
}

// isDynamic reports whether a key stands for a measure type without a row.
func isDynamic(key string) bool { return strings.HasPrefix(key, dynamicPrefix) }
