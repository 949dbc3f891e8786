// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/bridge"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// version is a value of a key, from a time on.
type version struct {
	at     time.Time
	text   string // "" while there is none
	byHand bool   // it comes from no device
}

// versionLog is a publisher that keeps all values of all keys of all profiles.
type versionLog struct {
	*fakePublisher

	mu       sync.Mutex
	versions map[string][]version // by topic
}

func (l *versionLog) Set(topic string, payload []byte) {
	l.fakePublisher.Set(topic, payload)
	if !strings.HasSuffix(topic, "/detail") || strings.HasPrefix(topic, "vitals2mqtt/device/") {
		return
	}
	var d struct {
		detail

		Device string `json:"device"`
	}
	if err := json.Unmarshal(payload, &d); err != nil || d.MeasuredAt == "" {
		return
	}
	_, key, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(topic, "vitals2mqtt/"), "/detail"), "/")
	row, ok := sensors.Lookup(key)
	switch {
	case !ok:
		return
	case row.Endpoint == sensors.EndpointGoals:
		d.MeasuredAt = "" // the time of the fetch
	}
	l.note(topic, fmt.Sprint(d.Value, " of ", d.MeasuredAt), row.Endpoint == sensors.EndpointMeasures && d.Device == "")
}

func (l *versionLog) Clear(topic string) {
	l.fakePublisher.Clear(topic)
	l.note(topic, "", false)
}

func (l *versionLog) note(topic, text string, byHand bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.versions[topic]
	if len(known) == 0 && text == "" || len(known) > 0 && known[len(known)-1].text == text {
		return
	}
	l.versions[topic] = append(known, version{time.Now(), text, byHand}) // clock: called in bubbles
}

// hadBetween reports whether a topic had a value at some time in a span.
func (l *versionLog) hadBetween(topic, text string, from, to time.Time) bool {
	versions := l.versions[topic]
	for i, v := range versions {
		if v.text == text && !v.at.After(to) && (i+1 == len(versions) || versions[i+1].at.After(from)) {
			return true
		}
	}
	return text == "" && (len(versions) == 0 || versions[0].at.After(from))
}

// pollMonth is a month of a bridge.
type pollMonth struct {
	*simHarness
	log   *versionLog
	start time.Time

	mu       sync.Mutex
	requests map[string]map[int]map[string]int // by profile, day, and call
}

func newPollMonth(t *testing.T, o simulator.Options, polling bridge.Polling) (*pollMonth, *bridge.Bridge) {
	t.Helper()
	m := &pollMonth{
		simHarness: newSimHarness(t, o),
		start:      time.Now(),
		requests:   map[string]map[int]map[string]int{},
	}
	m.log = &versionLog{fakePublisher: m.publisher, versions: map[string][]version{}}
	var err error
	m.client, err = withings.New(withings.Options{
		ClientID:     m.cloud.ClientID(),
		ClientSecret: secret.New(m.cloud.ClientSecret()),
		Transport:    m.cloud.Transport(),
		APIURL:       "http://127.0.0.1:1",
		AccountURL:   "http://127.0.0.1:1",
		OnRequest:    m.count,
	})
	if err != nil {
		t.Fatal(err)
	}
	profiles := m.signIn(t)
	for i := range profiles {
		profiles[i].Keys, profiles[i].Schedule = sensors.Keys(), alignedSchedule(5*time.Minute)
		profiles[i].Polling = polling
	}
	options := m.options(profiles...)
	options.Publisher = m.log
	return m, newBridge(t, options)
}

func (m *pollMonth) count(r withings.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	day := int(time.Since(m.start) / (24 * time.Hour)) // clock: called in bubbles
	if m.requests[r.Profile] == nil {
		m.requests[r.Profile] = map[int]map[string]int{}
	}
	if m.requests[r.Profile][day] == nil {
		m.requests[r.Profile][day] = map[string]int{}
	}
	m.requests[r.Profile][day][r.Service+" "+r.Action]++
}

// days returns the number of requests on each whole day but the first, which
// reads the history.
func (m *pollMonth) days(slug string, whole int) (sums []int) {
	for day := 1; day < whole; day++ {
		sum := 0
		for _, n := range m.requests[slug][day] {
			sum += n
		}
		sums = append(sums, sum)
	}
	return sums
}

// lateness is how late the values of another log are.
type lateness struct {
	compared int
	worst    time.Duration // of a value that a device measured
	byHand   time.Duration // of one that was entered
	examples []string
}

// limits are how late a value may be: a poll after the one that brings it to
// the other bridge, with time for the requests; and what was entered by hand.
const (
	onePollLater = 5*time.Minute + 30*time.Second
	safetyRound  = time.Hour + onePollLater
)

// latenessOf compares the values of a profile, from a time on. Values that were
// replaced before they could be late do not count: those that replace them do.
func (l *versionLog) latenessOf(other *versionLog, slug string, from, until time.Time) (found lateness) {
	for topic, versions := range l.versions {
		if !strings.HasPrefix(topic, "vitals2mqtt/"+slug+"/") {
			continue
		}
		for i, v := range versions {
			replaced := i+1 < len(versions) && versions[i+1].at.Sub(v.at) < onePollLater
			if replaced || v.at.Before(from) || v.at.After(until.Add(-safetyRound)) {
				continue
			}
			found.compared++
			late := time.Duration(0)
			for late < 4*time.Hour && !other.hadBetween(topic, v.text, v.at, v.at.Add(late)) {
				late += time.Minute / 2
			}
			if v.byHand {
				found.byHand = max(found.byHand, late)
				continue
			}
			if late > onePollLater && len(found.examples) < 5 {
				found.examples = append(found.examples, fmt.Sprintf("%s %s of %v: %v", topic, v.text, v.at, late))
			}
			found.worst = max(found.worst, late)
		}
	}
	return found
}

// eventsOf lists the events of a profile, sorted, without when they were
// received. An electrocardiogram is in two responses, and its event has what the
// first of them says, so only what both say is compared.
func (m *pollMonth) eventsOf(t *testing.T, slug string) []string {
	t.Helper()
	messages := m.publisher.messages(m.tree.Event(slug))
	for i := range messages {
		event := map[string]any{}
		if err := json.Unmarshal([]byte(messages[i]), &event); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(event, func(name string, _ any) bool {
			return name == "received_at" || event["event_type"] == "heart" && !slices.Contains(ofEveryECG(), name)
		})
		text, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		messages[i] = string(text)
	}
	slices.Sort(messages)
	return messages
}

func ofEveryECG() []string {
	return []string{"event_type", "measured_at", "device", "model", "ecg_afib"}
}

// TestAdaptiveMonth polls the same people in both ways. Adaptive polling has
// the same values, at most one poll later, and the same events.
func TestAdaptiveMonth(t *testing.T) {
	t.Parallel()
	people := []simulator.Person{simulator.DemoPeople()[0], simulator.ScanWatchOwner(), simulator.ByHandOwner()}
	switch {
	case isWhole():
		people = append(people, simulator.DemoPeople()[1])
	case withRaceDetector: // many times as slow
		people = people[1:2]
	}
	for i := range people {
		people[i].Days = history
	}
	days := wholeOr(10, 2)
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(time.Date(2026, 10, 1, 0, 1, 0, 0, time.UTC))
		o := simulator.Options{Seed: 7, Strict: true, People: people}
		everything, b := newPollMonth(t, o, bridge.PollEverything)
		adaptive, a := newPollMonth(t, o, bridge.PollAdaptive)
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for _, run := range []func(context.Context) error{a.Run, b.Run} {
			running.Go(func() {
				if err := run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		end := adaptive.start.AddDate(0, 0, days)
		sleepUntil(end.Add(2 * time.Hour)) // when everybody has been polled, and the safety round is over
		cancel()
		running.Wait()
		for _, p := range people {
			slug := strings.ToLower(p.Name)
			all, few := everything.days(slug, days), adaptive.days(slug, days)
			t.Logf("%s: %v requests a day, adaptive %v", slug, all, few)
			t.Logf("%v", adaptive.requests[slug][days-1])
			if most := slices.Max(few); most > 400 {
				t.Errorf("%s: %d requests on a day", slug, most)
			}
			late := everything.log.latenessOf(adaptive.log, slug, everything.start.Add(time.Hour), end)
			t.Logf("%s: %d values, at most %v later, by hand %v", slug, late.compared, late.worst, late.byHand)
			if late.compared == 0 || late.worst > onePollLater || late.byHand > safetyRound {
				t.Errorf("%s: values are up to %v later, by hand %v: %q", slug, late.worst, late.byHand, late.examples)
			}
			if diff := cmp.Diff(everything.eventsOf(t, slug), adaptive.eventsOf(t, slug)); diff != "" {
				t.Errorf("%s: events (-everything +adaptive):\n%s", slug, diff)
			}
		}
		if busiest := adaptive.cloud.BusiestMinute(); busiest > 120 {
			t.Errorf("%d requests in a minute", busiest)
		}
		checkForecast(t, adaptive, "gustav", days)
	})
}

// checkForecast compares the requests of a person with the usual devices with
// the forecast of a typical day.
func checkForecast(t *testing.T, m *pollMonth, slug string, days int) {
	t.Helper()
	counted := 0
	for _, sum := range m.days(slug, days) {
		counted += sum
	}
	counted /= days - 1
	p := bridge.Profile{Keys: sensors.Keys(), Schedule: alignedSchedule(5 * time.Minute), Polling: bridge.PollAdaptive}
	from, forecast := time.Date(2026, 1, 14, 0, 0, 0, 0, time.UTC), 0
	for _, estimate := range bridge.Forecast(p, from, from.Add(24*time.Hour)) {
		forecast += estimate.Requests
	}
	t.Logf("%s: %d requests a day, the forecast says %d", slug, counted, forecast)
	if difference := max(counted, forecast) - min(counted, forecast); difference*100 > forecast*15 {
		t.Errorf("%s: %d requests a day, the forecast says %d", slug, counted, forecast)
	}
}
