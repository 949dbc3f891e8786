// SPDX-License-Identifier: MIT

package daemon_test

import (
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// traffic records what is published.
type traffic struct {
	mu       sync.Mutex
	messages []string // topic and payload
}

// watchTraffic records everything that is published live from now on.
func watchTraffic(t *testing.T, o *clitest.Harness) *traffic {
	t.Helper()
	recorded := &traffic{}
	for _, filter := range []string{"vitals2mqtt/#", "homeassistant/#"} {
		clitest.Must(t, o.Broker.Watch(filter, func(topic string, payload []byte, _ bool) {
			recorded.mu.Lock()
			defer recorded.mu.Unlock()
			recorded.messages = append(recorded.messages, topic+" "+string(payload))
		}))
	}
	return recorded
}

// matching lists the recorded messages that contain all texts.
func (r *traffic) matching(texts ...string) (found []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, message := range r.messages {
		if !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(message, text) }) {
			found = append(found, message)
		}
	}
	return found
}

// removedComponent matches a component that a document removes.
var removedComponent = regexp.MustCompile(`\{"p(latform)?":"[a-z_]+"\}`)

// removals lists the recorded removals of discovery documents and components.
func (r *traffic) removals() []string {
	return slices.DeleteFunc(r.matching("homeassistant/"), func(message string) bool {
		_, payload, _ := strings.Cut(message, " ")
		return payload != "" && !removedComponent.MatchString(payload)
	})
}

// receivedAt matches the time of a fetch in a payload.
var receivedAt = regexp.MustCompile(`"received_at":"[^"]*"`)

// stableTree is what a broker retains, without what changes with time.
func stableTree(o *clitest.Harness) map[string]string {
	tree := o.Broker.Retained()
	maps.DeleteFunc(tree, func(topic, _ string) bool {
		return strings.HasPrefix(topic, "vitals2mqtt/bridge/") || strings.Contains(topic, "last_sync")
	})
	for topic, payload := range tree {
		tree[topic] = receivedAt.ReplaceAllString(payload, "")
	}
	return tree
}

// renameIn replaces the names of profiles in a retained tree.
func renameIn(tree map[string]string, oldnew ...string) map[string]string {
	names, renamed := strings.NewReplacer(oldnew...), map[string]string{}
	for topic, payload := range tree {
		renamed[names.Replace(topic)] = names.Replace(payload)
	}
	return renamed
}

// describeDifference lists the topics that differ, without their values.
func describeDifference(got, want map[string]string) (different []string) {
	for topic := range want {
		if got[topic] != want[topic] {
			different = append(different, topic)
		}
	}
	for topic := range got {
		if _, known := want[topic]; !known {
			different = append(different, topic+" (unexpected)")
		}
	}
	slices.Sort(different)
	return different
}

// renameHarness is a daemon whose configuration is edited.
type renameHarness struct {
	*clitest.Harness

	folder, path string
	daemon       *clitest.Process
}

func (h *renameHarness) configure(t *testing.T, profiles string) {
	t.Helper()
	h.path = h.Configure(t, h.folder, profiles, "all")
}

func (h *renameHarness) start(t *testing.T) {
	t.Helper()
	h.daemon = clitest.StartProgram(t, "--config", h.path, "--log", "debug", "run")
}

func (h *renameHarness) stop(t *testing.T) {
	t.Helper()
	h.daemon.Interrupts <- os.Interrupt
	h.daemon.ExpectExit(t, 0)
}

// startWithAliceAndBob starts a daemon, and returns what it has published.
func startWithAliceAndBob(t *testing.T) (h *renameHarness, before map[string]string) {
	t.Helper()
	h = &renameHarness{Harness: clitest.Start(t), folder: t.TempDir()}
	h.configure(t, "[Alice, Bob]")
	clitest.SignIn(t, h.path, "Alice", "Bob")
	h.start(t)
	before = h.waitUntilComplete(t)
	return h, before
}

// waitUntilComplete waits until both profiles were fetched, their history too,
// and the tree no longer changes.
func (h *renameHarness) waitUntilComplete(t *testing.T) map[string]string {
	t.Helper()
	var tree map[string]string
	unchanged := 0
	clitest.Must(t, clitest.WaitFor(t.Context(), "the tree to be complete", func() bool {
		now := stableTree(h.Harness)
		if unchanged++; !maps.Equal(now, tree) {
			tree, unchanged = now, 0
		}
		return unchanged >= 150 && len(tree) > 100 && strings.Count(h.daemon.Stderr.String(), `"history read"`) >= 2
	}))
	return tree
}

// The edits of a configuration that rename profiles, while the daemon runs and
// while it is off: entities, values, and accounts stay, no event is repeated.
func TestRenamedProfileKeepsAccountAndEntities(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		profiles string
		oldnew   []string
		off      bool
	}{
		"while running":       {profiles: "[Alicia, Bob]", oldnew: []string{"alice", "alicia", "Alice", "Alicia"}},
		"while off":           {profiles: "[Alicia, Bob]", oldnew: []string{"alice", "alicia", "Alice", "Alicia"}, off: true},
		"in another spelling": {profiles: "[ALICE, Bob]", oldnew: []string{"Alice", "ALICE"}},
		"name with the old slug": {
			profiles: "[{name: Carla, slug: alice}, Bob]", oldnew: []string{"Alice", "Carla"},
		},
		"exchanged slugs": {
			profiles: "[{name: Alice, slug: bob}, {name: Bob, slug: alice}]", oldnew: []string{"alice", "bob", "bob", "alice"},
		},
		"exchanged slugs while off": {
			profiles: "[{name: Bob, slug: alice}, {name: Alice, slug: bob}]", oldnew: []string{"alice", "bob", "bob", "alice"},
			off: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, before := startWithAliceAndBob(t)
			recorded := watchTraffic(t, h.Harness)
			if row.off {
				h.stop(t)
			}
			h.configure(t, row.profiles)
			if row.off {
				h.start(t)
			}
			want := renameIn(before, row.oldnew...)
			if err := clitest.WaitFor(t.Context(), "the new names", func() bool {
				return len(describeDifference(stableTree(h.Harness), want)) == 0
			}); err != nil {
				t.Fatalf("%v; different: %v", err, describeDifference(stableTree(h.Harness), want))
			}
			if removed := recorded.removals(); len(removed) > 0 {
				t.Errorf("entities were removed: %v", removed)
			}
			if events := recorded.matching("/event "); len(events) > 0 {
				t.Errorf("%d events were repeated", len(events))
			}
			h.Cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon uses the real time
			clitest.Must(t, clitest.WaitFor(t.Context(), "the next weigh-in", func() bool {
				return len(recorded.matching("/event ", "71.234")) == 1
			}))
			h.stop(t)
			if log := h.daemon.Stderr.String(); strings.Contains(log, "sign-in needed") {
				t.Errorf("a sign-in was requested:\n%s", log)
			}
			for _, folder := range []string{"tokens", "profiles"} {
				if _, err := os.Stat(filepath.Join(h.folder, "state", folder, "alice.json")); row.oldnew[1] == "alicia" && err == nil {
					t.Errorf("a file of the former name remains in %s", folder)
				}
			}
		})
	}
}

// The configuration with the new name cannot start: the previous one continues,
// and so does its profile.
func TestFailedReloadKeepsFormerName(t *testing.T) {
	t.Parallel()
	h, before := startWithAliceAndBob(t)
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	clitest.Must(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	recorded := watchTraffic(t, h.Harness)
	h.Configure(t, h.folder, "[Alicia, Bob]", "all", "web: {listen: "+taken.Addr().String()+"}")
	_, err = h.daemon.Stderr.WaitForLine(t.Context(), "reload failed")
	clitest.Must(t, err)
	clitest.Must(t, clitest.WaitFor(t.Context(), "the second start", func() bool {
		return strings.Count(h.daemon.Stderr.String(), `"message":"started"`) == 2
	}))
	h.Cloud.Weigh("Alice", "71.234", time.Now()) // clock: the daemon uses the real time
	clitest.Must(t, h.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", "71.234"))
	if removed := recorded.removals(); len(removed) > 0 {
		t.Errorf("entities were removed: %v", removed)
	}
	for topic := range before {
		if h.Broker.Retained()[topic] == "" {
			t.Errorf("%s was cleared", topic)
		}
	}
	h.stop(t)
}
