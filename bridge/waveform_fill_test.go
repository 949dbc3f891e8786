// SPDX-License-Identifier: MIT

package bridge_test

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// heartCloud has electrocardiograms with curves, and records when each curve was
// requested.
type heartCloud struct {
	*fakeCloud

	mu       sync.Mutex
	records  []withings.HeartRecord
	requests map[int64][]time.Duration // by signal, since the start
	order    []int64
	failures map[int64]error // by signal
}

func newHeartCloud(ids ...int64) *heartCloud {
	start := time.Now()
	c := &heartCloud{
		fakeCloud: &fakeCloud{user: "1"},
		requests:  map[int64][]time.Duration{},
		failures:  map[int64]error{},
	}
	for _, id := range ids {
		c.records = append(c.records, ecgAt(id, start.Add(-time.Duration(100-id)*time.Hour)))
	}
	c.hearts = func(time.Time) (withings.HeartRecords, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return withings.HeartRecords{Series: slices.Clone(c.records)}, nil
	}
	c.signal = func(id int64) (withings.HeartSignal, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.requests[id] = append(c.requests[id], time.Since(start))
		c.order = append(c.order, id)
		if err := c.failures[id]; err != nil {
			return withings.HeartSignal{}, err
		}
		number := func(n int64) withings.Int { return withings.Int{N: n, OK: true} }
		return withings.HeartSignal{
			Signal: withings.Ints{number(-20), number(id)}, SamplingFrequency: number(300),
		}, nil
	}
	return c
}

// add records another electrocardiogram, and fail sets what a curve is refused
// with, nil for nothing.
func (c *heartCloud) add(record withings.HeartRecord) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.records = append(c.records, record)
}

func (c *heartCloud) fail(id int64, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failures[id] = err
}

func heartProfile(cloud bridge.Cloud) bridge.Profile {
	p := profile("Alice", cloud)
	p.Keys = []string{"ecg_time", "ecg_afib"}
	p.Schedule = everySchedule(15 * time.Minute) // as often as heart records are fetched
	return p
}

func (h *harness) expectCurve(t *testing.T, id int64, want bool) {
	t.Helper()
	w, found, err := h.archive.Waveform(t.Context(), "1", id)
	if found != want || err != nil || found && !slices.Equal(w.Samples, []int{-20, int(id)}) {
		t.Errorf("curve %d: %+v, found %t, %v; want %t", id, w, found, err, want)
	}
}

func TestEachCurveIsFetchedOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, cloud := newHarness(), newHeartCloud(11, 13, 12)
		p := heartProfile(cloud)
		runFor(t, h.bridge(t, p), 30*time.Minute, func() {
			<-time.After(10 * time.Minute)
			cloud.add(ecgAt(14, time.Now()))
		})
		runFor(t, h.bridge(t, p), time.Hour, nil) // after a restart
		if want := []int64{13, 12, 11, 14}; !slices.Equal(cloud.order, want) {
			t.Errorf("requested %v, want %v", cloud.order, want)
		}
		for id := int64(11); id <= 14; id++ {
			h.expectCurve(t, id, true)
		}
		h.expectCurve(t, 15, false)
	})
}

// TestCurveThatFailsIsRetried a few times; the others are fetched, the endpoint
// is healthy, and nothing of it is published.
func TestCurveThatFailsIsRetried(t *testing.T) {
	t.Parallel()
	refused := &withings.Error{Service: "v2/heart", Action: "get", Status: 503, HTTP: 200, Class: withings.Params}
	for name, failure := range map[string]error{"refused": refused, "outage": errOutage, "empty": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h, cloud := newHarness(), newHeartCloud(11, 12)
				cloud.fail(12, failure)
				if failure == nil {
					answer := cloud.signal
					cloud.signal = func(id int64) (withings.HeartSignal, error) {
						signal, err := answer(id)
						if id == 12 {
							signal.Signal = nil
						}
						return signal, err
					}
				}
				runFor(t, h.bridge(t, heartProfile(cloud)), 10*24*time.Hour, nil)
				h.expectCurve(t, 11, true)
				h.expectCurve(t, 12, false)
				tried := cloud.requests[12]
				if len(tried) != 5 || len(cloud.requests[11]) != 1 {
					t.Fatalf("attempts at %v, of the other one %v", tried, cloud.requests[11])
				}
				if later := cloud.requests[11][0] > time.Minute; later != (name == "outage") {
					t.Errorf("the other one is requested after %v", cloud.requests[11][0])
				}
				for i, least := range []time.Duration{15 * time.Minute, 2 * time.Hour, 24 * time.Hour, 72 * time.Hour} {
					if pause := tried[i+1] - tried[i]; pause < least || pause > least+20*time.Minute {
						t.Errorf("attempt %d after %v, want %v", i+2, pause, least)
					}
				}
				if got := h.publisher.get(h.tree.Status("alice")); got != "online" {
					t.Errorf("status %s", got)
				}
			})
		})
	}
}

// TestPauseIsNoAttempt: while the cloud wants a pause, nothing else is requested.
func TestPauseIsNoAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, cloud := newHarness(), newHeartCloud(11, 12)
		cloud.fail(12, &withings.Error{Class: withings.Limited, RetryAfter: time.Minute})
		runFor(t, h.bridge(t, heartProfile(cloud)), 48*time.Hour, func() {
			<-time.After(24*time.Hour - time.Minute)
			if attempts := len(cloud.requests[12]); attempts < 24*3 || len(cloud.requests[11]) > 0 {
				t.Errorf("%d requests, of the other one %v", attempts, cloud.requests[11])
			}
			cloud.fail(12, nil)
		})
		h.expectCurve(t, 11, true)
		h.expectCurve(t, 12, true)
	})
}

// TestCurvesOfAnotherAccountAreNotStored: the profile is signed in with another
// account while a curve is on its way.
func TestCurvesOfAnotherAccountAreNotStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, cloud := newHarness(), newHeartCloud(11, 12)
		answer := cloud.signal
		cloud.signal = func(id int64) (withings.HeartSignal, error) {
			cloud.fakeCloud.mu.Lock()
			cloud.user = "2"
			cloud.fakeCloud.mu.Unlock()
			return answer(id)
		}
		runFor(t, h.bridge(t, heartProfile(cloud)), time.Minute, nil)
		h.expectCurve(t, 11, false)
		h.expectCurve(t, 12, false)
	})
}

// TestOnceFetchesSomeCurves: a poll on its own must not take an hour.
func TestOnceFetchesSomeCurves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ids []int64
		for id := range int64(75) {
			ids = append(ids, id+1)
		}
		h, cloud := newHarness(), newHeartCloud(ids...)
		if err := h.bridge(t, heartProfile(cloud)).Once(t.Context(), "alice"); err != nil {
			t.Error(err)
		}
		h.expectCurve(t, 75, true)
		h.expectCurve(t, 26, true)
		h.expectCurve(t, 25, false)
	})
}

// TestCurvesOfTheSimulatedCloud fetches those of all years, within the quota.
func TestCurvesOfTheSimulatedCloud(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC))
		h := newSimHarness(t, simulator.Options{Seed: 7, Strict: true})
		profiles := h.signIn(t)
		for i := range profiles {
			profiles[i].Keys = []string{"ecg_time", "ecg_afib"}
		}
		runFor(t, h.bridge(t, profiles...), 2*time.Hour, nil)
		seconds := map[string]map[int]int{}
		for _, p := range profiles {
			user := p.Cloud.State().UserID
			seconds[p.Slug] = map[int]int{}
			missing, err := h.archive.MissingWaveforms(t.Context(), user, 100)
			if len(missing) > 0 || err != nil {
				t.Errorf("%s: %d curves are missing, %v", p.Slug, len(missing), err)
			}
			records, err := h.archive.Window(t.Context(), user, sensors.Window{Kind: sensors.KindHeart, Newest: 9999}, nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range records {
				if w, found, err := h.archive.Waveform(t.Context(), user, rec.ID); found && err == nil {
					seconds[p.Slug][len(w.Samples)/w.Frequency]++
				}
			}
		}
		// A watch records half a minute, a cuff 20 seconds.
		if seconds["alice"][30] < 10 || seconds["bob"][20] < 10 || len(seconds["alice"])+len(seconds["bob"]) != 2 {
			t.Errorf("curves by their length in seconds: %v", seconds)
		}
		if busiest := h.cloud.BusiestMinute(); busiest > 120 {
			t.Errorf("%d requests in a minute", busiest)
		}
	})
}
