// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
)

// formerEnd is when the version without an archive stopped whose state and
// retained topics are in testdata/former. It had polled an invented person for
// a day, knew that she lay in bed, and had three events of a weigh-in at
// formerWeighIn that the broker did not accept.
func formerEnd() time.Time { return time.Date(2026, 6, 2, 11, 1, 0, 0, time.UTC) }

func formerWeighIn() time.Time { return time.Date(2026, 6, 2, 10, 0, 0, 0, time.UTC) }

// formerInstallation is that installation and its cloud, at its end.
func formerInstallation(t *testing.T) (*simHarness, bridge.Profile) {
	t.Helper()
	sleepUntil(formerEnd().Add(-26*time.Hour - time.Minute))
	h := newSimHarness(t, simulator.Options{Seed: 5, Strict: true, People: []simulator.Person{
		{Name: "Alice", HeightCM: 171, WeightG: 68_400, Scale: true, Mat: true, Days: 5},
	}})
	profiles := h.signIn(t)
	sleepUntil(formerWeighIn().Add(time.Minute))
	h.cloud.Weigh("Alice", "70.125", formerWeighIn())
	sleepUntil(formerEnd())
	for _, key := range []string{"alice", "bridge"} {
		data, err := os.ReadFile(filepath.Join("testdata", "former", key+".json"))
		if err != nil {
			t.Fatal(err)
		}
		h.store.files[key] = data
	}
	maps.Copy(h.publisher.tree, readTree(t, filepath.Join("testdata", "former", "retained.txt")))
	alice, _ := withPush(profiles[0])
	alice.Keys = append(sensors.Originals(), sensors.KeyInBed)
	return h, alice
}

// restarted is the profile as a new process sees it.
func (h *simHarness) restarted(p bridge.Profile) bridge.Profile {
	p.Cloud = h.client.Account(p.Slug, h.tokens)
	return p
}

// readTree reads a retained tree that has one line for each topic.
func readTree(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	tree := map[string]string{}
	for line := range strings.Lines(string(data)) {
		topic, payload, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		tree[topic] = payload
	}
	return tree
}

// recordingPublisher records what is published, the old payloads too.
type recordingPublisher struct {
	*fakePublisher

	mu  sync.Mutex
	set map[string][]string
}

func (r *recordingPublisher) Set(topic string, payload []byte) {
	r.mu.Lock()
	r.set[topic] = append(r.set[topic], string(payload))
	r.mu.Unlock()
	r.fakePublisher.Set(topic, payload)
}

// TestVersionWithoutArchiveIsContinued starts with the state of a version
// without an archive: no topic disappears meanwhile, all values are fetched
// again without an event, and the pending events are sent once.
func TestVersionWithoutArchiveIsContinued(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := formerInstallation(t)
		before := h.publisher.all()
		out := &recordingPublisher{fakePublisher: h.publisher, set: map[string][]string{}}
		o := h.options(alice)
		o.Publisher = out
		b := newBridge(t, o)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(before)), slices.Sorted(maps.Keys(h.publisher.all()))); diff != "" {
			t.Errorf("topics after the start (-before +after):\n%s", diff)
		}
		runFor(t, b, time.Hour, nil)

		if len(h.publisher.cleared) > 0 {
			t.Errorf("cleared %v", h.publisher.cleared)
		}
		for topic, payload := range withoutTimes(before) {
			for _, again := range out.set[topic] {
				again = withoutTimes(map[string]string{topic: again})[topic]
				if again != payload && topic != h.tree.BridgeInfo() {
					t.Errorf("%s was published as\n%s\nand before as\n%s", topic, again, payload)
				}
			}
		}
		after := h.publisher.all()
		after[h.tree.BridgeInfo()] = before[h.tree.BridgeInfo()] // says when the program started
		if diff := cmp.Diff(withoutTimes(before), withoutTimes(after)); diff != "" {
			t.Errorf("the tree (-before +after):\n%s", diff)
		}
		if got := h.publisher.get(h.tree.Value("alice", sensors.KeyInBed)); got != "ON" {
			t.Errorf("bed presence is %q", got)
		}
		expectFormerEvents(t, h)
	})
}

// TestFormerEventsSurviveRestarts starts the new version while the broker is
// away, twice: the pending events of the former version are still sent once.
func TestFormerEventsSurviveRestarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, alice := formerInstallation(t)
		h.publisher.offline = true
		for range 2 {
			runFor(t, h.bridge(t, h.restarted(alice)), 20*time.Minute, nil)
		}
		if got := h.publisher.messages(eventTopic); len(got) > 0 {
			t.Fatalf("the broker was away: %v", got)
		}
		h.publisher.offline = false
		for range 2 {
			runFor(t, h.bridge(t, h.restarted(alice)), 20*time.Minute, nil)
		}
		expectFormerEvents(t, h)
	})
}

// expectFormerEvents expects the events that the former version could not send,
// unchanged and once.
func expectFormerEvents(t *testing.T, h *simHarness) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "former", "alice.json"))
	if err != nil {
		t.Fatal(err)
	}
	var former struct {
		Outbox struct {
			Events []struct{ Payload json.RawMessage }
		}
	}
	if err := json.Unmarshal(data, &former); err != nil {
		t.Fatal(err)
	}
	want := []string{}
	for _, event := range former.Outbox.Events {
		want = append(want, string(event.Payload))
	}
	if len(want) != 3 {
		t.Fatalf("%d pending events prove nothing", len(want))
	}
	if diff := cmp.Diff(want, h.publisher.messages(eventTopic)); diff != "" {
		t.Errorf("events (-pending +sent):\n%s", diff)
	}
}
