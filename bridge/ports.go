package bridge

import (
	"context"
	"time"

	"vitals2mqtt/withings"
)

// Cloud is one profile's account. Every error carries a withings.Class;
// withings.ErrSignIn means that the user must consent again.
type Cloud interface {
	// Measures returns the groups created or changed since then; all for the zero time.
	Measures(ctx context.Context, since time.Time) (withings.Measures, error)
	// MeasuresBetween returns the groups measured between two moments.
	MeasuresBetween(ctx context.Context, from, to time.Time) (withings.Measures, error)
	// Nights returns the nights and naps created or changed since then; all for the zero time.
	Nights(ctx context.Context, since time.Time) (withings.Nights, error)
	// NightsBetween returns those that ended on the days from one moment to another.
	NightsBetween(ctx context.Context, from, to time.Time) (withings.Nights, error)
	// Stages returns the sleep stages between two moments, and the named series.
	Stages(ctx context.Context, from, to time.Time, fields ...string) (withings.Stages, error)
	// Activities returns the totals of the days from one moment to another.
	Activities(ctx context.Context, from, to time.Time) (withings.Activities, error)
	// Intraday returns the slots between two moments.
	Intraday(ctx context.Context, from, to time.Time) (withings.Intraday, error)
	// Workouts returns the workouts created or changed since then; all for the zero time.
	Workouts(ctx context.Context, since time.Time) (withings.Workouts, error)
	// WorkoutsBetween returns those of the days from one moment to another.
	WorkoutsBetween(ctx context.Context, from, to time.Time) (withings.Workouts, error)
	// HeartRecords returns the electrocardiograms since then; all for the zero time.
	HeartRecords(ctx context.Context, from time.Time) (withings.HeartRecords, error)
	// HeartSignal returns the curve of an electrocardiogram.
	HeartSignal(ctx context.Context, id int64) (withings.HeartSignal, error)
	// SoundRecords returns the heart sounds since then; all for the zero time.
	SoundRecords(ctx context.Context, from time.Time) (withings.SoundRecords, error)
	// Devices returns the devices of the account.
	Devices(ctx context.Context) (withings.Devices, error)
	// Goals returns what the user wants to reach.
	Goals(ctx context.Context) (withings.Goals, error)
	// State describes the account without a request.
	State() withings.AccountState
	// Flush stores a token that could not be stored before.
	Flush(ctx context.Context) error
}

// Publisher publishes to subscribers. No method blocks.
type Publisher interface {
	// Set keeps a retained payload on a topic.
	Set(topic string, payload []byte)
	// Clear removes the retained payload of a topic.
	Clear(topic string)
	// Send publishes a message that is not retained.
	Send(topic string, payload []byte)
	// SendConfirmed publishes a message that must arrive. confirmed is called
	// once the broker has it, never from within SendConfirmed.
	SendConfirmed(topic string, payload []byte, confirmed func())
	// Republish sends every retained payload again.
	Republish()
}

// StateStore keeps what must outlive a restart, by profile.
type StateStore interface {
	Load(profile string, into any) (found bool, err error)
	Save(profile string, value any) error
	// Profiles lists the slugs that have stored state.
	Profiles() ([]string, error)
}

// Schedule computes when the next poll is due.
type Schedule interface {
	Next(after time.Time) time.Time
}
