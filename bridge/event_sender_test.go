package bridge

import (
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

func TestEventSenderWaitsForConfirmation(t *testing.T) {
	t.Parallel()
	r := newRecorder()
	state := newTestStateFile(r)
	s := &eventSender{
		shared: &shared{site: testSite(), publisher: r, log: zerolog.Nop(), stop: state.stop, healthChanged: newSignal()},
		slug:   "alice",
		mu:     &sync.Mutex{},
		state:  state,
	}
	s.queueLocked([]sensors.Event{{Type: "first"}, {Type: "second"}, {Type: "third"}})
	s.sendNextLocked()
	s.sendNextLocked()
	if len(r.sent) != 1 || !strings.Contains(r.sent[0], "first") || !state.dirty {
		t.Fatalf("sent %v", r.sent)
	}
	r.events[0]()
	if len(r.sent) != 2 || !strings.Contains(r.sent[1], "second") || len(state.Outbox.Events) != 2 || r.saves != 1 {
		t.Errorf("after a confirmation: sent %v, %d stored", r.sent, r.saves)
	}
	if !s.healthChanged.take() {
		t.Error("no health report is requested")
	}
	state.stop.stop()
	if r.events[1](); len(r.sent) != 2 || len(state.Outbox.Events) != 1 {
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
	state.Outbox.add([]byte("1"))
	sending := state.Outbox.startNext()
	if !state.purge() || state.UserID != "" || len(state.Keys)+len(state.Topics)+len(state.Outbox.Events) != 0 {
		t.Errorf("after the purge: %+v", state)
	}
	if !slices.Equal(state.Clears, []string{"v/alice/weight_kg"}) {
		t.Errorf("to be cleared: %v", state.Clears)
	}
	state.Outbox.add([]byte("2"))
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
	state.Cursors[measures] = cursor{Backfilled: true}
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
