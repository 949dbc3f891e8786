// SPDX-License-Identifier: MIT

package sensors_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

func TestRecordedWaveform(t *testing.T) {
	t.Parallel()
	recorded := decodeFile[body[withings.HeartSignal]](t, recording(t, "python_withings_api/heart_get.json"))
	got, err := sensors.DecodeWaveform(recorded.Body)
	want := sensors.Waveform{Frequency: 500, Samples: []int{-20, 0, 20}, Position: 1}
	if diff := cmp.Diff(got, want); diff != "" || err != nil {
		t.Errorf("%v: got (-), want (+)\n%s", err, diff)
	}
}

func TestDecodeWaveform(t *testing.T) {
	t.Parallel()
	const far = sensors.MaxWaveformVoltage
	for name, row := range map[string]struct {
		signal withings.HeartSignal
		want   sensors.Waveform
		refuse string
	}{
		"complete": {
			signal: withings.HeartSignal{
				Signal: withings.Ints{wireInt(-20), wireInt(far)}, SamplingFrequency: wireInt(300),
				WearPosition: wireInt(0), HeartRate: wireInt(63),
			},
			want: sensors.Waveform{Frequency: 300, Samples: []int{-20, far}, HeartRate: 63, Position: 0},
		},
		"samples and frequency alone": {
			signal: withings.HeartSignal{Signal: withings.Ints{wireInt(1)}, SamplingFrequency: wireInt(500)},
			want:   sensors.Waveform{Frequency: 500, Samples: []int{1}, Position: sensors.NoPosition},
		},
		"odd numbers": {
			signal: withings.HeartSignal{
				Signal: withings.Ints{wireInt(7), {}, wireInt(far + 1), wireInt(-1 << 62)}, SamplingFrequency: wireInt(300),
				WearPosition: wireInt(-4), HeartRate: wireInt(1 << 40),
			},
			want: sensors.Waveform{
				Frequency: 300, Samples: []int{7, 0, 0, 0}, Unreadable: 3, Position: sensors.NoPosition,
			},
		},
		"no samples":       {signal: withings.HeartSignal{SamplingFrequency: wireInt(300)}, refuse: "no samples"},
		"unreadable alone": {signal: withings.HeartSignal{Signal: make(withings.Ints, 9)}, refuse: "no samples"},
		"no frequency":     {signal: withings.HeartSignal{Signal: withings.Ints{wireInt(1)}}, refuse: "no sampling frequency"},
		"frequency of a radio": {
			signal: withings.HeartSignal{Signal: withings.Ints{wireInt(1)}, SamplingFrequency: wireInt(100_000_000)},
			refuse: "no sampling frequency",
		},
		"a day": {
			signal: withings.HeartSignal{
				Signal:            append(make(withings.Ints, sensors.MaxWaveformSamples), wireInt(1)),
				SamplingFrequency: wireInt(300),
			},
			refuse: "it has 100001 samples",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := sensors.DecodeWaveform(row.signal)
			if row.refuse != "" {
				if !errors.Is(err, sensors.ErrNoWaveform) || !strings.Contains(err.Error(), row.refuse) {
					t.Errorf("error %v, want %s", err, row.refuse)
				}
				return
			}
			if diff := cmp.Diff(got, row.want); diff != "" || err != nil {
				t.Errorf("%v: got (-), want (+)\n%s", err, diff)
			}
		})
	}
}

func TestPositionText(t *testing.T) {
	t.Parallel()
	for number, want := range map[int]string{sensors.NoPosition: "", 0: "right_wrist", 7: "whole_body", 99: "position_99"} {
		if got := sensors.PositionText(number); got != want {
			t.Errorf("position %d is %q, want %q", number, got, want)
		}
	}
}
