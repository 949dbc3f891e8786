// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

// ecgAt is an electrocardiogram with a waveform.
func ecgAt(signal int64, at time.Time) withings.HeartRecord {
	number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
	return withings.HeartRecord{
		HeartRate: number(63),
		Timestamp: number(at.Unix()),
		Modified:  number(at.Unix()),
		Model:     number(94),
		ECG:       withings.Maybe[withings.ECG]{Value: withings.ECG{SignalID: number(signal), AFib: number(0)}, OK: true},
	}
}

// TestWaveformRequest requests the newest waveform, and one by its signal.
func TestWaveformRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		start := time.Now()
		cloud := &fakeCloud{user: "1"}
		cloud.hearts = func(time.Time) (withings.HeartRecords, error) {
			return withings.HeartRecords{Series: withings.List[withings.HeartRecord]{
				ecgAt(11, start.Add(-2*time.Hour)), ecgAt(12, start.Add(-time.Hour)),
			}}, nil
		}
		cloud.signal = func(id int64) (withings.HeartSignal, error) {
			if id == 13 {
				return withings.HeartSignal{}, errOutage
			}
			return withings.HeartSignal{
				Signal:            withings.Ints{{N: -20, OK: true}, {N: id, OK: true}, {}},
				SamplingFrequency: withings.Int{N: 300, OK: true}, HeartRate: withings.Int{N: 63, OK: true},
			}, nil
		}
		p := profile("Alice", cloud)
		p.Keys = []string{"ecg_time", "ecg_heart_rate_bpm"}
		b := h.bridge(t, p)
		runFor(t, b, 4*time.Minute, func() {
			sleepUntil(start.Add(time.Minute))
			for _, payload := range []string{
				`{"profile":"Alice","transaction":7}`, `{"profile":"alice","signal":11}`, `{"profile":"alice","signal":13}`,
				`{"profile":"bob"}`, ``,
			} {
				b.HandleRequest(topics.Waveform, []byte(payload), false)
				synctest.Wait()
			}
		})
		answers := h.publisher.messages(h.tree.Response(topics.Waveform))
		if len(answers) != 5 {
			t.Fatalf("responses %q", answers)
		}
		var newest struct {
			Status      string
			SignalID    int64 `json:"signal_id"`
			Frequency   int   `json:"sampling_frequency_hz"`
			Signal      []int
			Unreadable  int `json:"unreadable_samples"`
			Transaction int
		}
		if err := json.Unmarshal([]byte(answers[0]), &newest); err != nil {
			t.Fatal(err)
		}
		if newest.Status != "ok" || newest.Transaction != 7 || newest.SignalID != 12 ||
			newest.Frequency != 300 || newest.Signal[1] != 12 || newest.Unreadable != 1 {
			t.Errorf("%s", answers[0])
		}
		if !strings.Contains(answers[1], `"signal_id":11`) {
			t.Errorf("%s", answers[1])
		}
		for _, refused := range answers[2:] {
			if !strings.Contains(refused, `"status":"error"`) {
				t.Errorf("%s", refused)
			}
		}
		if got := h.publisher.get(h.tree.Value("alice", sensors.Keys()[0])); got != "" {
			t.Errorf("a key that is not configured is published: %s", got)
		}
	})
}
