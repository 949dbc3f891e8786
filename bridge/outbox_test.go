// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

const eventTopic = "vitals2mqtt/alice/event"

// weighInHarness is a harness in which Alice's history was read, so that every
// weigh-in from now on is new.
func weighInHarness(t *testing.T) (*harness, *fakeCloud) {
	t.Helper()
	h, alice := newHarness(), &fakeCloud{user: "1"}
	fetchOnce(t, h.bridge(t, profile("Alice", alice)))
	return h, alice
}

// groupsOf returns the group ids of events.
func groupsOf(t *testing.T, events []string) []int64 {
	t.Helper()
	groups := []int64{}
	for _, payload := range events {
		var event struct {
			Group int64 `json:"group_id"`
		}
		if err := json.Unmarshal([]byte(payload), &event); err != nil {
			t.Fatal(err)
		}
		groups = append(groups, event.Group)
	}
	return groups
}

// storedEventGroups returns the groups whose events are stored.
func (h *harness) storedEventGroups(t *testing.T) []int64 {
	t.Helper()
	h.publisher.waitConfirmed()
	pending, err := h.archive.Untold(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	groups := []int64{}
	for _, rec := range pending {
		groups = append(groups, rec.ID)
	}
	return groups
}

// TestEventsAreSentAfterARestart stops the daemon before the broker has an
// event. The next run sends it before any newer one.
func TestEventsAreSentAfterARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		h.publisher.offline = true
		now := time.Now()
		alice.measures = measuresOf(weighIn(1, 70000, now.Add(-2*time.Minute)), weighIn(2, 70100, now.Add(-time.Minute)))
		fetchOnce(t, h.bridge(t, profile("Alice", alice)))
		if got := h.storedEventGroups(t); !slices.Equal(got, []int64{1, 2}) {
			t.Fatalf("the events of %v are stored, want those of 1 and 2", got)
		}
		if got := h.cursorOf(t, "1"); got.Before(now.Add(-2 * time.Minute)) {
			t.Fatalf("the cursor is at %v: the test proves nothing", got)
		}

		h.publisher.offline = false
		b := h.bridge(t, profile("Alice", alice))
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1, 2}) {
			t.Errorf("the events of %v are sent at the start, want those of 1 and 2", got)
		}
		if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != "70.1" {
			t.Errorf("the weight is %q when the event is sent", got)
		}
		alice.measures = measuresOf(weighIn(3, 70200, now.Add(-30*time.Second)))
		fetchOnce(t, b)
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1, 2, 3}) {
			t.Errorf("the events of %v were sent, want each once and in order", got)
		}
		if got := h.storedEventGroups(t); len(got) > 0 {
			t.Errorf("the events of %v are still stored after their confirmation", got)
		}
	})
}

// TestUnconfirmedEventIsSentAgainUnchanged stops the daemon before the
// confirmation of an event. It is sent again with the same type and group.
func TestUnconfirmedEventIsSentAgainUnchanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		h.publisher.withholdConfirmations = true
		now := time.Now()
		alice.measures = measuresOf(weighIn(1, 70000, now.Add(-2*time.Minute)), weighIn(2, 70100, now.Add(-time.Minute)))
		fetchOnce(t, h.bridge(t, profile("Alice", alice)))
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1}) {
			t.Errorf("the events of %v are being sent concurrently: a crash would repeat them all", got)
		}
		h.publisher.withholdConfirmations = false
		h.bridge(t, profile("Alice", alice))
		got := h.publisher.messages(eventTopic)
		if groups := groupsOf(t, got); !slices.Equal(groups, []int64{1, 1, 2}) || got[0] != got[1] {
			t.Errorf("sent %v, want the first one again, unchanged", got)
		}
		h.bridge(t, profile("Alice", alice))
		if again := h.publisher.messages(eventTopic); len(again) != len(got) {
			t.Errorf("confirmed events are sent again: %v", again[len(got):])
		}
	})
}

// TestStopDoesNotDrainOutbox waits only for the event that is being sent.
func TestStopDoesNotDrainOutbox(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		h.publisher.withholdConfirmations = true
		now := time.Now()
		alice.measures = measuresOf(weighIn(1, 70000, now.Add(-2*time.Minute)), weighIn(2, 70100, now.Add(-time.Minute)))
		runFor(t, h.bridge(t, profile("Alice", alice)), time.Minute, nil)
		if len(h.publisher.unconfirmed) != 1 {
			t.Fatalf("%d events are being sent at the stop, want one", len(h.publisher.unconfirmed))
		}
		h.publisher.unconfirmed[0]()
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1}) {
			t.Errorf("the events of %v were sent, want that of 1 alone", got)
		}
		if got := h.storedEventGroups(t); !slices.Equal(got, []int64{2}) {
			t.Errorf("the events of %v wait for the next start, want that of 2", got)
		}
	})
}

func TestOutboxIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		h.publisher.offline = true
		const bound, more = 500, 20
		now := time.Now()
		var groups []withings.Group
		for i := range int64(bound + more) {
			groups = append(groups, weighIn(i+1, 70000+i, now.Add(time.Duration(i-bound-more)*time.Second)))
		}
		b := h.bridge(t, profile("Alice", alice))
		alice.measures = measuresOf(groups[0])
		fetchOnce(t, b) // passes the event to the publisher
		alice.measures = measuresOf(groups...)
		fetchOnce(t, b)
		want := []int64{1}
		for i := int64(more + 2); i <= bound+more; i++ {
			want = append(want, i)
		}
		if got := h.storedEventGroups(t); !slices.Equal(got, want) {
			t.Errorf("%d events wait: %v", len(got), got)
		}
		if got := b.Health().Profiles["alice"]; got.EventsWaiting != bound || got.EventsDropped != more {
			t.Errorf("%d events waiting, %d dropped; want %d and %d", got.EventsWaiting, got.EventsDropped, bound, more)
		}
		h.publisher.offline = false
		b = h.bridge(t, profile("Alice", alice))
		got := groupsOf(t, h.publisher.messages(eventTopic))
		if !slices.Equal(got, want) {
			t.Errorf("sent %v, want the first and the newest in order", got)
		}
		if got := b.Health().Profiles["alice"]; got.EventsWaiting != 0 || got.EventsDropped != more {
			t.Errorf("afterwards health reports %d waiting and %d dropped", got.EventsWaiting, got.EventsDropped)
		}
	})
}

func TestEventsOfAFormerAccountAreNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		h.publisher.offline = true
		alice.measures = measuresOf(weighIn(1, 70000, time.Now().Add(-time.Minute)))
		b := h.bridge(t, profile("Alice", alice))
		fetchOnce(t, b)
		if got := h.storedEventGroups(t); len(got) != 1 {
			t.Fatalf("%d events wait, want one", len(got))
		}
		alice.measures = nil
		alice.signIn("2")
		fetchOnce(t, b)
		h.publisher.offline = false
		h.bridge(t, profile("Alice", alice))
		if got := h.publisher.messages(eventTopic); len(got) > 0 {
			t.Errorf("sent %v", got)
		}
	})
}

// TestEventsAreSentWhenStoreFails has a full disk, which loses no event while
// the daemon runs.
func TestEventsAreSentWhenStoreFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		b := h.bridge(t, profile("Alice", alice))
		h.store.full = errDiskFull
		alice.measures = measuresOf(weighIn(1, 70000, time.Now().Add(-time.Minute)))
		fetchOnce(t, b)
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1}) {
			t.Errorf("the events of %v were sent, want that of 1", got)
		}
	})
}

// storeCheckingPublisher checks what is stored when an event is sent.
type storeCheckingPublisher struct {
	*fakePublisher

	archive *faultyArchive
	missing []string
}

func (s *storeCheckingPublisher) SendConfirmed(topic string, payload []byte, confirmed func()) {
	pending, err := s.archive.Untold(context.Background(), "1")
	isStored := slices.ContainsFunc(pending, func(rec sensors.KindRecord) bool {
		return strings.Contains(string(payload), fmt.Sprintf(`"group_id":%d,`, rec.ID))
	})
	if err != nil || !isStored {
		s.missing = append(s.missing, string(payload))
	}
	s.fakePublisher.SendConfirmed(topic, payload, confirmed)
}

func TestEventsAreStoredBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := weighInHarness(t)
		out := &storeCheckingPublisher{fakePublisher: h.publisher, archive: h.archive}
		o := h.options(profile("Alice", alice))
		o.Publisher = out
		b := newBridge(t, o)
		now := time.Now()
		alice.measures = measuresOf(weighIn(1, 70000, now.Add(-2*time.Minute)), weighIn(2, 70100, now.Add(-time.Minute)))
		fetchOnce(t, b)
		if got := groupsOf(t, h.publisher.messages(eventTopic)); !slices.Equal(got, []int64{1, 2}) {
			t.Errorf("the events of %v were sent", got)
		}
		if len(out.missing) > 0 {
			t.Errorf("sent before they were stored: %v", out.missing)
		}
	})
}
