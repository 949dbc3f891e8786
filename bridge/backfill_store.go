// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/sensors"
)

// Backfill reads the past of one account into an archive. It publishes nothing,
// and nothing of the past is news: what was measured since the last poll stays
// pending for the daemon. All its requests are made in the background. What was
// stored when it is interrupted is not read again the next time.
type Backfill struct {
	Cloud   Cloud
	Archive Archive
	// UserID is the account, as the archive knows it.
	UserID string
	// Since is how far back; the zero time is all years.
	Since time.Time
	// Kinds are all of BackfillKinds when empty.
	Kinds []sensors.Kind
	// Minutes adds the minutes of every day, and of every night, that the archive
	// has: a request each.
	Minutes bool
	Policy  sensors.Policy
	Zone    *time.Location
	Extra   []sensors.Sensor
	// OnStep is called after each page that was stored; it may be nil.
	OnStep func(BackfillStep)
}

// BackfillStep is what was stored at once.
type BackfillStep struct {
	Kind sensors.Kind
	// Records were read. Changed of them were new or had changed, Removed are no
	// longer in the cloud.
	Records, Changed, Removed int
	// Oldest and Newest are when the first and the last of them were measured, the
	// zero time without any.
	Oldest, Newest time.Time
	// Doubtful is true when the response lacked so much that is known that it was
	// not believed.
	Doubtful bool
}

// finish forgets where a reading that is complete would go on.
func (b *Backfill) finish(ctx context.Context, at sensors.Endpoint) error {
	if err := b.Archive.Advance(ctx, b.UserID, sensors.Progress{Endpoint: at}); err != nil {
		return fmt.Errorf("storing the position: %w", err)
	}
	return nil
}

// errOtherAccount means that the records belong to somebody else.
var errOtherAccount = errors.New(
	"the profile was signed in with another account; repeat this when the daemon has polled it")

// store stores the records of one response together with the position.
func (b *Backfill) store(ctx context.Context, batch sensors.Batch, at sensors.Progress) error {
	if user := b.Cloud.State().UserID; user != b.UserID {
		return errOtherAccount
	}
	step := BackfillStep{Kind: batch.Kind, Records: len(batch.Records)}
	step.Oldest, step.Newest = spanOf(batch.Records)
	polls, err := b.pollsOf(ctx, batch.Kind)
	if err != nil {
		return fmt.Errorf("reading the archive: %w", err)
	}
	changes, err := b.Archive.Apply(ctx, b.UserID, batch, b.options(polls), at)
	if err != nil {
		return fmt.Errorf("storing records: %w", err)
	}
	step.Changed, step.Removed, step.Doubtful = len(changes.Put), len(changes.Gone), changes.Rejected
	if b.OnStep != nil {
		b.OnStep(step)
	}
	return nil
}

func (b *Backfill) query() query {
	return query{userID: b.UserID, now: time.Now(), zone: b.Zone, extra: b.Extra}
}

// pollsOf returns where the polls of a kind stopped.
func (b *Backfill) pollsOf(ctx context.Context, kind sensors.Kind) (sensors.Cursor, error) {
	for _, source := range backfillSources() {
		if source.kind == kind {
			return b.Archive.Cursor(ctx, b.UserID, source.endpoint)
		}
	}
	return sensors.Cursor{}, nil
}

func (b *Backfill) options(polls sensors.Cursor) sensors.ApplyOptions {
	return sensors.ApplyOptions{
		Policy:         b.Policy,
		Now:            time.Now(),
		InitialSync:    !polls.Backfilled,
		Since:          polls.Since,
		RejectRemovals: true,
		Zone:           b.Zone,
		Extra:          b.Extra,
	}
}
