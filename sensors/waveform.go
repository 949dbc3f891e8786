// SPDX-License-Identifier: MIT

package sensors

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"vitals2mqtt/withings"
)

// Waveform is the curve of an electrocardiogram.
type Waveform struct {
	// Frequency is how many samples there are in a second.
	Frequency int
	// Samples are in µV. One that could not be read is 0.
	Samples []int
	// Unreadable counts the samples that could not be read.
	Unreadable int
	// HeartRate is in beats per minute, 0 when unknown.
	HeartRate int
	// Position is the part of the body where the device was worn, by the cloud's
	// number: see PositionText. NoPosition when unknown.
	Position int
}

// MissingWaveform is an electrocardiogram whose curve the cloud has and the
// archive lacks.
type MissingWaveform struct {
	// ID is that of the signal.
	ID int64
	// Attempts failed so far, the last of them at TriedAt.
	Attempts int
	TriedAt  time.Time
}

// Limits of a waveform. The devices record 20 or 30 seconds at 300 or 500 Hz.
const (
	MaxWaveformSamples   = 100_000
	MaxWaveformFrequency = 10_000  // Hz
	MaxWaveformVoltage   = 1 << 24 // µV on either side of 0: the base line of some is far away
	maxWaveformHeartRate = 1000    // beats per minute
	maxWaveformPosition  = 1000
)

// ErrNoWaveform means that a response has no curve that can be drawn.
var ErrNoWaveform = errors.New("no waveform")

// DecodeWaveform reads the response of one electrocardiogram. A sample that is
// out of range counts as unreadable.
func DecodeWaveform(signal withings.HeartSignal) (Waveform, error) {
	if count := len(signal.Signal); count > MaxWaveformSamples {
		return Waveform{}, tooManySamples(count)
	}
	w := Waveform{Samples: make([]int, len(signal.Signal)), Position: NoPosition}
	for i, sample := range signal.Signal {
		if !sample.OK || sample.N < -MaxWaveformVoltage || sample.N > MaxWaveformVoltage {
			w.Unreadable++
			continue
		}
		w.Samples[i] = int(sample.N)
	}
	if f := signal.SamplingFrequency; f.OK && f.N > 0 && f.N <= MaxWaveformFrequency {
		w.Frequency = int(f.N)
	}
	if rate := signal.HeartRate; rate.OK && rate.N > 0 && rate.N <= maxWaveformHeartRate {
		w.HeartRate = int(rate.N)
	}
	if at := signal.WearPosition; at.OK && at.N >= 0 && at.N <= maxWaveformPosition {
		w.Position = int(at.N)
	}
	return w, w.Check()
}

// Check reports what is wrong with a waveform; the error is an ErrNoWaveform.
func (w Waveform) Check() error {
	switch {
	case len(w.Samples) == 0, w.Unreadable >= len(w.Samples):
		return fmt.Errorf("%w: it has no samples", ErrNoWaveform)
	case len(w.Samples) > MaxWaveformSamples:
		return tooManySamples(len(w.Samples))
	case w.Frequency < 1 || w.Frequency > MaxWaveformFrequency:
		return fmt.Errorf("%w: it has no sampling frequency", ErrNoWaveform)
	case w.Unreadable < 0, w.HeartRate < 0, w.HeartRate > maxWaveformHeartRate,
		w.Position < NoPosition, w.Position > maxWaveformPosition:
		return fmt.Errorf("%w: a number is out of range", ErrNoWaveform)
	}
	for _, sample := range w.Samples {
		if sample < -MaxWaveformVoltage || sample > MaxWaveformVoltage {
			return fmt.Errorf("%w: a sample is out of range", ErrNoWaveform)
		}
	}
	return nil
}

func tooManySamples(count int) error {
	return fmt.Errorf("%w: it has %d samples", ErrNoWaveform, count)
}

// PositionText is the name of a part of the body, "position_<n>" for a number
// without one, and "" for NoPosition.
func PositionText(number int) string {
	if number == NoPosition {
		return ""
	}
	if name, known := PositionName(int64(number)); known {
		return name
	}
	return "position_" + strconv.Itoa(number)
}
