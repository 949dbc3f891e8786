package transfer

import (
	"errors"

	"vitals2mqtt/sensors"
)

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

// waveform returns the curve of a line, nil when it is that of a record.
func (r *jsonRecord) waveform() (*sensors.Waveform, error) {
	switch isWaveform := r.Kind == kindWaveform; {
	case !isWaveform && r.Waveform == nil:
		return nil, nil //nolint:nilnil // most lines have none
	case !isWaveform:
		return nil, errors.New("only for the kind " + kindWaveform)
	case r.Waveform == nil:
		return nil, errors.New("missing")
	case r.ID <= 0:
		return nil, errors.New("the id is not that of a signal")
	}
	w := sensors.Waveform{
		Frequency:  r.Waveform.Frequency,
		HeartRate:  r.Waveform.HeartRate,
		Unreadable: r.Waveform.Unreadable,
		Samples:    r.Waveform.Samples,
		Position:   sensors.NoPosition,
	}
	if r.Waveform.Position != nil {
		w.Position = *r.Waveform.Position
	}
	return &w, w.Check()
}
