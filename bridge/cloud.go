// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"iter"
	"time"

	"vitals2mqtt/withings"
)

// Cloud is one profile's account. Every error carries a withings.Class;
// withings.ErrSignIn means that the user must consent again.
type Cloud interface {
	// Measures returns the groups created or changed since a time, page by page
	// from an offset; all for the zero time.
	Measures(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.Measures, error]
	// MeasuresBetween returns the groups measured between two times.
	MeasuresBetween(ctx context.Context, from, to time.Time) iter.Seq2[withings.Measures, error]
	// Nights returns the nights and naps created or changed since a time; all for
	// the zero time.
	Nights(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.Nights, error]
	// NightsBetween returns the nights and naps that ended on the days between two
	// times.
	NightsBetween(ctx context.Context, from, to time.Time) iter.Seq2[withings.Nights, error]
	// Stages returns the sleep stages between two times, and the named series.
	Stages(ctx context.Context, from, to time.Time, fields ...string) (withings.Stages, error)
	// Activities returns the totals of the days counted or changed since a time;
	// all for the zero time.
	Activities(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.Activities, error]
	// ActivitiesBetween returns the totals of the days between two times.
	ActivitiesBetween(ctx context.Context, from, to time.Time) iter.Seq2[withings.Activities, error]
	// Intraday returns the slots between two times.
	Intraday(ctx context.Context, from, to time.Time) (withings.Intraday, error)
	// Workouts returns the workouts created or changed since a time; all for the
	// zero time.
	Workouts(ctx context.Context, since time.Time, offset int64) iter.Seq2[withings.Workouts, error]
	// WorkoutsBetween returns the workouts on the days between two times.
	WorkoutsBetween(ctx context.Context, from, to time.Time) iter.Seq2[withings.Workouts, error]
	// HeartRecords returns the electrocardiograms since a time; all for the zero
	// time.
	HeartRecords(ctx context.Context, from time.Time, offset int64) iter.Seq2[withings.HeartRecords, error]
	// HeartSignal returns the waveform of an electrocardiogram.
	HeartSignal(ctx context.Context, id int64) (withings.HeartSignal, error)
	// SoundRecords returns the heart sounds since a time; all for the zero time.
	SoundRecords(ctx context.Context, from time.Time, offset int64) iter.Seq2[withings.SoundRecords, error]
	// Devices returns the devices of the account.
	Devices(ctx context.Context) (withings.Devices, error)
	// Goals returns the user's goals.
	Goals(ctx context.Context) (withings.Goals, error)
	// State returns the state of the account, without a request.
	State() withings.AccountState
	// Flush stores a token that could not be stored before.
	Flush(ctx context.Context) error
}
