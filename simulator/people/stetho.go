// SPDX-License-Identifier: MIT

package people

const (
	soundSeconds   = 2
	soundFrequency = 4000
)

// heartSoundSample is the first and the second tone of a beat, each a wave that
// fades, as a 13-bit sample.
func heartSoundSample(i int) int {
	const tone, second = 40, 1200 // samples of a wave, and when the second tone begins
	loud := 3000
	if i >= second {
		i, loud = i-second, 2000
	}
	wave := i%tone - tone/2
	if wave < 0 {
		wave = -wave
	}
	return (wave - tone/4) * 4 * loud / tone * max(0, 400-i) / 400
}

// aLaw compresses a sample of 13 bits, -4096 … 4095, into a byte of G.711:
// sign, three bits of exponent, four of mantissa, every second bit inverted.
func aLaw(sample int) int {
	sign := 0x80
	if sample < 0 {
		sign, sample = 0, -sample-1
	}
	sample = min(sample, 4095)
	exponent := 0
	for limit := 32; sample >= limit && exponent < 7; limit *= 2 {
		exponent++
	}
	mantissa := sample >> 1
	if exponent > 0 {
		mantissa = sample >> exponent
	}
	return (sign | exponent<<4 | mantissa&0x0f) ^ 0x55
}

// SoundRow is a record of heart sounds as it is sent.
func (h *HeartRecord) SoundRow(timezone string) map[string]any {
	return map[string]any{
		"hash_deviceid": h.device, "signalid": h.Stetho, "vhd": h.vhd, "timestamp": h.At, "timezone": timezone,
	}
}

// SoundSignal is the recorded signal of heart sounds. The original records for
// longer.
func (a heart) SoundSignal(h *HeartRecord) map[string]any {
	r := NewRand(a.Seed, h.Stetho, "sound", 0)
	period := 60 * soundFrequency / max(h.Pulse, 20) // samples from beat to beat
	signal := make([]int, soundSeconds*soundFrequency)
	for i := range signal {
		signal[i] = aLaw(heartSoundSample(i%period) + r.IntN(41) - 20)
	}
	return map[string]any{
		"signal": signal, "frequency": soundFrequency, "duration": soundSeconds, "format": 1, "size": len(signal),
		"resolution": 8, "channel": 1, "model": h.product.id, "position": 18, "vhd": h.vhd,
	}
}
