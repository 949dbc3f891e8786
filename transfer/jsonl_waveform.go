// SPDX-License-Identifier: MIT

package transfer

import "vitals2mqtt/sensors"

// kindWaveform is the kind of a line with the curve of an electrocardiogram,
// whose record has a line of its own.
const kindWaveform = "waveform"

// jsonWaveform is the curve of an electrocardiogram.
type jsonWaveform struct {
	Frequency  int   `json:"frequency"` // samples per second
	HeartRate  int   `json:"heart_rate,omitempty"`
	Position   *int  `json:"position,omitempty"` // the cloud's number
	Unreadable int   `json:"unreadable,omitempty"`
	Samples    []int `json:"samples"` // µV
}

func newJSONWaveform(w sensors.Waveform) *jsonWaveform {
	encoded := jsonWaveform{
		Frequency:  w.Frequency,
		HeartRate:  w.HeartRate,
		Unreadable: w.Unreadable,
		Samples:    w.Samples,
	}
	if w.Position != sensors.NoPosition {
		encoded.Position = &w.Position
	}
	return &encoded
}

// decode returns the curve.
func (j *jsonWaveform) decode() (*sensors.Waveform, error) {
	w := sensors.Waveform{
		Frequency:  j.Frequency,
		HeartRate:  j.HeartRate,
		Unreadable: j.Unreadable,
		Samples:    j.Samples,
		Position:   sensors.NoPosition,
	}
	if j.Position != nil {
		w.Position = *j.Position
	}
	return &w, w.Check()
}
