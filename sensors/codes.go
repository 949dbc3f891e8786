// SPDX-License-Identifier: MIT

package sensors

import (
	"slices"

	"vitals2mqtt/internal/decimal"
)

// Tables of the vendor's codes.

// eventTypes lists all types of events, in the order of the documentation.
func eventTypes() []string {
	return []string{
		string(EventWeighIn), string(EventBloodPressure), string(EventTemperature), string(EventHeart), string(EventSleep),
		string(EventNap), string(EventWorkout), string(EventActivity), string(EventGlucose), string(EventOther),
	}
}

// rhythmClasses are the results of an electrocardiogram or an optical rhythm
// check, by their codes. Code 4 is "other" itself.
func rhythmClasses() []string {
	return []string{
		"negative", "positive", "inconclusive", "no_signal", Other, "noise", "heart_rate_too_low", "heart_rate_too_high",
		"inconclusive_us", "negative_normal_rate", "negative_high_rate", "positive_normal_rate", "positive_high_rate",
		"no_diagnosis",
	}
}

// Other is the option that Home Assistant shows for a code without a name: it
// ignores a text that is not among the options. Some tables have it as a name
// of their own as well.
const Other = "other"

// Prefixes of the values that keep a code without a name.
const (
	classPrefix    = "class_"
	categoryPrefix = "category_"
)

// reportClass reports the number of a class that has no name.
func (d *decoder) reportClass(kind UnknownKind, words []string, n decimal.Decimal) {
	if number, whole := n.Int(); whole && (number < 0 || number >= int64(len(words))) {
		d.reportUnknown(kind, number)
	}
}

// valveClasses are the results of listening to the heart valves, by their
// codes.
func valveClasses() []string { return []string{"negative", "positive", "inconclusive"} }

// unknownStage is a sleep state without a name.
const unknownStage = "unknown"

// stageClasses are the states of sleep, by their codes.
func stageClasses() []string { return []string{"awake", "light", "deep", "rem"} }

// stagesWithoutName are known states without a name of their own: entered
// manually, asleep in an unknown stage, out of bed.
func stagesWithoutName() []int64 { return []int64{4, 5, 15} }

// measureWithoutRow is a known measure type that has no row.
type measureWithoutRow struct {
	measure int
	// drop leaves it out; otherwise it is published as type_<n>.
	drop   bool
	reason string
}

func measuresWithoutRow() []measureWithoutRow {
	return []measureWithoutRow{
		{18, true, "undocumented; always −1000 in data from 2015"},
		{122, false, "undocumented; published as type_122"},
		{251, false, "ratio of two unspecified urine analytes; published as type_251"},
	}
}

// isDropped reports whether a measure type is left out.
func isDropped(measure int) bool {
	return slices.ContainsFunc(measuresWithoutRow(), func(u measureWithoutRow) bool {
		return u.measure == measure && u.drop
	})
}

// eventRule lists the measure types that make an event of a type.
type eventRule struct {
	event    EventType
	measures []int
}

// eventRules is ordered: the first row with a measure of the group names it.
// A weigh-in stays one even if the scale took the pulse as well.
func eventRules() []eventRule {
	return []eventRule{
		{EventWeighIn, []int{1}},
		{EventBloodPressure, []int{9, 10}},
		{EventTemperature, []int{12, 71, 73}},
		{EventGlucose, []int{119}},
		{EventHeart, []int{11, 54, 91, 130, 135, 136, 137, 138, 139, 155}},
	}
}
