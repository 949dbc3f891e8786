// SPDX-License-Identifier: MIT

package bridge

import (
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// ledgerKey is the key under which the retained topics that belong to no
// profile are stored: documents, and the topics of the bridge and of devices.
// No profile can have this slug.
const ledgerKey = "bridge"

// ledgerStore is the ledger of the retained topics that belong to no profile.
type ledgerStore struct {
	store StateStore
	log   zerolog.Logger

	mu           sync.Mutex
	ledger       retainedLedger
	version      int // counts the changes
	savedVersion int // the version on disk
	saveError    error
	saveFailedAt time.Time
	saveMu       sync.Mutex
}

// load reads the stored ledger. Nothing else writes it while the daemon runs.
func (s *ledgerStore) load() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.store.Load(ledgerKey, &s.ledger); err != nil {
		s.log.Error().Err(err).Msg("stored list of retained topics is unreadable; stale topics may remain on the broker")
		s.ledger = retainedLedger{}
	}
}

// update changes the ledger; change reports whether it changed anything.
func (s *ledgerStore) update(change func(*retainedLedger) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if change(&s.ledger) {
		s.version++
	}
}

// save stores the ledger if it changed. Profiles call it before they store
// their own state: after a crash in between, the round is repeated, and the
// change with it. All calls during a save share the next one.
func (s *ledgerStore) save() {
	if _, _, changed := s.unsaved(); !changed {
		return
	}
	s.saveMu.Lock()
	defer s.saveMu.Unlock()
	ledger, version, changed := s.unsaved()
	if !changed {
		return // saved by the previous holder of the lock
	}
	if err := s.store.Save(ledgerKey, ledger); err != nil {
		s.log.Debug().Err(err).Msg("could not store the list of retained topics; stale topics may remain on the broker")
		s.recordSave(0, err)
		return
	}
	s.recordSave(version, nil)
}

// recordSave records a save of a version, or why it failed.
func (s *ledgerStore) recordSave(version int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.savedVersion = max(s.savedVersion, version)
	if err != nil && s.saveError == nil {
		s.saveFailedAt = time.Now()
	}
	s.saveError = err
}

// saveFailure returns why the last save failed, nil if it did not, and since
// when they fail.
func (s *ledgerStore) saveFailure() (since time.Time, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saveFailedAt, s.saveError
}

// unsaved returns a copy of the ledger and its version, if it is not stored
// yet.
func (s *ledgerStore) unsaved() (ledger retainedLedger, version int, changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.version == s.savedVersion {
		return retainedLedger{}, 0, false
	}
	return s.ledger.clone(), s.version, true
}
