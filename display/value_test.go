// SPDX-License-Identifier: MIT

package display_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/display"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

func number(t *testing.T, text string) sensors.Value {
	t.Helper()
	n, err := decimal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return sensors.Number(n)
}

// tokyo is nine hours ahead of UTC all year.
func tokyo() *time.Location { return time.FixedZone("Asia/Tokyo", 9*60*60) }

func TestValue(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		key    string
		value  string
		system units.System
		want   string
	}{
		{"weight_kg", "17.773", units.Metric, "17.77 kg"},
		{"weight_kg", "68.4", "", "68.40 kg"},
		{"weight_kg", "81.35", units.Imperial, "179.3 lb"},
		{"weight_kg", "81.35", units.UK, "12 st 11.3 lb"},
		{"fat_mass_kg", "5.2", units.UK, "11.5 lb"},
		{"fat_ratio_pct", "23.456", units.Metric, "23.5%"},
		{"height_m", "1.78", units.Metric, "1.78 m"},
		{"height_m", "1.78", units.Imperial, "70.1 in"},
		{"body_temperature_c", "36.75", units.Metric, "36.8 °C"},
		{"body_temperature_c", "36.75", units.Imperial, "98.2 °F"},
		{"body_temperature_c", "36.75", units.UK, "36.8 °C"},
		{"activity_distance_today", "5230.4", units.Metric, "5230 m"},
		{"activity_distance_today", "5230.4", units.Imperial, "3.25 mi"},
		{"blood_glucose_mgdl", "95", units.UK, "5.3 mmol/L"},
		{"heart_pulse_bpm", "61.0", units.Imperial, "61 bpm"},
		{"sleep_total_duration_seconds", "20700", units.Metric, "5 h 45 min"},
		{"sleep_total_duration_seconds", "28800", units.Metric, "8 h"},
		{"sleep_total_duration_seconds", "3599", units.Metric, "1 h"},
		{"sleep_total_duration_seconds", "600", units.Metric, "10 min"},
		{"sleep_total_duration_seconds", "599", units.Metric, "9 min 59 s"},
		{"sleep_total_duration_seconds", "120", units.Metric, "2 min"},
		{"sleep_total_duration_seconds", "89", units.Metric, "1 min 29 s"},
		{"sleep_total_duration_seconds", "59.6", units.Metric, "1 min"},
		{"sleep_total_duration_seconds", "0", units.Metric, "0 s"},
		{"sleep_total_duration_seconds", "-90", units.Metric, "-1 min 30 s"},
		{"sleep_total_duration_seconds", "1000000000", units.Metric, "277777 h 47 min"},
		{"sleep_total_duration_seconds", "1000000001", units.Metric, "1000000001 s"},
		{"sleep_total_duration_seconds", "-1000000000", units.Metric, "-277777 h 47 min"},
		{"sleep_total_duration_seconds", "-1000000001", units.Metric, "-1000000001 s"},
		{"sleep_total_duration_seconds", "99e17", units.Metric, "9900000000000000000 s"},
		{"ecg_qrs_ms", "96.4", units.Metric, "96 ms"},
		{"sleep_wakeup_count", "1", units.Metric, "1 time"},
		{"sleep_wakeup_count", "2", units.Metric, "2 times"},
		{"activity_floors_climbed_today", "1", units.Metric, "1 floor"},
		{"sleep_start", "2026-11-27T15:29:00Z", units.Metric, "28 Nov 2026 00:29"},
		{"sleep_date", "2026-11-28", units.Metric, "28 Nov 2026"},
		{"sleep_state", "rem", units.Metric, "REM"},
		{"workout_type", "category_9999", units.Metric, "category 9999"},
		{"in_bed", "OFF", units.Metric, "no"},
		{"in_bed", "ON", units.Metric, "yes"},
		{"battery_low", "ON", units.Metric, "low"},
		{"authorization", "OFF", units.Metric, "fine"},
		{"push", "OFF", units.Metric, "not connected"},
		{"in_bed", "somewhere", units.Metric, "somewhere"},
		{"type_999", "1.2345", units.Imperial, "1.2345"},
		{"nobody_knows_this", "1.25", units.Imperial, "1.25"},
	} {
		sensor, _ := sensors.Lookup(row.key)
		value := sensors.Text(row.value)
		if _, err := decimal.Parse(row.value); err == nil {
			value = number(t, row.value)
		}
		if got := display.Value(sensor, value, row.system, tokyo()); got != row.want {
			t.Errorf("%s %s (%s): %q, want %q", row.key, row.value, row.system, got, row.want)
		}
	}
	if got := display.Value(sensors.Sensor{}, sensors.Value{}, units.Metric, time.UTC); got != "" {
		t.Errorf("no value is %q", got)
	}
}

// TestValueCoversCatalogue checks invariants for each row, with values of
// different sizes, in each unit system.
func TestValueCoversCatalogue(t *testing.T) {
	t.Parallel()
	var (
		machine   = regexp.MustCompile(`\d{4}-\d{2}-\d{2}|\dT\d|\bON\b|\bOFF\b|_`)
		seconds   = regexp.MustCompile(`(\d+) s$`)
		precision = regexp.MustCompile(`\.\d{4,}`)
	)
	rows := 0
	for _, row := range sensors.Catalogue() {
		rows++
		var values []sensors.Value
		switch {
		case row.Platform == "binary_sensor":
			values = []sensors.Value{sensors.Text("ON"), sensors.Text("OFF")}
		case row.DeviceClass == "timestamp":
			values = []sensors.Value{sensors.Text("2026-11-28T00:29:00Z"), sensors.Text("2026-11-28T02:29:00+02:00")}
		case row.DeviceClass == "date":
			values = []sensors.Value{sensors.Text("2026-11-28")}
		case len(row.Options) > 0:
			for _, option := range row.Options {
				values = append(values, sensors.Text(option))
			}
		default:
			for _, text := range []string{"0", "1", "17.7731", "91", "3599", "20700.25", "86400"} {
				values = append(values, number(t, text))
			}
		}
		for _, value := range values {
			for _, system := range units.Systems() {
				got := display.Value(row, value, system, tokyo())
				if got == "" || machine.MatchString(got) {
					t.Errorf("%s: %s is shown as %q", row.Key, value, got)
				}
				if row.DeviceClass == "duration" && row.Unit == "s" {
					if rest := seconds.FindStringSubmatch(got); len(rest) > 1 && len(rest[1]) > 2 {
						t.Errorf("%s: %s is shown as %q: raw seconds", row.Key, value, got)
					}
				}
				if row.Precision != sensors.NoPrecision && precision.MatchString(got) {
					t.Errorf("%s: %s is shown as %q: not rounded", row.Key, value, got)
				}
				if _, numeric := value.Decimal(); numeric && row.Unit == "kg" && system != units.Metric &&
					strings.Contains(got, "kg") {
					t.Errorf("%s: %s is shown as %q in %s", row.Key, value, got, system)
				}
			}
		}
	}
	if rows < 150 {
		t.Errorf("only %d rows were checked", rows)
	}
}
