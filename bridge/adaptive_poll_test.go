// SPDX-License-Identifier: MIT

package bridge_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// scaleWithSession is a list with one scale.
func scaleWithSession(at time.Time) (withings.Devices, error) {
	return withings.Devices{Devices: withings.List[withings.Device]{{
		Type: "Scale", Model: "Body Cardio", DeviceID: "d1", LastSession: withings.Int{N: at.Unix(), OK: true},
	}}}, nil
}

// TestAdaptiveRequests counts the requests of two hours, after the first poll,
// with measures and nights configured.
func TestAdaptiveRequests(t *testing.T) {
	t.Parallel()
	forbidden := &withings.Error{
		Service: "v2/user", Action: "getdevice", Status: 403, HTTP: 200, Class: withings.Forbidden,
	}
	for _, test := range []struct {
		name              string
		polling           bridge.Polling
		keys              []string
		devices           func() (withings.Devices, error)
		measures, devList int
	}{
		{
			"a scale without sessions since", bridge.PollAdaptive, sensors.Originals(),
			func() (withings.Devices, error) { return scaleWithSession(time.Unix(1, 0)) }, 2, 12,
		},
		{
			"every list has a new session", bridge.PollAdaptive, sensors.Originals(),
			func() (withings.Devices, error) { return scaleWithSession(time.Now()) }, 24, 12, // clock: called in bubbles
		},
		{
			"no devices", bridge.PollAdaptive, sensors.Originals(),
			func() (withings.Devices, error) { return withings.Devices{}, nil }, 2, 1, // every hour, in a poll that looks
		},
		{
			"the list fails", bridge.PollAdaptive, sensors.Originals(),
			func() (withings.Devices, error) { return withings.Devices{}, errOutage }, 24, 24,
		},
		{
			"the list is refused", bridge.PollAdaptive, sensors.Originals(),
			func() (withings.Devices, error) { return withings.Devices{}, forbidden }, 24, 0,
		},
		{
			"a single endpoint", bridge.PollAdaptive,
			[]string{"weight_kg"},
			func() (withings.Devices, error) { return scaleWithSession(time.Unix(1, 0)) }, 24, 0,
		},
		{
			"everything", bridge.PollEverything, sensors.Originals(),
			func() (withings.Devices, error) { return scaleWithSession(time.Unix(1, 0)) }, 24, 0,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := &fakeCloud{user: "1", devices: test.devices}
				p := profile("Alice", cloud)
				p.Keys, p.Polling = test.keys, test.polling
				b := newHarness().bridge(t, p)
				runFor(t, b, 0, func() {
					<-time.After(4 * time.Minute) // after the first poll and a retry
					measures, devices := cloud.callCount("measures"), cloud.callCount("devices")
					<-time.After(2 * time.Hour)
					if got := cloud.callCount("measures") - measures; got != test.measures {
						t.Errorf("measures were fetched %d times, want %d", got, test.measures)
					}
					if got := cloud.callCount("devices") - devices; got != test.devList {
						t.Errorf("devices were fetched %d times, want %d", got, test.devList)
					}
				})
			})
		})
	}
}

// TestRefusedListIsNoProblem has a consent without the list of devices, which
// only polling needs: nothing is missing, and nobody has to sign in for it.
func TestRefusedListIsNoProblem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		keys []string
		want int
	}{
		{"no key of a device", []string{"weight_kg", "sleep_score"}, 0},
		{"a key of a device", []string{"weight_kg", "sleep_score", "battery"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				cloud := &fakeCloud{user: "1", devices: func() (withings.Devices, error) {
					return withings.Devices{}, &withings.Error{
						Service: "v2/user", Action: "getdevice", Status: 403, HTTP: 200, Class: withings.Forbidden,
					}
				}}
				p := profile("Alice", cloud)
				p.Keys, p.Polling = test.keys, bridge.PollAdaptive
				b := newHarness().bridge(t, p)
				runFor(t, b, time.Hour, nil)
				if findings := b.Verdict().Of("alice"); len(findings) != test.want {
					t.Errorf("%d findings, want %d: %+v", len(findings), test.want, findings)
				}
			})
		})
	}
}

// TestStaleSessionEndsAdaptivePolling has a scale whose session never changes:
// what it measures arrives with the safety round, and in the next poll from
// then on, which the health report says.
func TestStaleSessionEndsAdaptivePolling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var mu sync.Mutex
		var groups []withings.Group
		cloud := &fakeCloud{user: "1", measures: func(time.Time) (withings.Measures, error) {
			mu.Lock()
			defer mu.Unlock()
			return withings.Measures{Groups: slices.Clone(groups)}, nil
		}}
		cloud.devices = func() (withings.Devices, error) { return scaleWithSession(start.Add(-time.Hour)) }
		p := profile("Alice", cloud)
		p.Polling = bridge.PollAdaptive
		h := newHarness()
		log := &bytes.Buffer{}
		o := h.options(p)
		o.Log = zerolog.New(zerolog.SyncWriter(log))
		b := newBridge(t, o)
		weigh := func(grams int64) {
			mu.Lock()
			defer mu.Unlock()
			groups = append(groups, weighIn(grams, grams, time.Now()))
		}
		arrives := func(what, want string, within time.Duration) {
			t.Helper()
			<-time.After(within)
			if got := h.publisher.get("vitals2mqtt/alice/weight_kg"); got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		runFor(t, b, 0, func() {
			<-time.After(10 * time.Minute)
			weigh(70_000)
			arrives("by the safety round", "70", time.Hour)
			<-time.After(15 * time.Minute)
			until := b.Health().Profiles["alice"].Endpoints[string(sensors.EndpointMeasures)].EveryPollUntil
			if left := time.Until(until); left < 23*time.Hour || left > 24*time.Hour {
				t.Errorf("fetched in every poll until %v", until)
			}
			weigh(71_000)
			arrives("by the next poll", "71", 6*time.Minute)
			<-time.After(time.Hour)
		})
		if n := strings.Count(log.String(), "did not announce"); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

// TestSessionsInOneList has a weigh-in and a night in the same list of devices:
// the mat, which comes after the scale, feeds measures too, and does not take back
// the scale's second fetch.
func TestSessionsInOneList(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ids := []string{"d1", "m1"}
		slices.SortFunc(ids, func(a, b string) int { return strings.Compare(sensors.DeviceID(a), sensors.DeviceID(b)) })
		var session atomic.Int64
		session.Store(start.Add(-time.Hour).Unix())
		cloud := &fakeCloud{user: "1", devices: func() (withings.Devices, error) {
			at := time.Unix(session.Load(), 0)
			mat := deviceOf(ids[1], "Aura Sensor V2", "", at)
			mat.Type = "Sleep Monitor"
			return withings.Devices{Devices: withings.List[withings.Device]{deviceOf(ids[0], "Body", "", at), mat}}, nil
		}}
		p := profile("Alice", cloud)
		p.Polling = bridge.PollAdaptive
		b := newHarness().bridge(t, p)
		runFor(t, b, 0, func() {
			<-time.After(2 * time.Minute) // no safety round is due in the half hour after it
			before := cloud.callCount("measures")
			session.Store(time.Now().Unix())
			<-time.After(30 * time.Minute)
			if got := cloud.callCount("measures") - before; got != 2 {
				t.Errorf("measures were fetched %d times after the sessions, want 2", got)
			}
		})
	})
}

// TestListFromBeforeARecordProvesNothing refreshes everything side by side. The
// list of devices is from before the weigh-in that the measures have, so that it
// is the next one that announces it, or fails to.
func TestListFromBeforeARecordProvesNothing(t *testing.T) {
	t.Parallel()
	for _, announced := range []bool{true, false} {
		t.Run(fmt.Sprintf("announced %v", announced), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { testListFromBeforeARecord(t, announced) })
		})
	}
}

// testListFromBeforeARecord is the test when the next list announces the record,
// or not.
func testListFromBeforeARecord(t *testing.T, announced bool) {
	t.Helper()
	session := time.Now().Add(-time.Hour) // clock: called in bubbles
	var weighs atomic.Bool
	var weighed atomic.Int64
	cloud := newScaleCloud()
	cloud.devices = func() (withings.Devices, error) {
		if at := weighed.Load(); at != 0 && announced {
			return scaleWithSession(time.Unix(at, 0))
		}
		return scaleWithSession(session)
	}
	measures := cloud.measures
	cloud.measures = func(since time.Time) (withings.Measures, error) {
		<-time.After(time.Second)
		if weighs.CompareAndSwap(true, false) {
			now := time.Now() // clock: called in bubbles
			weighed.Store(now.Unix())
			cloud.setGroups(weighIn(1, 70_000, now))
		}
		return measures(since)
	}
	p := profile("Alice", cloud)
	p.Polling = bridge.PollAdaptive
	h := newHarness()
	b := h.bridge(t, p)
	runFor(t, b, 0, func() {
		<-time.After(7 * time.Minute)
		weighs.Store(true)
		h.requestAndWait(t, b, `{}`)
		if got := h.publisher.get(h.tree.Value("alice", "weight_kg")); got != "70" {
			t.Fatalf("the weight is %q after the refresh", got)
		}
		<-time.After(20 * time.Minute)
		until := b.Health().Profiles["alice"].Endpoints[string(sensors.EndpointMeasures)].EveryPollUntil
		if until.IsZero() != announced {
			t.Errorf("measures are fetched in every poll until %v", until)
		}
	})
}
