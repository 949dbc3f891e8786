// SPDX-License-Identifier: MIT

package bridge

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/sensors"
)

// adaptiveTest drives an adaptivePlan with polls every five minutes.
type adaptiveTest struct {
	adaptivePlan

	now     time.Time
	devices []sensors.Device
	counts  counter
	fetched map[sensors.Endpoint]time.Time
}

// newAdaptiveTest returns a plan right after the start, which has fetched
// everything.
func newAdaptiveTest(devices ...sensors.Device) *adaptiveTest {
	test := &adaptiveTest{
		adaptivePlan: newAdaptivePlan(true),
		now:          epoch(),
		devices:      devices,
		fetched:      map[sensors.Endpoint]time.Time{},
	}
	for _, e := range endpoints() {
		test.fetched[e.name] = test.now.Add(-e.every)
	}
	test.list()
	return test
}

func (a *adaptiveTest) list() {
	a.observe(a.devices, a.fetched[sensors.EndpointDevices], a.counts,
		func(e sensors.Endpoint) time.Time { return a.fetched[e] })
}

// poll makes the next poll, in which the endpoints of news have some, and
// returns what it fetched without the list of devices.
func (a *adaptiveTest) poll(news ...sensors.Endpoint) []sensors.Endpoint {
	a.now = a.now.Add(5 * time.Minute)
	a.startPoll(a.now)
	fetched := map[sensors.Endpoint]bool{}
	for step := range stepDependent {
		for _, e := range endpoints() {
			if e.fetch == nil || !e.isIn(step, true) || a.fetched[e.name].Equal(a.now) ||
				!a.isDue(e, a.fetched[e.name], a.now) {
				continue
			}
			fetched[e.name], a.fetched[e.name] = true, a.now
			a.startFetch(e.name)
			if slices.Contains(news, e.name) {
				a.finishFetch(e.name, a.now)
			}
		}
		a.list()
	}
	delete(fetched, sensors.EndpointDevices)
	return slices.Sorted(maps.Keys(fetched))
}

func wantFetched(t *testing.T, what string, got []sensors.Endpoint, want ...sensors.Endpoint) {
	t.Helper()
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: fetched %v, want %v", what, got, want)
	}
}

func TestEveryOtherPollLooks(t *testing.T) {
	t.Parallel()
	for interval, want := range map[time.Duration]int{
		time.Minute: 6, 5 * time.Minute: 6, 10 * time.Minute: 12, 15 * time.Minute: 12, time.Hour: 12,
	} {
		plan, now, looks := newAdaptivePlan(true), epoch(), 0
		for range 12 {
			if plan.startPoll(now); plan.looks {
				looks++
			}
			now = now.Add(interval)
		}
		if looks != want {
			t.Errorf("of 12 polls every %v, %d look for news, want %d", interval, looks, want)
		}
	}
}

// TestSessionsAnnounceNews has one device of each type, the first poll after a
// session of which fetches what it feeds. What comes from Wi-Fi devices is
// fetched in the next poll as well.
func TestSessionsAnnounceNews(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		deviceType  string
		first, next []sensors.Endpoint
	}{
		{"Scale", feedsOf("Scale"), []sensors.Endpoint{sensors.EndpointMeasures}},
		{"Sleep Monitor", feedsOf("Sleep Monitor"), []sensors.Endpoint{sensors.EndpointNights}},
		{activityTracker, feedsOf(activityTracker), nil},
		{"Something new", feedsOf("Something new"), []sensors.Endpoint{sensors.EndpointMeasures}},
	} {
		a := newAdaptiveTest(sensors.Device{ID: "d", Type: test.deviceType, LastSession: epoch().Unix()})
		wantFetched(t, test.deviceType+", the poll that looks", a.poll())
		a.devices[0].LastSession++
		wantFetched(t, test.deviceType+", the poll that does not", a.poll())
		wantFetched(t, test.deviceType+", after a session", a.poll(), test.first...)
		wantFetched(t, test.deviceType+", next", a.poll(), test.next...)
		wantFetched(t, test.deviceType+", after that", a.poll())
	}
}

// TestHintsReplaceAnnouncements fetches what a notification has announced
// before the list of devices does.
func TestHintsReplaceAnnouncements(t *testing.T) {
	t.Parallel()
	a := newAdaptiveTest(sensors.Device{ID: "d", Type: activityTracker, LastSession: epoch().Unix()})
	a.poll()
	a.devices[0].LastSession++
	hinted := []sensors.Endpoint{sensors.EndpointActivity, sensors.EndpointIntraday, sensors.EndpointWorkouts}
	for _, e := range hinted {
		a.fetched[e] = a.now.Add(time.Minute)
	}
	a.finishFetch(sensors.EndpointActivity, a.now.Add(time.Minute))
	a.poll()
	wantFetched(t, "after a hint", a.poll(), sensors.EndpointNights, sensors.EndpointHeart, sensors.EndpointMeasures)
}

// TestHintsOfAnotherUploadReplaceNothing fetches what a session announces
// although a notification has fetched it before: before the session, or before
// the list of devices that still lacked it, whatever our clock says.
func TestHintsOfAnotherUploadReplaceNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name            string
		hinted, session time.Duration // since the list before
		want            []sensors.Endpoint
	}{
		{"before the session", time.Minute, 2 * time.Minute, feedsOf("Sleep Monitor")},
		{"before the list", -time.Minute, -time.Hour, feedsOf("Sleep Monitor")},
		{"after both, without news", 3 * time.Minute, 2 * time.Minute, feedsOf("Sleep Monitor")},
		{"after both", 3 * time.Minute, 2 * time.Minute, []sensors.Endpoint{sensors.EndpointNights}},
	} {
		a := newAdaptiveTest(sensors.Device{ID: "d", Type: "Sleep Monitor", LastSession: 1})
		a.poll()
		listed := a.fetched[sensors.EndpointDevices]
		// Only the second endpoint of the mat had news.
		a.fetched[sensors.EndpointMeasures] = listed.Add(test.hinted)
		if !strings.Contains(test.name, "without news") {
			a.finishFetch(sensors.EndpointMeasures, listed.Add(test.hinted))
		}
		a.devices[0].LastSession = listed.Add(test.session).Unix()
		a.poll()
		wantFetched(t, test.name, a.poll(), slices.Clone(test.want)...)
	}
}

// TestSessionThatReturnsAnnouncesNews has a device that lists no session for a
// while, and then the one from before.
func TestSessionThatReturnsAnnouncesNews(t *testing.T) {
	t.Parallel()
	scale := sensors.Device{ID: "s", Type: "Scale", LastSession: 1} // whose session keeps the list being asked for
	a := newAdaptiveTest(sensors.Device{ID: "d", Type: "Sleep Monitor", LastSession: 1}, scale)
	a.devices[0].LastSession = 0
	wantFetched(t, "without a session", a.poll(), sensors.EndpointNights)
	a.poll()
	a.devices[0].LastSession = 1
	wantFetched(t, "with one again", a.poll(), feedsOf("Sleep Monitor")...)
}

// TestSilentDevices looks for the data of devices that list no session, and of
// phones, in every poll that looks.
func TestSilentDevices(t *testing.T) {
	t.Parallel()
	scale := sensors.Device{ID: "s", Type: "Scale", LastSession: 1}
	a := newAdaptiveTest(sensors.Device{ID: "d", Type: "Sleep Monitor"}, scale)
	wantFetched(t, "a mat, looking", a.poll(), sensors.EndpointNights)
	wantFetched(t, "a mat, not looking", a.poll())
	wantFetched(t, "a mat with a night", a.poll(sensors.EndpointNights),
		sensors.EndpointNights, sensors.EndpointMeasures, sensors.EndpointStages)
	a = newAdaptiveTest(scale)
	a.counts.program = true
	a.poll()
	a.poll()
	wantFetched(t, "a phone", a.poll(), sensors.EndpointActivity)
	a.poll()
	wantFetched(t, "a phone with steps", a.poll(sensors.EndpointActivity),
		sensors.EndpointActivity, sensors.EndpointWorkouts)
	a.counts.tracker = true
	a.poll()
	a.poll() // the list of this one says that a watch counts
	a.poll()
	wantFetched(t, "a watch beside the phone", a.poll())
}

// TestNightInProgress looks for the rest of a night that the cloud has not
// computed yet.
func TestNightInProgress(t *testing.T) {
	t.Parallel()
	a := newAdaptiveTest(sensors.Device{ID: "d", Type: "Sleep Monitor", LastSession: 1})
	a.note(sensors.EndpointNights, summarize([]sensors.Record{{At: a.now.Unix() - 1}}), a.now)
	wantFetched(t, "a night that is complete", slices.Concat(a.poll(), a.poll()))
	night := summarize([]sensors.Record{{At: a.now.Unix(), Pending: true}})
	a.note(sensors.EndpointNights, night, a.now)
	wantFetched(t, "at once", a.poll(), sensors.EndpointNights, sensors.EndpointStages)
	for range 12 {
		a.poll()
		a.note(sensors.EndpointNights, night, a.now) // listed again
	}
	if last := a.fetched[sensors.EndpointNights]; a.now.Sub(last) > pollsApart {
		t.Errorf("after an hour, the night was last fetched at %v", last)
	}
	for range 12 {
		a.poll()
	}
	if last := a.fetched[sensors.EndpointNights]; a.now.Sub(last) < 30*time.Minute {
		t.Errorf("after two hours, the night was last fetched at %v", last)
	}
}

// TestSummaryInAnyOrder has two records of a device, of which the newer counts.
func TestSummaryInAnyOrder(t *testing.T) {
	t.Parallel()
	older, newer := sensors.Record{Device: "d", At: 1, Pending: true}, sensors.Record{Device: "d", At: 2, Pending: true}
	for _, records := range [][]sensors.Record{{older, newer}, {newer, older}} {
		if got := summarize(records); got.newest["d"] != 2 || got.computing != 2 {
			t.Errorf("%+v", got)
		}
	}
}

// TestListOfDevicesThatFailsToAnnounce fetches an endpoint in every poll for a
// day after it had data newer than the session of its device in a later list.
func TestListOfDevicesThatFailsToAnnounce(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} { // the session is listed after its data were found
		a := newAdaptiveTest(sensors.Device{ID: sensors.DeviceID("d1"), Type: "Scale", LastSession: epoch().Unix()})
		a.poll()
		measured := a.now.Unix() + int64(deviceClockSkew/time.Second)
		a.note(sensors.EndpointMeasures, summarize([]sensors.Record{{Device: "d1", At: measured}}), a.now)
		if late {
			a.devices[0].LastSession = measured
		}
		a.poll()
		a.poll()
		distrusted := !a.distrusted[sensors.EndpointMeasures].IsZero()
		if distrusted == late {
			t.Errorf("listed later %v: distrusted %v", late, a.distrusted)
		}
		if late {
			continue
		}
		until := a.distrusted[sensors.EndpointMeasures]
		for range 12 {
			wantFetched(t, "distrusted", a.poll()[:1], sensors.EndpointMeasures)
		}
		if got := a.distrusted[sensors.EndpointMeasures]; got != until {
			t.Errorf("one record is distrusted until %v, then until %v", until, got)
		}
	}
}

// TestSafetyRound fetches everything at least as often as the table says.
func TestSafetyRound(t *testing.T) {
	t.Parallel()
	a := newAdaptiveTest(sensors.Device{ID: "d", Type: "Scale", LastSession: 1})
	for range 24 * 12 {
		a.poll()
		for _, e := range endpoints() {
			if e.safety > 0 && a.now.Sub(a.fetched[e.name]) > e.safety {
				t.Fatalf("%s was fetched %v ago", e.name, a.now.Sub(a.fetched[e.name]))
			}
		}
	}
	for _, e := range endpoints() {
		if e.fetch != nil && !e.dependent && e.safety == 0 && e.name != sensors.EndpointDevices {
			t.Errorf("%s has no safety interval", e.name)
		}
	}
}
