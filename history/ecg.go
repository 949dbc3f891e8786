package history

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// ECG is an electrocardiogram. The id of the record is that of the signal; a
// negative one has none.
type ECG struct {
	sensors.Record

	// HasWaveform reports whether the archive has its curve.
	HasWaveform bool
	// Position is where the device was worn, sensors.NoPosition when unknown: it
	// comes with the curve.
	Position int
}

// keyECG is the key that every electrocardiogram has a value of.
const keyECG = "ecg_time"

// ECGs returns the electrocardiograms of a range, From ≤ t < To, oldest first.
// The zero time is no bound.
func (r recordReader) ECGs(ctx context.Context, user string, from, to time.Time) ([]ECG, error) {
	filter := Filter{User: user, Kinds: []sensors.Kind{sensors.KindHeart}, Keys: []string{keyECG}, From: from, To: to}
	var found []ECG
	for rec, err := range r.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		found = append(found, ECG{Record: rec.Record, Position: sensors.NoPosition})
	}
	return found, nil
}

// Waveform returns the curve of an electrocardiogram by the id of its signal,
// and false when the archive has none, or the electrocardiogram was removed.
func (recordReader) Waveform(context.Context, string, int64) (w sensors.Waveform, found bool, err error) {
	return sensors.Waveform{}, false, nil
}
