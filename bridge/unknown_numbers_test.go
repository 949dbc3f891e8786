// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// TestUnknownNumbersArePublished returns numbers that are in no table. They are
// on the topics, while Home Assistant gets a known option.
func TestUnknownNumbersArePublished(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC))
		number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
		before := func(d time.Duration) withings.Int { return number(time.Now().Add(-d).Unix()) }
		optical := weighIn(1, 1234567, time.Now().Add(-time.Hour))
		optical.Measures[0].Type, optical.Measures[0].Unit = number(139), number(0)
		ecg := ecgAt(11, time.Now().Add(-time.Hour))
		ecg.ECG.Value.AFib = number(77)
		cloud := &fakeCloud{user: "1", measures: measuresOf(optical)}
		cloud.workouts = func(time.Time) (withings.Workouts, error) {
			return withings.Workouts{Series: withings.List[withings.Workout]{{
				ID:       number(5),
				Category: number(9999),
				Start:    before(2 * time.Hour),
				End:      before(time.Hour),
				Modified: before(time.Hour),
			}}}, nil
		}
		cloud.hearts = func(time.Time) (withings.HeartRecords, error) {
			return withings.HeartRecords{Series: withings.List[withings.HeartRecord]{ecg}}, nil
		}
		cloud.sounds = func(time.Time) (withings.SoundRecords, error) {
			return withings.SoundRecords{Series: withings.List[withings.SoundRecord]{{
				SignalID: number(12), VHD: number(3), Timestamp: before(time.Hour),
			}}}, nil
		}
		cloud.stages = func(time.Time, time.Time) (withings.Stages, error) {
			return withings.Stages{Series: withings.List[withings.Stage]{{
				Start: before(2 * time.Hour), End: before(time.Hour), State: number(15),
			}}}, nil
		}
		cloud.signal = func(int64) (withings.HeartSignal, error) {
			return withings.HeartSignal{
				Signal: withings.Ints{number(1)}, SamplingFrequency: number(300), WearPosition: number(99),
			}, nil
		}
		h := newHarness()
		p := profile("Alice", cloud)
		p.Keys = []string{"workout_type", "ecg_afib", "ppg_afib", "vhd_result", "sleep_state"}
		b := h.bridge(t, p)
		runFor(t, b, time.Second, func() {
			<-time.After(time.Second)
			b.HandleRequest(topics.Waveform, []byte(`{"profile":"alice"}`), false)
		})
		var document struct {
			Components map[string]struct {
				Options       []string `json:"options"`
				ValueTemplate string   `json:"value_template"`
			} `json:"components"`
		}
		if err := json.Unmarshal([]byte(h.publisher.get(h.tree.Document(discovery.ProfileID("1")))), &document); err != nil {
			t.Fatal(err)
		}
		for key, want := range map[string]string{
			"workout_type": "category_9999", "ecg_afib": "class_77", "ppg_afib": "class_1234567", "vhd_result": "class_3",
		} {
			if got := h.publisher.get(h.tree.Value("alice", key)); got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
			if got := h.publisher.get(h.tree.Detail("alice", key)); !strings.Contains(got, `"value":"`+want+`"`) {
				t.Errorf("%s: detail %s", key, got)
			}
			c := document.Components[key]
			prefix, _, _ := strings.Cut(want, "_")
			shown := `'other' if (v | string).startswith('` + prefix + `_') else v`
			if !slices.Contains(c.Options, "other") || !strings.Contains(c.ValueTemplate, shown) {
				t.Errorf("%s: options %v, template %s", key, c.Options, c.ValueTemplate)
			}
		}
		state := h.publisher.get(h.tree.Detail("alice", "sleep_state"))
		if !strings.Contains(state, `"value":"unknown"`) || !strings.Contains(state, `"code":15`) {
			t.Errorf("sleep state: %s", state)
		}
		got := h.publisher.messages(h.tree.Response(topics.Waveform))
		if len(got) != 1 || !strings.Contains(got[0], `"position_99"`) {
			t.Errorf("waveform %q", got)
		}
	})
}
