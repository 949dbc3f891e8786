// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/sensors"
)

func newTestStateFile(r *recorder) *stateFile {
	return &stateFile{
		profileState: newProfileState(),
		slug:         "alice",
		store:        r,
		ledger:       &ledgerStore{store: r, log: zerolog.Nop()},
		stop:         newStopSignal(),
		slots:        make(chan struct{}, 1),
		log:          zerolog.Nop(),
	}
}

// toldArchive records what was told.
type toldArchive struct {
	Archive

	told []sensors.Ref
}

// Told implements Archive.
func (a *toldArchive) Told(_ context.Context, _ string, refs ...sensors.Ref) error {
	a.told = append(a.told, refs...)
	return nil
}

func TestEventSenderWaitsForConfirmation(t *testing.T) {
	t.Parallel()
	r := newRecorder()
	state := newTestStateFile(r)
	archive := &toldArchive{}
	s := &eventSender{
		shared: &shared{
			site:          testSite(),
			publisher:     r,
			log:           zerolog.Nop(),
			stop:          state.stop,
			healthChanged: newSignal(),
		},
		slug:    "alice",
		records: newRecordKeeper(t.Context(), archive, "alice", zerolog.Nop()),
		account: &accountID{},
		mu:      &sync.Mutex{},
		state:   state,
	}
	user := "1"
	s.account.Store(&user)
	ref := func(id int64) []sensors.Ref { return []sensors.Ref{{Kind: sensors.KindMeasures, ID: id}} }
	s.queueLocked([]sensors.Event{
		{Type: "first", Refs: ref(1)}, {Type: "second", Refs: ref(2)}, {Type: "third", Refs: ref(3)},
	})
	s.sendNextLocked()
	s.sendNextLocked()
	if len(r.sent) != 1 || !strings.Contains(r.sent[0], "first") {
		t.Fatalf("sent %v", r.sent)
	}
	r.events[0]()
	if len(r.sent) != 2 || !strings.Contains(r.sent[1], "second") || len(state.Outbox.events) != 2 ||
		!slices.Equal(archive.told, ref(1)) {
		t.Errorf("after a confirmation: sent %v, told %v", r.sent, archive.told)
	}
	if !s.healthChanged.take() {
		t.Error("no health report is requested")
	}
	state.stop.stop()
	if r.events[1](); len(r.sent) != 2 || len(state.Outbox.events) != 1 {
		t.Errorf("sent while stopping: %v", r.sent)
	}
}

func TestStateIsStoredWhenItChanged(t *testing.T) {
	t.Parallel()
	r := newRecorder()
	f := newTestStateFile(r)
	f.save()
	f.dirty = true
	r.failing = errors.New("no space left")
	if f.save(); !f.dirty || !errors.Is(f.saveError, r.failing) || f.saveFailedAt.IsZero() {
		t.Errorf("after a failure: %v", f.saveError)
	}
	r.failing = nil
	f.saveUnlessStopping()
	f.save()
	if f.dirty || f.saveError != nil || r.saves != 1 {
		t.Errorf("stored %d times, want once", r.saves)
	}
	f.stop.stop()
	f.dirty = true
	if f.saveUnlessStopping(); r.saves != 1 {
		t.Error("stored while stopping")
	}
	r.files["alice"] = []byte("{")
	if f.load(); f.Sensors == nil || f.Cursors == nil {
		t.Error("an unreadable state is not replaced by an empty one")
	}
}

func TestPurgeKeepsTopicsToClear(t *testing.T) {
	t.Parallel()
	state := newProfileState()
	if state.purge() {
		t.Error("an empty state has something to purge")
	}
	state.UserID, state.Keys = "1", []string{"weight_kg"}
	state.Add("v/alice/weight_kg")
	state.Outbox.add(&outboxEvent{payload: []byte("1")})
	sending := state.Outbox.startNext()
	if !state.purge() || state.UserID != "" || len(state.Keys)+len(state.Topics)+len(state.Outbox.events) != 0 {
		t.Errorf("after the purge: %+v", state)
	}
	if !slices.Equal(state.Clears, []string{"v/alice/weight_kg"}) {
		t.Errorf("to be cleared: %v", state.Clears)
	}
	state.Outbox.add(&outboxEvent{payload: []byte("2")})
	if state.Outbox.startNext() != nil {
		t.Error("the next event does not wait for the one being sent")
	}
	if state.Outbox.confirm(sending) || state.Outbox.startNext() == nil {
		t.Error("the next event is not sent after it")
	}
}

func TestMissingKeysAreCachedUntilAChange(t *testing.T) {
	t.Parallel()
	state := newProfileState()
	input := reasonInput{wanted: newKeyFilter(Profile{Keys: []string{"weight_kg"}}), state: &state, signedIn: true}
	var c missingCache
	get := func() int { return len(c.get(input, []string{"weight_kg"})[ReasonNotPolledYet]) }
	if get() != 1 {
		t.Fatalf("missing %v", c.keys)
	}
	state.Cursors[measures] = sensors.Cursor{Backfilled: true}
	if get() != 1 {
		t.Error("looked up again without a change")
	}
	if c.invalidate(); get() != 0 {
		t.Errorf("after a change: %v", c.keys)
	}
	input.scopes = []string{"user.activity"}
	if c.get(input, []string{"weight_kg"}); len(c.keys[ReasonScopeMissing]) != 1 {
		t.Errorf("after other scopes: %v", c.keys)
	}
}
