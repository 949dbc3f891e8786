// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"maps"
	"slices"
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
	byRow := map[int64]int{}
	for rec, err := range r.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		byRow[rec.row] = len(found)
		found = append(found, ECG{Record: rec.Record, Position: sensors.NoPosition})
	}
	return found, r.addPositions(ctx, found, byRow)
}

// addPositions adds what is known from the curves; byRow says where the record
// of a row is.
func (r recordReader) addPositions(ctx context.Context, found []ECG, byRow map[int64]int) error {
	return r.db.read(ctx, "reading the waveforms", func(db *sql.DB) error {
		return eachRow(ctx, pool{db}, `SELECT record, position FROM waveform
			WHERE data IS NOT NULL AND record IN (SELECT value FROM json_each(?))`,
			[]any{list(slices.Collect(maps.Keys(byRow)))}, func(rows *sql.Rows) error {
				var record int64
				var position sql.NullInt64
				err := rows.Scan(&record, &position)
				at := byRow[record]
				found[at].HasWaveform, found[at].Position = true, positionOf(position)
				return err
			})
	})
}
