// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"time"

	"vitals2mqtt/sensors"
)

// Archive keeps every record of every account, by the cloud's user id. What it
// returns is the caller's own. An error leaves it as it was.
type Archive interface {
	// Apply stores what a batch changes: see sensors.Reconcile. The cursor is
	// stored in the same transaction, unless the batch is rejected.
	Apply(
		ctx context.Context, user string, b sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
	) (sensors.Changes, error)
	// Window returns records that the current readings depend on, interpreted.
	Window(ctx context.Context, user string, w sensors.Window, policy sensors.Policy) ([]sensors.Record, error)
	// Zone returns the account's time zone as last reported, "" when unknown.
	Zone(ctx context.Context, user string) (string, error)
	// Cursor returns where the reading of an endpoint stopped.
	Cursor(ctx context.Context, user string, e sensors.Endpoint) (sensors.Cursor, error)
	// Advance stores where the reading of an endpoint stopped.
	Advance(ctx context.Context, user string, at sensors.Progress) error
	// Untold returns the records whose events are still to be published,
	// interpreted, oldest first; of more than 500 the newest.
	Untold(ctx context.Context, user string) ([]sensors.KindRecord, error)
	// Told records that the events of these records were published, or that they
	// make none.
	Told(ctx context.Context, user string, refs ...sensors.Ref) error
	// SetProfile records which profile shows the account.
	SetProfile(ctx context.Context, user, slug string) error
	// Revision changes with every change of the account's records, also by another
	// process.
	Revision(ctx context.Context, user string) (int64, error)
	// MissingWaveforms returns the electrocardiograms with a signal whose curve is
	// not stored, newest first, without those that were tried so often.
	MissingWaveforms(ctx context.Context, user string, maxAttempts int) ([]sensors.MissingWaveform, error)
	// StoreWaveform stores the curve of a signal, and reports whether it did: a
	// known curve stays, and an unknown or removed electrocardiogram gets none.
	StoreWaveform(ctx context.Context, user string, id int64, w sensors.Waveform) (stored bool, err error)
	// MarkWaveformTried records a failed attempt to fetch the curve of a signal.
	MarkWaveformTried(ctx context.Context, user string, id int64, at time.Time) error
}

// Publisher publishes to the broker. No method blocks.
type Publisher interface {
	// Set publishes a retained payload.
	Set(topic string, payload []byte)
	// SetBuilt is Set for a large payload that need not be kept, because build
	// returns the same again. build may be called at any time from then on, and must
	// not block.
	SetBuilt(topic string, payload []byte, build func() []byte)
	// Clear removes the retained payload of a topic.
	Clear(topic string)
	// Send publishes a message that is not retained.
	Send(topic string, payload []byte)
	// SendConfirmed publishes a message that must arrive. confirmed is called
	// once the broker has acknowledged it, never from within SendConfirmed.
	SendConfirmed(topic string, payload []byte, confirmed func())
	// Republish sends every retained payload again.
	Republish()
}

// StateStore stores what must survive a restart and was not measured, by
// profile.
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
