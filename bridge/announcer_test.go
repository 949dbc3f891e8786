// SPDX-License-Identifier: MIT

package bridge

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// recorder is a Publisher and a StateStore that records what it gets.
type recorder struct {
	set     map[string]string
	cleared []string
	sent    []string
	files   map[string][]byte
	saves   int
	failing error
	events  []func() // confirmations
}

func newRecorder() *recorder { return &recorder{set: map[string]string{}, files: map[string][]byte{}} }

func (r *recorder) Set(topic string, payload []byte) { r.set[topic] = string(payload) }
func (r *recorder) Clear(topic string)               { delete(r.set, topic); r.cleared = append(r.cleared, topic) }
func (r *recorder) Send(topic string, _ []byte)      { r.sent = append(r.sent, topic) }
func (r *recorder) Republish()                       {}
func (r *recorder) SetBuilt(topic string, payload []byte, _ func() []byte) {
	r.Set(topic, payload)
}

func (r *recorder) SendConfirmed(_ string, payload []byte, confirmed func()) {
	r.sent, r.events = append(r.sent, string(payload)), append(r.events, confirmed)
}

func (r *recorder) Load(profile string, into any) (bool, error) {
	data, ok := r.files[profile]
	if !ok {
		return false, nil
	}
	return true, json.Unmarshal(data, into)
}

func (r *recorder) Save(profile string, value any) error {
	if r.failing != nil {
		return r.failing
	}
	r.saves++
	data, err := json.Marshal(value)
	r.files[profile] = data
	return err
}

func (r *recorder) Profiles() ([]string, error) { return slices.Sorted(maps.Keys(r.files)), nil }

func testSite() discovery.Site {
	return discovery.Site{
		Tree:     topics.Tree{Base: "v", Discovery: "ha"},
		Identity: discovery.Identity{Instance: "0a1b2c3d", Version: "test"},
		Views:    discovery.Views{Bare: true, Detail: true, Snapshot: true},
	}
}

func newTestAnnouncer() (*announcer, *recorder) {
	r := newRecorder()
	ledger := &ledgerStore{store: r, log: zerolog.Nop()}
	return newAnnouncer(testSite(), true, r, ledger, zerolog.Nop()), r
}

//nolint:unparam // what announceProfile takes
func profileWith(slug, user string, keys ...string) (_ discovery.Profile, with []string, extra []sensors.Sensor) {
	return discovery.Profile{Slug: slug, Name: slug, UserID: user}, keys, nil
}

func TestProfileIsAnnouncedWhenItsKeysChange(t *testing.T) {
	t.Parallel()
	a, r := newTestAnnouncer()
	document := testSite().Tree.Document(discovery.ProfileID("1"))
	if a.isAnnounced("alice") {
		t.Error("announced from the start")
	}
	a.announceProfile(profileWith("alice", "1", "weight_kg"))
	if r.set[document] == "" || !a.isAnnounced("alice") || !a.isPublished(discovery.ProfileID("1")) {
		t.Fatal("not announced")
	}
	delete(r.set, document)
	if a.announceProfile(profileWith("alice", "1", "weight_kg")); r.set[document] != "" {
		t.Error("announced again with the same keys")
	}
	if a.announceProfile(profileWith("alice", "1", "weight_kg", "bmi")); r.set[document] == "" {
		t.Error("a new key is not announced")
	}
	if !slices.Contains(a.ledger.ledger.Topics, document) {
		t.Errorf("ledger topics %v", a.ledger.ledger.Topics)
	}
}

func TestSwappedAccountKeepsItsDocument(t *testing.T) {
	t.Parallel()
	a, r := newTestAnnouncer()
	first, second := testSite().Tree.Document(discovery.ProfileID("1")), testSite().Tree.Document(discovery.ProfileID("2"))
	a.announceProfile(profileWith("alice", "1", "weight_kg"))
	a.announceProfile(profileWith("bob", "2", "weight_kg"))
	a.removeAccount("bob", "2")
	if r.set[second] != "" || a.isAnnounced("bob") || !slices.Contains(a.ledger.ledger.Clears, second) {
		t.Error("the document of a removed account is still published")
	}
	a.announceProfile(profileWith("bob", "1", "weight_kg"))
	if a.removeAccount("alice", "1"); r.set[first] == "" {
		t.Error("the document of an account that another profile has is removed")
	}
}

func TestStaleDocumentHandling(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		current   bool
		mayReturn bool
		cleared   bool
	}{
		{"published in this run", true, false, false},
		{"may return", false, true, false},
		{"any other", false, false, true},
	} {
		a, r := newTestAnnouncer()
		if test.current {
			a.announceProfile(profileWith("alice", "1", "weight_kg"))
		}
		pruned := false
		stale := discovery.StaleDocument{ID: discovery.ProfileID("1")}
		topic := testSite().Tree.Document(stale.ID)
		a.handleStale(topic, stale, test.mayReturn, func(discovery.Document) { pruned = true }, []string{"v/other"})
		if got := slices.Equal(r.cleared, []string{topic, "v/other"}); got != test.cleared || pruned != test.current {
			t.Errorf("%s: cleared %v, pruned %v", test.name, r.cleared, pruned)
		}
	}
}

func TestUnpublishedDocumentIsNotCleared(t *testing.T) {
	t.Parallel()
	a, r := newTestAnnouncer()
	if a.removeAccount("alice", "1"); len(r.cleared) != 0 {
		t.Errorf("cleared %v", r.cleared)
	}
}

func TestLedgerIsStoredOncePerChange(t *testing.T) {
	t.Parallel()
	r := newRecorder()
	s := &ledgerStore{store: r, log: zerolog.Nop()}
	s.load()
	s.save()
	s.update(func(l *retainedLedger) bool { return l.Add("a") })
	s.update(func(l *retainedLedger) bool { return l.Add("a") })
	r.failing = errors.New("no space left")
	s.save()
	r.failing = nil
	s.save()
	s.save()
	if r.saves != 1 {
		t.Errorf("stored %d times, want once", r.saves)
	}
	again := &ledgerStore{store: r, log: zerolog.Nop()}
	if again.load(); !slices.Equal(again.ledger.Topics, []string{"a"}) {
		t.Errorf("read back %v", again.ledger.Topics)
	}
	r.files[ledgerKey] = []byte("{")
	if again.load(); len(again.ledger.Topics) != 0 {
		t.Errorf("topics of an unreadable ledger: %v", again.ledger.Topics)
	}
}

func TestDevicesWaitForAllProfiles(t *testing.T) {
	t.Parallel()
	documents, r := newTestAnnouncer()
	a := newDeviceAnnouncer(testSite(), documents, documents.ledger)
	a.waitFor("alice")
	a.waitFor("bob")
	own := profileDevices{
		name: "Alice", keys: sensors.DeviceKeys(),
		devices: []sensors.Device{{ID: "d1", Model: "Body", Battery: "high"}},
	}
	a.set("alice", own)
	a.markKnown("alice")
	a.markKnown("alice")
	if len(r.set) != 0 {
		t.Errorf("published although bob's devices are unknown: %v", r.set)
	}
	a.markKnown("bob")
	document := testSite().Tree.Document(discovery.DeviceID("d1"))
	if r.set[document] == "" {
		t.Errorf("not published: %v", r.set)
	}
	own.devices = nil
	if a.set("alice", own); r.set[document] != "" || !slices.Contains(documents.ledger.ledger.Clears, document) {
		t.Error("the document of a removed device is still published")
	}
}

func TestPendingDevicesArePublishedOnRequest(t *testing.T) {
	t.Parallel()
	documents, r := newTestAnnouncer()
	a := newDeviceAnnouncer(testSite(), documents, documents.ledger)
	a.waitFor("bob")
	a.set("alice", profileDevices{
		name: "Alice", keys: sensors.DeviceKeys(),
		devices: []sensors.Device{{ID: "d1", Model: "Body", Battery: "high"}},
	})
	if a.publishPending(); len(r.set) == 0 || r.saves != 1 {
		t.Errorf("%d topics, ledger stored %d times", len(r.set), r.saves)
	}
}
