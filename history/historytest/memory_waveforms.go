// SPDX-License-Identifier: MIT

package historytest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// MissingWaveforms implements bridge.Archive.
func (m *Memory) MissingWaveforms(
	_ context.Context, user string, maxAttempts int,
) (missing []sensors.MissingWaveform, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accountLocked(user)
	var due []sensors.Record
	for ref, rec := range a.records {
		_, known := a.curves[ref.ID]
		if a.hasSignal(ref.ID) && ref.Kind == sensors.KindHeart && !known && a.missing[ref.ID].Attempts < maxAttempts {
			due = append(due, rec)
		}
	}
	slices.SortFunc(due, func(x, y sensors.Record) int {
		return cmp.Or(cmp.Compare(y.At, x.At), cmp.Compare(y.ID, x.ID))
	})
	for _, rec := range due {
		tried := a.missing[rec.ID]
		tried.ID = rec.ID
		missing = append(missing, tried)
	}
	return missing, nil
}

// StoreWaveform implements bridge.Archive.
func (m *Memory) StoreWaveform(_ context.Context, user string, id int64, w sensors.Waveform) (stored bool, err error) {
	if err := w.Check(); err != nil {
		return false, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accountLocked(user)
	if _, known := a.curves[id]; known || !a.hasSignal(id) {
		return false, nil
	}
	w.Samples = slices.Clone(w.Samples)
	a.curves[id] = w
	return true, nil
}

// MarkWaveformTried implements bridge.Archive.
func (m *Memory) MarkWaveformTried(_ context.Context, user string, id int64, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a := m.accountLocked(user); a.hasSignal(id) {
		a.missing[id] = sensors.MissingWaveform{ID: id, Attempts: a.missing[id].Attempts + 1, TriedAt: wholeSecond(at)}
	}
	return nil
}

// Waveform returns the curve of an electrocardiogram, as the archive on a disk
// does.
func (m *Memory) Waveform(_ context.Context, user string, id int64) (w sensors.Waveform, found bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a := m.accountLocked(user)
	if w, found = a.curves[id]; !found || !a.hasSignal(id) {
		return sensors.Waveform{}, false, nil
	}
	w.Samples = slices.Clone(w.Samples)
	return w, true, nil
}

// hasSignal reports whether an electrocardiogram with this signal is there.
func (a *account) hasSignal(id int64) bool {
	rec, ok := a.records[sensors.Ref{Kind: sensors.KindHeart, ID: id}]
	return ok && id > 0 && rec.Deleted == 0
}
