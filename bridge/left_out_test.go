// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// TestLeftOutIsCountedAndLoggedOnce polls nights of which some cannot be used
// for an hour, then restarts.
func TestLeftOutIsCountedAndLoggedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
		nights := withings.Nights{Series: withings.List[withings.Night]{
			{ID: number(1)},
			{ID: number(2), Start: number(time.Now().Unix()), End: number(time.Now().Unix() - 1)},
			{},
		}}
		alice := &fakeCloud{user: "1", nights: func(time.Time) (withings.Nights, error) { return nights, nil }}
		p := withKeys(profile("Alice", alice), "sleep_score")
		h := newHarness()
		want := bridge.LeftOut{sensors.KindNights: {
			sensors.LeftOutNoTime:         1,
			sensors.LeftOutEndBeforeStart: 1,
			sensors.LeftOutInvalid:        1,
		}}
		for _, run := range []string{"first", "restarted"} {
			lines := h.runAndReadLog(t, p, time.Hour)
			logged := strings.Count(strings.Join(lines, "\n"), "records left out")
			if wantLines := map[string]int{"first": 3}[run]; logged != wantLines {
				t.Errorf("%s: logged %d times, want %d:\n%s", run, logged, wantLines, strings.Join(lines, "\n"))
			}
			var published bridge.Health
			if err := json.Unmarshal([]byte(h.publisher.get(h.tree.BridgeHealth())), &published); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, published.Profiles["alice"].LeftOut); diff != "" {
				t.Errorf("%s: bridge/health (-want +got):\n%s", run, diff)
			}
		}
		stored, err := h.stored().LeftOut(t.Context(), p)
		if diff := cmp.Diff(want, stored); err != nil || diff != "" {
			t.Errorf("without the daemon: %v\n%s", err, diff)
		}
		whys, err := h.stored().Explain(t.Context(), p, withings.Token{UserID: "1"})
		if err != nil {
			t.Fatal(err)
		}
		for _, why := range whys {
			if why.Key == "sleep_score" && !strings.Contains(why.Note, "1 night or nap: without a usable time") {
				t.Errorf("the reason for having no sleep score: %+v", why)
			}
		}
		lines := []string{
			"1 night or nap: ending before the start", "1 night or nap: not a record, or without an id",
			"1 night or nap: without a usable time",
		}
		if got := stored.Lines(); !slices.Equal(got, lines) {
			t.Errorf("lines %q", got)
		}
	})
}

// TestEveryLeftOutReasonHasAText looks for reasons that the terminal would show
// as they are.
func TestEveryLeftOutReasonHasAText(t *testing.T) {
	t.Parallel()
	for _, reason := range []sensors.LeftOutReason{
		sensors.LeftOutInvalid, sensors.LeftOutNoTime, sensors.LeftOutNoDate, sensors.LeftOutEndBeforeStart,
		sensors.LeftOutFuture, sensors.LeftOutNoValue, sensors.LeftOutUnknownPosition, sensors.LeftOutTarget,
		sensors.LeftOutMeaningless, sensors.LeftOutSuperseded, sensors.LeftOutApp, sensors.LeftOutAmbiguous,
		sensors.LeftOutPolicy,
	} {
		line := bridge.LeftOut{sensors.KindMeasures: {reason: 2}}.Lines()[0]
		if strings.HasSuffix(line, ": "+string(reason)) || !strings.HasPrefix(line, "2 measurements: ") {
			t.Errorf("%s is described as %q", reason, line)
		}
	}
	one := bridge.LeftOut{sensors.KindDevices: {sensors.LeftOutApp: 1}}.Lines()[0]
	if one != "1 device: an app, not hardware" {
		t.Error(one)
	}
}

// TestPublishedValuesAreLogged reads the log of an hour in which one weigh-in
// arrives, of a restart, and of a deletion.
func TestPublishedValuesAreLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		groups := []withings.Group{weighIn(1, 70000, time.Now().Add(-time.Hour))}
		alice := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			return withings.Measures{Groups: groups}, nil
		}}
		alice.devices = func() (withings.Devices, error) {
			return withings.Devices{Devices: withings.List[withings.Device]{{DeviceID: "scale", Type: "Scale"}}}, nil
		}
		p := withKeys(profile("Alice", alice), "weight_kg", "battery")
		h := newHarness()
		lines := h.runAndReadLog(t, p, time.Hour)
		if len(lines) != 1 || !containsAll(lines[0], `"profile":"alice"`, `"reason":"start"`, `"values":1`, `"devices":1`,
			`"changed":1`, `"message":"values published"`) || strings.Contains(lines[0], "70") {
			t.Errorf("the first hour:\n%s", strings.Join(lines, "\n"))
		}
		groups = append(groups, weighIn(2, 70500, time.Now()))
		lines = h.runAndReadLog(t, p, time.Hour)
		if len(lines) != 2 || !containsAll(lines[0], `"reason":"restore"`, `"values":1`) ||
			!containsAll(lines[1], `"reason":"start"`, `"values":1`, `"changed":1`) {
			t.Errorf("after a restart, with a weigh-in:\n%s", strings.Join(lines, "\n"))
		}
		for i := range groups { // they become targets
			groups[i].Category = withings.Int{N: 2, OK: true}
			groups[i].Modified = withings.Int{N: time.Now().Unix(), OK: true}
		}
		lines = h.runAndReadLog(t, p, time.Hour)
		log := strings.Join(lines, "\n")
		if !containsAll(log, `"values":0`, `"changed":0,"removed":1`) || strings.Count(log, "values published") != 2 {
			t.Errorf("after the values are gone:\n%s", log)
		}
	})
}

// TestPositionWithoutRowIsPublished measures the pulse wave velocity of the
// whole body and of a foot.
func TestPositionWithoutRowIsPublished(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		foot := weighIn(1, 8250, time.Now())
		foot.Measures[0].Type = withings.Int{N: 91, OK: true}
		whole := foot.Measures[0]
		foot.Measures[0].Position, whole.Position = withings.Int{N: 4, OK: true}, withings.Int{N: 7, OK: true}
		foot.Measures = append(foot.Measures, whole)
		h := newHarness()
		b := h.bridge(t, withKeys(profile("Alice", &fakeCloud{user: "1", measures: measuresOf(foot)}), "pulse_wave_velocity"))
		fetchOnce(t, b)
		for _, key := range []string{"pulse_wave_velocity", "pulse_wave_velocity_position_4"} {
			if got := h.publisher.get("vitals2mqtt/alice/" + key); got != "8.25" {
				t.Errorf("%s is %q", key, got)
			}
		}
		var document struct {
			Components map[string]struct {
				Name    string `json:"name"`
				Unit    string `json:"unit_of_measurement"`
				Enabled *bool  `json:"enabled_by_default"`
			} `json:"components"`
		}
		for topic, payload := range h.publisher.all() {
			if strings.Contains(payload, "pulse_wave_velocity_position_4") && strings.HasPrefix(topic, "homeassistant/") {
				if err := json.Unmarshal([]byte(payload), &document); err != nil {
					t.Fatal(err)
				}
			}
		}
		found := false
		for _, component := range document.Components {
			if component.Name == "Pulse wave velocity (right foot)" {
				found = component.Unit == "m/s" && component.Enabled != nil && !*component.Enabled
			}
		}
		if !found {
			t.Errorf("components: %+v", document.Components)
		}
	})
}

// TestIncompleteResponseIsReported has a response that announces more than
// there is, and later a complete one.
func TestIncompleteResponseIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		alice := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			more := withings.Flag{True: time.Since(start) < 30*time.Minute, OK: true}
			return withings.Measures{Groups: []withings.Group{weighIn(1, 70000, start)}, More: more}, nil
		}}
		alice.measuresBetween = func(time.Time, time.Time) (withings.Measures, error) { return alice.measures(start) }
		h := newHarness()
		lines := h.runAndReadLog(t, withKeys(profile("Alice", alice), "weight_kg"), 20*time.Minute)
		if logged := strings.Count(strings.Join(lines, "\n"), "announced to continue"); logged != 1 {
			t.Errorf("logged %d times", logged)
		}
		if health := h.publisher.get(h.tree.BridgeHealth()); !strings.Contains(health, `"incomplete":true`) {
			t.Errorf("not incomplete: %s", health)
		}
		h.runAndReadLog(t, withKeys(profile("Alice", alice), "weight_kg"), 20*time.Minute)
		if strings.Contains(h.publisher.get(h.tree.BridgeHealth()), "incomplete") {
			t.Error("incomplete after a complete response")
		}
	})
}
