package sensors_test

import (
	"testing"

	"vitals2mqtt/sensors"
)

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
