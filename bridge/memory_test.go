// SPDX-License-Identifier: MIT

package bridge_test

import (
	"runtime"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/withings"
)

// maxHeldByProfile bounds what one more profile keeps in memory, in bytes.
const maxHeldByProfile = 60_000

// TestMemoryOfProfile measures what a bridge keeps of each profile after a
// restart, when all its profiles have been polled.
func TestMemoryOfProfile(t *testing.T) { //nolint:paralleltest // others would be measured as well
	const few, many = 10, 60
	held := func(n int) int64 {
		h, profiles := newHarness(), manyProfiles(n)
		for i := range profiles {
			profiles[i].Keys = answeredKeys()
			account, _ := profiles[i].Cloud.(*fakeCloud)
			account.measures = measuresOf(twoWeeksOfWeights(time.Now())...) // clock: ages only
		}
		restart := func() *bridge.Bridge {
			o := h.options(profiles...)
			o.Publisher = discardingPublisher{}
			b := newBridge(t, o)
			_ = b.Once(t.Context(), "")
			return b
		}
		restart()
		b := restart()
		with := heapInUse()
		runtime.KeepAlive(b)
		without := heapInUse()
		runtime.KeepAlive(profiles) // they, and the archive, are not the bridge's
		runtime.KeepAlive(h)
		return with - without
	}
	less := held(few)
	each := (held(many) - less) / (many - few)
	t.Logf("%d bytes for each profile", each)
	if each > maxHeldByProfile {
		t.Errorf("%d bytes are held for each profile, want %d at most", each, maxHeldByProfile)
	}
}

// twoWeeksOfWeights is one weighing a day with seven measures.
func twoWeeksOfWeights(now time.Time) (groups []withings.Group) {
	for day := range int64(14) {
		g := weighIn(day+1, 70_000, now.Add(-time.Duration(day)*24*time.Hour-time.Hour))
		for _, kind := range []int64{5, 6, 8, 76, 77, 88} {
			g.Measures = append(g.Measures, withings.Measure{
				Type: withings.Int{N: kind, OK: true}, Unit: withings.Int{N: -3, OK: true}, Value: exact(20_000 + kind),
			})
		}
		groups = append(groups, g)
	}
	return groups
}

// heapInUse returns the bytes that are reachable.
func heapInUse() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what a finalizer or a pool has kept
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// discardingPublisher keeps nothing of what is published.
type discardingPublisher struct{}

func (discardingPublisher) Set(string, []byte)                                 {}
func (discardingPublisher) SetBuilt(string, []byte, func() []byte)             {}
func (discardingPublisher) Clear(string)                                       {}
func (discardingPublisher) Send(string, []byte)                                {}
func (discardingPublisher) Republish()                                         {}
func (discardingPublisher) SendConfirmed(_ string, _ []byte, confirmed func()) { go confirmed() }
