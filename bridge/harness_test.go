// SPDX-License-Identifier: MIT

package bridge_test

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/discovery"
	"vitals2mqtt/topics"
)

// harness is a bridge with everything around it replaced.
type harness struct {
	publisher *fakePublisher
	store     *memoryStore
	archive   *faultyArchive
	requests  *bridge.RequestCounter
	tree      topics.Tree
}

func newHarness() *harness {
	return &harness{
		publisher: newFakePublisher(),
		store:     newMemoryStore(),
		archive:   &faultyArchive{},
		requests:  bridge.NewRequestCounter(),
		tree:      topics.Tree{Base: "vitals2mqtt", Discovery: "homeassistant"},
	}
}

func (h *harness) site() discovery.Site {
	return discovery.Site{
		Tree: h.tree, Identity: discovery.Identity{Instance: "0a1b2c3d", Version: "test"},
		Views: discovery.Views{Bare: true, Detail: true, Snapshot: true},
	}
}

// options returns the options of a bridge that uses the harness.
func (h *harness) options(profiles ...bridge.Profile) bridge.Options {
	return bridge.Options{
		Site:       h.site(),
		Discovery:  true,
		Profiles:   profiles,
		Publisher:  h.publisher,
		StateStore: h.store,
		Archive:    h.archive,
		Requests:   h.requests,
		Log:        zerolog.Nop(),
		Digest:     "digest",
	}
}

// stored is what commands see without a daemon.
func (h *harness) stored() bridge.Stored { return bridge.Stored{State: h.store, Archive: h.archive} }

func (h *harness) bridge(t *testing.T, profiles ...bridge.Profile) *bridge.Bridge {
	t.Helper()
	h.publisher.waitConfirmed()
	return newBridge(t, h.options(profiles...))
}

func newBridge(t *testing.T, o bridge.Options) *bridge.Bridge {
	t.Helper()
	b, err := bridge.New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// replayRetained passes the retained documents to a bridge, as the connection
// does when it subscribes.
func (h *harness) replayRetained(b *bridge.Bridge) {
	for topic, payload := range h.publisher.all() {
		if _, document := h.tree.DocumentID(topic); document {
			b.HandleRetained(topic, []byte(payload))
		}
	}
}

// containsAll reports whether a text contains all parts.
func containsAll(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}

// failing returns a request function of a fakeCloud that always fails.
func failing[T any](err error) func(time.Time) (T, error) {
	return func(time.Time) (none T, _ error) { return none, err }
}

// alignedSchedule is a schedule aligned to the wall clock.
type alignedSchedule time.Duration

func (a alignedSchedule) Next(after time.Time) time.Time {
	return after.Truncate(time.Duration(a)).Add(time.Duration(a))
}
