// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/sensors"
)

// recordKeeper applies batches to the archive of one profile, one at a time.
// While the archive cannot store, current readings go on in memory: the cursors
// do not move, so nothing is skipped.
type recordKeeper struct {
	archive Archive
	slug    string
	log     zerolog.Logger
	tell    func(user string, refs []sensors.Ref) error
	// owed are the records whose events were published although that could not be
	// recorded, by account. The lock of the poller guards it.
	owed map[string][]sensors.Ref

	mu sync.Mutex // held while a batch is applied, before the poller's
	// loaded and revision change under both locks, so that each is enough to read
	// them.
	loaded   string // the account whose current readings were read from the archive
	revision int64
	// unstored are records whose events were queued although the archive could not
	// store them: they are news again when it can.
	unstored map[sensors.Ref]bool

	stateMu sync.Mutex
	failure error // why the archive failed last, nil when it did not
	// notStored are the failures to store, by endpoint: reading works also on a
	// full disk, so that only storing ends them.
	notStored map[sensors.Endpoint]error
	failedAt  time.Time
}

func newRecordKeeper(ctx context.Context, archive Archive, slug string, log zerolog.Logger) *recordKeeper {
	return &recordKeeper{
		archive:   archive,
		slug:      slug,
		log:       log,
		owed:      map[string][]sensors.Ref{},
		unstored:  map[sensors.Ref]bool{},
		notStored: map[sensors.Endpoint]error{},
		tell: func(user string, refs []sensors.Ref) error {
			// What was sent is recorded even while stopping, or it would be sent again.
			return archive.Told(context.WithoutCancel(ctx), user, refs...)
		},
	}
}

// errNotLoaded keeps cursors that are not the archive's out of it.
var errNotLoaded = errors.New("bridge: the archive could not be read")

// applyLocked applies a batch to the archive, and reports whether somebody has
// changed or replaced it since it was loaded. k.mu must be held.
func (k *recordKeeper) applyLocked(
	ctx context.Context, user string, batch sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (changes sensors.Changes, isStale bool, err error) {
	if k.loaded != user {
		return sensors.Changes{}, false, errNotLoaded
	}
	changes, err = k.archive.Apply(ctx, user, batch, o, at)
	k.reportStored(at.Endpoint, err)
	if err != nil {
		return sensors.Changes{}, false, err
	}
	revision, err := k.archive.Revision(ctx, user)
	k.report(err)
	return changes, err == nil && revision != k.revision, nil
}

// markUnstoredLocked remembers the news that the archive could not store, and
// returns those that are new. k.mu must be held.
func (k *recordKeeper) markUnstoredLocked(changes sensors.Changes) (news []int64) {
	for _, id := range changes.News {
		ref := sensors.Ref{Kind: changes.Kind, ID: id}
		if !k.unstored[ref] {
			news = append(news, id)
		}
		k.unstored[ref] = true
	}
	return news
}

// withoutAnnouncedLocked returns the news without the records whose events were
// queued before the archive could store them. Events that still wait are told
// when they are confirmed. k.mu and the lock of the poller must be held.
func (k *recordKeeper) withoutAnnouncedLocked(user string, changes sensors.Changes, waiting *outbox) (news []int64) {
	var announced []sensors.Ref
	for _, id := range changes.News {
		ref := sensors.Ref{Kind: changes.Kind, ID: id}
		if !k.unstored[ref] {
			news = append(news, id)
			continue
		}
		delete(k.unstored, ref)
		if !waiting.has([]sensors.Ref{ref}) {
			announced = append(announced, ref)
		}
	}
	k.told(user, announced)
	return news
}

// told records that the events of these records were published, and of those
// that it could not record before. The lock of the poller must be held.
func (k *recordKeeper) told(user string, refs []sensors.Ref) {
	refs = slices.Concat(k.owed[user], refs)
	if len(refs) == 0 {
		return
	}
	delete(k.owed, user)
	err := k.tell(user, refs)
	if k.report(err); err != nil {
		k.owed[user] = refs
	}
}

// wasTold reports whether the event of these records was published, although
// the archive has it as pending. The lock of the poller must be held.
func (k *recordKeeper) wasTold(user string, refs []sensors.Ref) bool {
	return slices.ContainsFunc(k.owed[user], func(ref sensors.Ref) bool { return slices.Contains(refs, ref) })
}

// window returns a function that reads the windows of an account.
func (k *recordKeeper) window(
	ctx context.Context, user string, policy sensors.Policy,
) func(sensors.Window) ([]sensors.Record, error) {
	return func(w sensors.Window) ([]sensors.Record, error) {
		records, err := k.archive.Window(ctx, user, w, policy)
		k.report(err)
		return records, err
	}
}

// report records whether the archive works, apart from storing batches.
func (k *recordKeeper) report(err error) {
	k.change(err, func() { k.failure = err })
}

// reportStored records whether a batch of an endpoint was stored. One that was
// not is fetched again, so that the next one of the endpoint has its records.
func (k *recordKeeper) reportStored(endpoint sensors.Endpoint, err error) {
	k.change(err, func() {
		if k.notStored[endpoint] = err; err == nil {
			delete(k.notStored, endpoint)
		}
	})
}

// change changes what is known of the archive, unless the daemon stops.
func (k *recordKeeper) change(err error, change func()) {
	k.stateMu.Lock()
	defer k.stateMu.Unlock()
	if err != nil && errors.Is(err, context.Canceled) {
		return // the daemon stops
	}
	if err != nil && k.failureLocked() == nil {
		k.failedAt = time.Now()
		k.log.Debug().Err(err).Str("profile", k.slug).Msg("archive failed; values stay in memory until it works again")
	}
	change()
}

// failureLocked returns why the archive fails; k.stateMu must be held.
func (k *recordKeeper) failureLocked() error {
	if k.failure != nil {
		return k.failure
	}
	if failing := slices.Sorted(maps.Keys(k.notStored)); len(failing) > 0 {
		return k.notStored[failing[0]]
	}
	return nil
}

// state returns why the archive fails, nil when it does not, and since when.
func (k *recordKeeper) state() (since time.Time, err error) {
	k.stateMu.Lock()
	defer k.stateMu.Unlock()
	return k.failedAt, k.failureLocked()
}
