// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"vitals2mqtt/sensors"
)

// signalRecord finds the record of a signal that was not removed.
const signalRecord = `SELECT r.id FROM record r JOIN account a ON a.id = r.account
	WHERE a.user_id = ? AND r.kind = 'heart' AND r.cloud_id = ? AND r.deleted_at IS NULL`

// Waveform returns the curve of an electrocardiogram by the id of its signal,
// and false when the archive has none, or the electrocardiogram was removed.
func (r recordReader) Waveform(ctx context.Context, user string, id int64) (w sensors.Waveform, found bool, err error) {
	err = r.db.read(ctx, "reading a waveform", func(db *sql.DB) error {
		var data []byte
		var position, rate sql.NullInt64
		err := db.QueryRowContext(ctx, `SELECT frequency, position, heart_rate, unreadable, data FROM waveform
			WHERE data IS NOT NULL AND record = (`+signalRecord+`)`, user, id).
			Scan(&w.Frequency, &position, &rate, &w.Unreadable, &data)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		w.Position, w.HeartRate, found = positionOf(position), int(rate.Int64), true
		w.Samples, err = inflateSamples(data)
		return err
	})
	if err != nil || !found {
		return sensors.Waveform{}, false, err
	}
	return w, true, nil
}

// MissingWaveforms returns the electrocardiograms whose curve the archive lacks,
// newest first, without those that were tried so often.
func (r recordReader) MissingWaveforms(
	ctx context.Context, user string, maxAttempts int,
) (missing []sensors.MissingWaveform, err error) {
	err = r.db.read(ctx, "listing missing waveforms", func(db *sql.DB) error {
		missing = nil
		account, err := findAccount(ctx, pool{db}, user)
		if err != nil || account == 0 {
			return err
		}
		return eachRow(ctx, pool{db}, `SELECT r.cloud_id, coalesce(w.attempts, 0), coalesce(w.tried_at, 0)
			FROM record r LEFT JOIN waveform w ON w.record = r.id
			WHERE r.account = ? AND r.kind = 'heart' AND r.cloud_id > 0 AND r.deleted_at IS NULL
			AND w.data IS NULL AND coalesce(w.attempts, 0) < ?
			ORDER BY r.at DESC, r.cloud_id DESC`, []any{account, maxAttempts}, func(rows *sql.Rows) error {
			var m sensors.MissingWaveform
			var tried int64
			err := rows.Scan(&m.ID, &m.Attempts, &tried)
			m.TriedAt = unixTime(tried)
			missing = append(missing, m)
			return err
		})
	})
	return missing, err
}

// StoreWaveform stores the curve of an electrocardiogram by the id of its
// signal, and reports whether it did: a known curve stays as it is, and an
// electrocardiogram that is unknown or was removed gets none.
func (a *Archive) StoreWaveform(ctx context.Context, user string, id int64, w sensors.Waveform) (stored bool, err error) {
	if err := w.Check(); err != nil {
		return false, err
	}
	data, err := a.samples.deflate(packSamples(w.Samples))
	if err != nil {
		return false, err
	}
	err = a.db.write(ctx, "storing a waveform", func(ctx context.Context, h *handle) error {
		stored = false
		record, err := findSignal(ctx, h.session, user, id)
		if err != nil || record == 0 {
			return err
		}
		result, err := h.exec(ctx, `INSERT INTO waveform (record, frequency, position, heart_rate, unreadable, data)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET frequency = excluded.frequency,
			position = excluded.position, heart_rate = excluded.heart_rate, unreadable = excluded.unreadable,
			data = excluded.data WHERE data IS NULL`,
			record, w.Frequency, positionColumn(w.Position), positive(int64(w.HeartRate)), w.Unreadable, data)
		if err != nil {
			return err
		}
		rows, err := result.RowsAffected()
		stored = rows > 0
		return err
	})
	return stored && err == nil, err
}

// MarkWaveformTried records that the curve of an electrocardiogram could not be
// fetched.
func (a *Archive) MarkWaveformTried(ctx context.Context, user string, id int64, at time.Time) error {
	return a.db.write(ctx, "recording a missing waveform", func(ctx context.Context, h *handle) error {
		record, err := findSignal(ctx, h.session, user, id)
		if err != nil || record == 0 {
			return err
		}
		_, err = h.exec(ctx, `INSERT INTO waveform (record, attempts, tried_at) VALUES (?, 1, ?)
			ON CONFLICT DO UPDATE SET attempts = attempts + 1, tried_at = excluded.tried_at WHERE data IS NULL`,
			record, at.Unix())
		return err
	})
}

// findSignal returns the row of the record of a signal, 0 for none.
func findSignal(ctx context.Context, s *session, user string, id int64) (record int64, err error) {
	err = s.row(ctx, signalRecord, []any{user, id}, &record)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return record, err
}

// positionOf is a position from its column.
func positionOf(column sql.NullInt64) int {
	if !column.Valid {
		return sensors.NoPosition
	}
	return int(column.Int64)
}

// positionColumn is a position as a column.
func positionColumn(position int) sql.NullInt64 {
	return sql.NullInt64{Int64: int64(position), Valid: position != sensors.NoPosition}
}
