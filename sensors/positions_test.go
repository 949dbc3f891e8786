// SPDX-License-Identifier: MIT

package sensors_test

import (
	"testing"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// TestPositionWithoutRow measures the same type for the whole body and for a
// part of it that the catalogue does not list.
func TestPositionWithoutRow(t *testing.T) {
	t.Parallel()
	own := sensors.Sensor{Key: "urine_a", Name: "Urine A", Measure: 122, Unit: "g", Endpoint: sensors.EndpointMeasures}
	s := newStore()
	options := decodeOptions(pollOptions())
	options.Extra = []sensors.Sensor{own}
	response := measuresOf(
		group(1, at(-2), measure(91, 7125, -3, 7), measure(91, 8250, -3, 4), measure(91, 9, 0, 98)),
		group(2, at(-1), measure(173, 4, 0, 4), measure(122, 5, 0), measure(122, 6, 0, 13), measure(240, 7, 0, 0)),
	)
	o := pollOptions()
	o.Extra = options.Extra
	u := s.Apply(sensors.DecodeMeasures(response, options), o)
	wantReadings(t, s, map[string]string{
		"pulse_wave_velocity": "7.125", "pulse_wave_velocity_position_4": "8.25", "pulse_wave_velocity_position_98": "9",
		"type_173_position_4": "4", "urine_a": "5", "urine_a_position_13": "6", "type_240_position_0": "7",
	})
	if len(s.LeftOut()) != 0 {
		t.Errorf("left out: %v", s.LeftOut())
	}
	for _, unknown := range u.Unknown {
		if unknown.Kind == sensors.UnknownPosition && unknown.Number != 98 {
			t.Errorf("unknown: %v", unknown)
		}
	}
	for key, want := range map[string]sensors.Sensor{
		"pulse_wave_velocity_position_4": {Name: "Pulse wave velocity (right foot)", Unit: "m/s", Measure: 91, Position: 4},
		"type_173_position_4":            {Name: "Measure type 173 (right foot)", Measure: 173, Position: 4},
		"urine_a_position_13":            {Name: "Urine A (left hand)", Unit: "g", Measure: 122, Position: 13},
		"type_240_position_98":           {Name: "Measure type 240 (position 98)", Measure: 240, Position: 98},
	} {
		row, ok := sensors.LookupAmong(options.Extra, key)
		if !ok || row.Key != key || row.Name != want.Name || row.Unit != want.Unit || row.Measure != want.Measure ||
			row.Position != want.Position || row.Enabled {
			t.Errorf("%s: %+v", key, row)
		}
	}
}

// TestImpossiblePositions keeps a broken response from making keys at will.
func TestImpossiblePositions(t *testing.T) {
	t.Parallel()
	var all []withings.Measure
	for _, position := range []int64{-1, 100, 1 << 40} {
		all = append(all, measure(91, 7, 0, position))
	}
	s := newStore()
	applyMeasures(s, measuresOf(group(1, at(-1), all...)), pollOptions())
	wantLeftOut(t, "of three", s, sensors.KindMeasures, counts{"unknown_position": 3})
	if len(s.Readings()) != 0 {
		t.Errorf("readings %v", s.Readings())
	}
}

// TestPositionsOfSegments holds the names against the rows that are made for
// one part of the body.
func TestPositionsOfSegments(t *testing.T) {
	t.Parallel()
	for number, want := range map[int64]string{
		2: "right_arm", 3: "left_arm", 10: "left_leg", 11: "right_leg", 12: "torso", 7: "whole_body", 6: "between_legs",
		31: "held_left",
	} {
		if got, ok := sensors.PositionName(number); !ok || got != want {
			t.Errorf("%d is %q", number, got)
		}
	}
	for _, number := range []int64{-1, 32} {
		if got, ok := sensors.PositionName(number); ok {
			t.Errorf("%d is %q", number, got)
		}
	}
	for _, row := range sensors.Catalogue() {
		name, _ := sensors.PositionName(int64(row.Position))
		if want := "fat_mass_for_segments_" + name; row.Measure == 174 && row.Key != want {
			t.Errorf("%s at position %s", row.Key, name)
		}
	}
}
