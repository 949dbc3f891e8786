// SPDX-License-Identifier: MIT

package bridge

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vitals2mqtt/sensors"
)

// LeftOut counts what the Withings API returned but is not published, by kind of
// record and reason.
type LeftOut map[sensors.Kind]map[sensors.LeftOutReason]int

// Lines describes the counts, one line for each kind and reason, in a fixed
// order.
func (l LeftOut) Lines() []string {
	var lines []string
	for _, kind := range slices.Sorted(maps.Keys(l)) {
		for _, reason := range slices.Sorted(maps.Keys(l[kind])) {
			count := l[kind][reason]
			lines = append(lines, fmt.Sprintf("%d %s: %s", count, kindText(kind, count), leftOutText(reason)))
		}
	}
	return lines
}

// note describes what was left out of the responses of some endpoints and may
// be why a key has no value, "" for nothing.
func (l LeftOut) note(endpoints []sensors.Endpoint) string {
	suspect := LeftOut{}
	for _, endpoint := range endpoints {
		kind := kindOf(endpoint)
		for reason, count := range l[kind] {
			if reason.IsOrdinary() {
				continue
			}
			if suspect[kind] == nil {
				suspect[kind] = map[sensors.LeftOutReason]int{}
			}
			suspect[kind][reason] = count
		}
	}
	if len(suspect) == 0 {
		return ""
	}
	return "left out: " + strings.Join(suspect.Lines(), "; ")
}

// kindOf is the kind of records of an endpoint.
func kindOf(endpoint sensors.Endpoint) sensors.Kind {
	return map[sensors.Endpoint]sensors.Kind{
		sensors.EndpointMeasures: sensors.KindMeasures,
		sensors.EndpointNights:   sensors.KindNights,
		sensors.EndpointStages:   sensors.KindStage,
		sensors.EndpointSeries:   sensors.KindSeries,
		sensors.EndpointActivity: sensors.KindDays,
		sensors.EndpointIntraday: sensors.KindSlots,
		sensors.EndpointWorkouts: sensors.KindWorkouts,
		sensors.EndpointHeart:    sensors.KindHeart,
		sensors.EndpointStetho:   sensors.KindSounds,
		sensors.EndpointDevices:  sensors.KindDevices,
		sensors.EndpointGoals:    sensors.KindGoals,
		sensors.EndpointEvents:   sensors.KindBeds,
	}[endpoint]
}

// kindText names a number of records of a kind.
func kindText(kind sensors.Kind, count int) string {
	names, known := map[sensors.Kind][2]string{
		sensors.KindMeasures: {"measurement", "measurements"},
		sensors.KindNights:   {"night or nap", "nights and naps"},
		sensors.KindSeries:   {"series of a night", "series of a night"},
		sensors.KindStage:    {"sleep state", "sleep states"},
		sensors.KindDays:     {"day of activity", "days of activity"},
		sensors.KindSlots:    {"minute of activity", "minutes of activity"},
		sensors.KindWorkouts: {"workout", "workouts"},
		sensors.KindHeart:    {"ECG record", "ECG records"},
		sensors.KindSounds:   {"heart sound", "heart sounds"},
		sensors.KindGoals:    {"goal", "goals"},
		sensors.KindBeds:     {"bed event", "bed events"},
		sensors.KindDevices:  {"device", "devices"},
	}[kind]
	switch {
	case !known:
		return string(kind)
	case count == 1:
		return names[0]
	}
	return names[1]
}

// leftOutText describes a reason.
func leftOutText(reason sensors.LeftOutReason) string {
	return cmp.Or(map[sensors.LeftOutReason]string{
		sensors.LeftOutInvalid:         "not a record, or without an id",
		sensors.LeftOutNoTime:          "without a usable time",
		sensors.LeftOutNoDate:          "without a date",
		sensors.LeftOutEndBeforeStart:  "ending before the start",
		sensors.LeftOutFuture:          "more than a day in the future; check the clock of the device",
		sensors.LeftOutNoValue:         "with a value that cannot be read",
		sensors.LeftOutUnknownPosition: "at an impossible position of the body",
		sensors.LeftOutTarget:          "targets, not measurements",
		sensors.LeftOutMeaningless:     "of a type that never holds a value",
		sensors.LeftOutSuperseded:      "superseded by a better source of the same value",
		sensors.LeftOutApp:             "an app, not hardware",
		sensors.LeftOutAmbiguous:       "held back, may belong to another user",
		sensors.LeftOutPolicy:          "held back by withings.attributions",
	}[reason], string(reason))
}
