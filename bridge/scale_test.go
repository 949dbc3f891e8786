// SPDX-License-Identifier: MIT

package bridge_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// workCounts counts the calls of a bridge to its publisher and its store.
type workCounts struct{ loads, saves, bridgeSaves, documents, profileDocuments, published int64 }

// countingHarness is a harness that counts calls.
type countingHarness struct {
	*harness

	loads, saves, bridgeSaves, documents, profileDocuments, published atomic.Int64
}

func newCountingHarness() *countingHarness { return &countingHarness{harness: newHarness()} }

// takeCounts returns the counts and resets them.
func (c *countingHarness) takeCounts() workCounts {
	return workCounts{
		c.loads.Swap(0), c.saves.Swap(0), c.bridgeSaves.Swap(0), c.documents.Swap(0),
		c.profileDocuments.Swap(0), c.published.Swap(0),
	}
}

func (c *countingHarness) bridge(t *testing.T, profiles []bridge.Profile) *bridge.Bridge {
	t.Helper()
	return c.bridgeWith(t, countingPublisher{c.publisher, c}, profiles...)
}

// bridgeWith is a bridge with another publisher.
func (c *countingHarness) bridgeWith(t *testing.T, out bridge.Publisher, profiles ...bridge.Profile) *bridge.Bridge {
	t.Helper()
	o := c.options(profiles...)
	o.Publisher, o.StateStore = out, countingStore{c.store, c}
	return newBridge(t, o)
}

type countingPublisher struct {
	*fakePublisher

	counts *countingHarness
}

func (p countingPublisher) Set(topic string, payload []byte) {
	p.counts.published.Add(1)
	if _, document := p.counts.tree.DocumentID(topic); document {
		p.counts.documents.Add(1)
		if strings.Contains(string(payload), "/last_sync/") {
			p.counts.profileDocuments.Add(1)
		}
	}
	p.fakePublisher.Set(topic, payload)
}

func (p countingPublisher) SetBuilt(topic string, payload []byte, _ func() []byte) {
	p.Set(topic, payload)
}

func (p countingPublisher) Clear(topic string) {
	p.counts.published.Add(1)
	p.fakePublisher.Clear(topic)
}

type countingStore struct {
	*memoryStore

	counts *countingHarness
}

func (m countingStore) Load(profile string, into any) (bool, error) {
	m.counts.loads.Add(1)
	return m.memoryStore.Load(profile, into)
}

func (m countingStore) Save(profile string, value any) error {
	m.counts.saves.Add(1)
	if profile == "bridge" {
		m.counts.bridgeSaves.Add(1)
	}
	return m.memoryStore.Save(profile, value)
}

// models lists the models of each profile's devices.
func models() []string { return []string{"Body Cardio", "BPM Connect", "Aura Sensor V2"} }

// manyProfiles returns profiles with a weight and one device of each model.
func manyProfiles(n int) []bridge.Profile {
	profiles := make([]bridge.Profile, n)
	for i := range profiles {
		name := fmt.Sprintf("Profile %03d", i)
		var devices []withings.Device
		for _, model := range models() {
			devices = append(devices, deviceOf(name+model, model, "high", time.Now().Add(-time.Hour))) // clock: ages only
		}
		account := &fakeCloud{user: strconv.Itoa(1000 + i), devices: devicesOf(devices...)}
		account.measures = measuresOf(weighIn(int64(i)+1, 70_000, time.Now().Add(-2*time.Hour))) // clock: ages only
		profiles[i] = profile(name, account)
		profiles[i].Keys = append(sensors.DeviceKeys(), "weight_kg")
	}
	return profiles
}

// TestRestartCostIsLinear starts a number of profiles from their stored state,
// and counts until all have been polled.
func TestRestartCostIsLinear(t *testing.T) {
	t.Parallel()
	restart := func(n int) (spent workCounts) {
		synctest.Test(t, func(t *testing.T) {
			c, profiles := newCountingHarness(), manyProfiles(n)
			runFor(t, c.bridge(t, profiles), time.Minute, nil)
			c.takeCounts()
			runFor(t, c.bridge(t, profiles), time.Minute, nil)
			spent = c.takeCounts()
		})
		return spent
	}
	few, many := restart(10), restart(40)
	for _, at := range []struct {
		n int64
		workCounts
	}{{10, few}, {40, many}} {
		if want := at.n + 1; at.loads != want { // one per profile, and the ledger
			t.Errorf("%d profiles: %d files read, want %d", at.n, at.loads, want)
		}
		if want := at.n*int64(1+len(models())) + 1; at.documents != want {
			t.Errorf("%d profiles: %d documents built, want %d", at.n, at.documents, want)
		}
		if at.bridgeSaves != 0 {
			t.Errorf("%d profiles: the unchanged list of retained topics was stored %d times", at.n, at.bridgeSaves)
		}
	}
	if many.saves > 4*few.saves || many.published > 4*few.published+100 {
		t.Errorf("four times the profiles cost %+v, ten %+v", many, few)
	}
}

// TestFirstStartSavesLedgerOnce counts how often the list of retained topics
// is stored during the first start of many profiles.
func TestFirstStartSavesLedgerOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const n = 40
		c := newCountingHarness()
		runFor(t, c.bridge(t, manyProfiles(n)), time.Minute, nil)
		spent := c.takeCounts()
		if most := int64(n + 3); spent.bridgeSaves > most { // one per profile, and one for all devices
			t.Errorf("stored %d times, want %d at most", spent.bridgeSaves, most)
		}
		if want := int64(n*(1+len(models())) + 1); spent.documents != want {
			t.Errorf("%d documents built, want %d", spent.documents, want)
		}
	})
}

// TestDeviceDocumentsChangeOnlyWithTitle counts the documents while profiles
// get and lose devices of the same model.
func TestDeviceDocumentsChangeOnlyWithTitle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCountingHarness()
		accounts := []*fakeCloud{{user: "1"}, {user: "2"}, {user: "3"}}
		var profiles []bridge.Profile
		for i, account := range accounts {
			account.devices = devicesOf()
			p := profile([]string{"Alice", "Bob", "Carol"}[i], account)
			p.Keys = sensors.DeviceKeys()
			profiles = append(profiles, p)
		}
		b := c.bridge(t, profiles)
		_ = b.Once(t.Context(), "") // publishes the documents of the profiles
		own := func(who int, devices ...withings.Device) (documents int64) {
			accounts[who].devices = devicesOf(devices...)
			c.takeCounts()
			// A missing device may need confirmation an hour later.
			for range 2 {
				_ = b.Once(t.Context(), profiles[who].Slug)
				<-time.After(2 * time.Hour)
			}
			return c.takeCounts().documents
		}
		mat := func(id string) withings.Device { return deviceOf(id, "Aura Sensor V2", "high", time.Now()) }
		for _, step := range []struct {
			what    string
			who     int
			devices []withings.Device
			want    int64
		}{
			{"the first", 0, []withings.Device{mat("m1")}, 1},
			{"a second, which gives the first a longer name", 1, []withings.Device{mat("m2")}, 2},
			{"a third", 2, []withings.Device{mat("m3")}, 1},
			{"the third goes", 2, nil, 0},
			{"the second goes, and the first has its short name back", 1, nil, 1},
		} {
			if got := own(step.who, step.devices...); got != step.want {
				t.Errorf("%s: %d documents built, want %d", step.what, got, step.want)
			}
		}
	})
}
