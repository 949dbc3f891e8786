// SPDX-License-Identifier: MIT

package sensors

// ReasonsWithoutRow returns the measure types that have no row, with the
// reason.
func ReasonsWithoutRow() map[int]string {
	reasons := map[int]string{}
	for _, m := range measuresWithoutRow() {
		reasons[m.measure] = m.reason
	}
	return reasons
}

// EventMeasures returns the measure types that make an event of a type.
func EventMeasures() map[EventType][]int {
	measures := map[EventType][]int{}
	for _, rule := range eventRules() {
		measures[rule.event] = rule.measures
	}
	return measures
}
