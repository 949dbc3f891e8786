// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// ECGHistory answers questions about electrocardiograms. *history.Archive
// implements it, as a part of History.
type ECGHistory interface {
	// ECGs returns the electrocardiograms of a range, From ≤ t < To, oldest first.
	// The zero time is no bound.
	ECGs(ctx context.Context, user string, from, to time.Time) ([]history.ECG, error)
	// Waveform returns the curve of an electrocardiogram by its id, and false when
	// there is none.
	Waveform(ctx context.Context, user string, id int64) (w sensors.Waveform, found bool, err error)
}

// Keys of the values of an electrocardiogram.
const (
	keyECGClass     = "ecg_afib"
	keyECGHeartRate = "ecg_heart_rate_bpm"
)

// ECG is an electrocardiogram as views and clients get it.
type ECG struct {
	// ID is that of the signal, by which History.Waveform finds the curve; 0 for an
	// electrocardiogram without one.
	ID int64 `json:"id,omitempty"`
	// Time is when it was taken, in the person's time zone at that time.
	Time time.Time `json:"time"`
	// Class is the result, one of the options of the key ecg_afib, "class_<n>" for
	// an unknown one, "" for none.
	Class string `json:"class,omitempty"`
	// HeartRate is in beats per minute, 0 when unknown.
	HeartRate int `json:"heart_rate_bpm,omitempty"`
	// Device is the model, "" when unknown.
	Device string `json:"device,omitempty"`
	// Position is where the device was worn, such as left_wrist, "" when unknown.
	Position string `json:"wear_position,omitempty"`
	// HasWaveform reports whether the curve is in the archive.
	HasWaveform bool `json:"has_waveform"`
}

// NewECG returns an electrocardiogram as views and clients get it. zone is for
// one without a time zone of its own.
func NewECG(e history.ECG, zone *time.Location) ECG {
	answer := ECG{
		ID:          max(0, e.ID),
		Time:        time.Unix(e.At, 0).In(e.Location(zone)),
		Class:       e.Values[keyECGClass].String(),
		Device:      e.Model,
		Position:    sensors.PositionText(e.Position),
		HasWaveform: e.HasWaveform,
	}
	if rate, ok := e.Values[keyECGHeartRate].Decimal(); ok {
		answer.HeartRate = int(math.Round(rate.Float()))
	}
	return answer
}

// ecgsAnswer are electrocardiograms.
type ecgsAnswer struct {
	ECGs []ECG `json:"ecgs"`
}

// serveECGs returns electrocardiograms without their curves, the last ones when
// there are too many.
func (h historyRoutes) serveECGs(ctx context.Context, p HistoryProfile, q historyQuery) (any, error) {
	from, to, err := q.span()
	if err != nil {
		return nil, err
	}
	found, err := h.archive.ECGs(ctx, p.User, from, to)
	if err != nil {
		return nil, err
	}
	answer := ecgsAnswer{ECGs: []ECG{}}
	for _, e := range found[max(0, len(found)-maxECGs):] {
		answer.ECGs = append(answer.ECGs, NewECG(e, p.Zone))
	}
	return answer, nil
}

// waveformAnswer is the curve of an electrocardiogram.
type waveformAnswer struct {
	ID         int64  `json:"id"`
	Unit       string `json:"unit"` // of the samples
	Frequency  int    `json:"sampling_frequency_hz"`
	HeartRate  int    `json:"heart_rate_bpm,omitempty"`
	Position   string `json:"wear_position,omitempty"`
	Unreadable int    `json:"unreadable_samples,omitempty"` // are 0 in the signal
	Signal     []int  `json:"signal"`
}

// errNoWaveform means that there is no curve with an id.
var errNoWaveform = errors.New("the archive has no waveform with this id")

// serveWaveform returns the curve of an electrocardiogram.
func (h historyRoutes) serveWaveform(ctx context.Context, p HistoryProfile, q historyQuery) (any, error) {
	id, err := strconv.ParseInt(q.id, 10, 64)
	if err != nil || id <= 0 {
		return nil, invalidQuery("the id of an electrocardiogram is a number, as in /ecgs")
	}
	w, found, err := h.archive.Waveform(ctx, p.User, id)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errNoWaveform
	}
	return waveformAnswer{
		ID:         id,
		Unit:       "µV",
		Frequency:  w.Frequency,
		HeartRate:  w.HeartRate,
		Position:   sensors.PositionText(w.Position),
		Unreadable: w.Unreadable,
		Signal:     w.Samples,
	}, nil
}
