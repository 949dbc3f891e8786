package sensors

import (
	"slices"

	"vitals2mqtt/internal/decimal"
)

// The cloud's numbers that are no quantities, as tables.

// eventTypes lists all types of events, in the order of the documentation.
func eventTypes() []string {
	return []string{
		string(EventWeighIn), string(EventBloodPressure), string(EventTemperature), string(EventHeart), string(EventSleep),
		string(EventNap), string(EventWorkout), string(EventActivity), string(EventGlucose), string(EventOther),
	}
}

// rhythmClasses are the results of an electrocardiogram or an optical rhythm
// check, in the order of the cloud's numbers. Number 4 is "other" itself, which
// also stands for numbers that nobody has explained yet.
func rhythmClasses() []string {
	return []string{
		"negative", "positive", "inconclusive", "no_signal", otherClass, "noise", "heart_rate_too_low", "heart_rate_too_high",
		"inconclusive_us", "negative_normal_rate", "negative_high_rate", "positive_normal_rate", "positive_high_rate", "no_diagnosis",
	}
}

const (
	otherClass   = "other"   // a rhythm class without a text
	unknownStage = "unknown" // a sleep state without a text
)

// class returns the option of a number, or the fallback.
func class(options []string, n decimal.Decimal, fallback string) string {
	number, whole := n.Int()
	if !whole || number < 0 || number >= int64(len(options)) {
		return fallback
	}
	return options[number]
}

// rhythm is the class of an electrocardiogram; a number without one is "other".
func rhythm(options []string, n decimal.Decimal, u *Update) string {
	if number, whole := n.Int(); whole && (number < 0 || number >= int64(len(options))) {
		u.meet(UnknownClass, number)
	}
	return class(options, n, otherClass)
}

// valveClasses are the results of listening to the heart valves, in the order
// of the cloud's numbers. Only the first three are known.
func valveClasses() []string { return []string{"negative", "positive", "inconclusive", otherClass} }

// unnamedType is a measure type that is known to exist and has no row, with the
// reason.
type unnamedType struct {
	measure int
	// drop leaves it out altogether; otherwise it is published as type_<n>.
	drop   bool
	reason string
}

func unnamedTypes() []unnamedType {
	return []unnamedType{
		{18, true, "undocumented; −1000 in data of 2015, which measures nothing"},
		{122, false, "undocumented and never explained; published as type_122"},
		{251, false, "a ratio of two urine analytes, nobody knows which two; published as type_251"},
	}
}

// meaningless says whether a measure type is left out altogether.
func meaningless(measure int) bool {
	return slices.ContainsFunc(unnamedTypes(), func(u unnamedType) bool { return u.measure == measure && u.drop })
}

// eventClass says which measure types make an event of a type.
type eventClass struct {
	event    EventType
	measures []int
}

// eventClasses is ordered: the first row with a measure of the group names it.
// A weigh-in stays one though the scale took the pulse as well.
func eventClasses() []eventClass {
	return []eventClass{
		{EventWeighIn, []int{1}},
		{EventBloodPressure, []int{9, 10}},
		{EventTemperature, []int{12, 71, 73}},
		{EventGlucose, []int{119}},
		{EventHeart, []int{11, 54, 91, 130, 135, 136, 137, 138, 139, 155}},
	}
}

// eventOf classes a group by the measure types it holds.
func eventOf(measures []int) EventType {
	for _, c := range eventClasses() {
		if slices.ContainsFunc(c.measures, func(m int) bool { return slices.Contains(measures, m) }) {
			return c.event
		}
	}
	return EventOther
}
