// SPDX-License-Identifier: MIT

package bridge

import (
	"time"

	"github.com/rs/zerolog"
)

// maxConcurrentSaves is how many profiles store their state at the same time:
// more do not make a disk faster, and a stop has to wait for those that have
// started.
const maxConcurrentSaves = 8

// stateFile is the state of one profile and its place in the store. It is
// guarded by the lock of its poller.
type stateFile struct {
	profileState

	slug   string
	store  StateStore
	ledger *ledgerStore
	stop   *stopSignal
	slots  chan struct{} // shared by all profiles
	log    zerolog.Logger

	dirty        bool  // has unsaved changes
	saveError    error // why the last save failed, nil if it did not
	saveFailedAt time.Time
}

// load reads the stored state; it is empty if there is none, or if it is
// unreadable.
func (f *stateFile) load() {
	found, err := f.store.Load(f.slug, &f.profileState)
	if err != nil {
		f.log.Error().Err(err).Str("profile", f.slug).Msg("stored state is unreadable; refetching")
	}
	if err != nil || !found {
		f.profileState = newProfileState()
	}
	f.initMaps()
	f.Sensors.RestoreLeftOut(f.LeftOut)
	f.FormerOutbox.addTo(&f.Outbox)
}

// save stores the state if it changed, so that flash memory is not written to
// at every poll. A failure is reported but not fatal: the state stays in
// memory.
func (f *stateFile) save() {
	f.ledger.save()
	if !f.dirty {
		return
	}
	if err := f.store.Save(f.slug, f.profileState); err != nil {
		if f.saveError == nil {
			f.saveFailedAt = time.Now()
		}
		f.saveError = err
		f.log.Debug().Err(err).Str("profile", f.slug).Msg("could not store state; a restart would refetch this round")
		return
	}
	f.saveError, f.dirty = nil, false
}

// saveUnlessStopping is save for changes that the next start would fetch again
// anyway, so that a stop waits neither for the disk nor for other profiles.
func (f *stateFile) saveUnlessStopping() {
	if !f.dirty || f.stop.isStopping() {
		return
	}
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
		f.save()
	case <-f.stop.ch:
	}
}
