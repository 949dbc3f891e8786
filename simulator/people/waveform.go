// SPDX-License-Identifier: MIT

package people

import "math/rand/v2"

// point is a corner of a heartbeat's curve: milliseconds after its start,
// microvolts.
type point struct{ ms, uv int }

// heartbeatCurve is the P wave, the QRS complex and the T wave.
func heartbeatCurve() []point {
	return []point{
		{0, 0}, {45, 90}, {95, 0}, {150, 0}, {165, -70}, {195, 950}, {225, -240}, {245, 0}, {320, 10}, {390, 230}, {470, 0},
	}
}

// waveform is so many seconds of an ECG in microvolts. An irregular heart has
// no P wave and a varying rhythm.
func waveform(r *rand.Rand, pulse int, irregular bool, seconds, frequency int) []int {
	signal := make([]int, seconds*frequency)
	for i := range signal {
		signal[i] = r.IntN(31) - 15
	}
	period := 60_000 / max(pulse, 20) // ms
	curve, swing := heartbeatCurve(), 8
	if irregular {
		curve, swing = curve[3:], 50
	}
	for start := r.IntN(period); start < seconds*1000; start += period*(200-swing)/200 + r.IntN(period*swing/100+1) {
		for i := start * frequency / 1000; i < len(signal); i++ {
			ms := i*1000/frequency - start
			if ms > curve[len(curve)-1].ms {
				break
			}
			signal[i] += interpolate(curve, ms)
		}
	}
	return signal
}

// interpolate is the curve at a moment: straight from corner to corner.
func interpolate(curve []point, ms int) int {
	for i := range len(curve) - 1 {
		from, to := curve[i], curve[i+1]
		if ms >= from.ms && ms < to.ms {
			return from.uv + (to.uv-from.uv)*(ms-from.ms)/(to.ms-from.ms)
		}
	}
	return 0
}

// ECGSignal is the recorded signal of an ECG.
func (a heart) ECGSignal(h *HeartRecord) map[string]any {
	seconds, frequency, position := 30, 300, 1
	switch h.product.class {
	case classCuff:
		seconds, frequency, position = 20, 500, 3
	case classScale:
		position = 7
	}
	r := NewRand(a.Seed, h.ECG, "waveform", 0)
	return map[string]any{
		"signal": waveform(r, h.Pulse, h.AFib == 1, seconds, frequency), "sampling_frequency": frequency,
		"wearposition": position, "model": h.product.id, "heart_rate": h.Pulse,
	}
}
