// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

const (
	monthSecret  = "0123456789abcdef0123456789abcdef01234567"
	monthAddress = "https://example.org"
	foreignHook  = "https://example.org/homeassistant/hook"
	// history is how many days of measurements every profile has.
	history = 60
	// typical is how many requests a profile may need on a typical day, busy on
	// one with an electrocardiogram and three weigh-ins within hours, each fetched
	// up to four times while there is nothing new.
	typical, busy = 120, 130
)

// notificationFaults are the faults of notifications during the month.
func notificationFaults() simulator.NotifyKnobs {
	return simulator.NotifyKnobs{
		Lapse:      4,
		Lost:       10,
		Copies:     2,
		Shuffle:    5 * time.Minute,
		Unreadable: 20 * time.Second,
		Unknown:    2,
		Empty:      5,
		OddURLs:    true,
	}
}

// pushMonth runs two bridges with the same profiles: one gets notifications,
// the other one only polls.
type pushMonth struct {
	t              *testing.T
	pushed, polled *simHarness
	start          time.Time
	managers       map[string]*push.SubscriptionManager
	wanted         map[string][]withings.Category
	running        sync.WaitGroup

	mu       sync.Mutex
	requests map[string]map[int]map[string]int // by profile, day, and call
}

func (m *pushMonth) day() int { return int(time.Since(m.start) / (24 * time.Hour)) } // clock: called in bubbles

func (m *pushMonth) count(r withings.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	days := m.requests[r.Profile]
	if days == nil {
		days = map[int]map[string]int{}
		m.requests[r.Profile] = days
	}
	if days[m.day()] == nil {
		days[m.day()] = map[string]int{}
	}
	days[m.day()][r.Service+" "+r.Action]++
}

// newMonth signs in all profiles of both bridges and starts them.
func newMonth(
	t *testing.T, seed uint64, keys []string, relaxed time.Duration, wrong simulator.NotifyKnobs, way bridge.Polling,
) *pushMonth {
	t.Helper()
	m := &pushMonth{
		t:        t,
		start:    time.Now(),
		managers: map[string]*push.SubscriptionManager{},
		wanted:   map[string][]withings.Category{},
		requests: map[string]map[int]map[string]int{},
	}
	callbacks := &lateHandler{}
	knobs := simulator.Knobs{Notify: wrong}
	options := simulator.Options{Seed: seed, Strict: true, People: demoPeople(history), Knobs: knobs}
	m.polled = newSimHarness(t, options)
	options.Callbacks = simulator.HandlerTransport(callbacks)
	m.pushed = newSimHarness(t, options)
	var err error
	m.pushed.client, err = withings.New(withings.Options{
		ClientID:     m.pushed.cloud.ClientID(),
		ClientSecret: secret.New(m.pushed.cloud.ClientSecret()),
		Transport:    m.pushed.cloud.Transport(),
		APIURL:       "http://127.0.0.1:1",
		AccountURL:   "http://127.0.0.1:1",
		OnRequest:    m.count,
	})
	if err != nil {
		t.Fatal(err)
	}
	callback, err := push.CallbackURL(monthAddress, monthSecret)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(func() { cancel(); m.running.Wait() })

	var notified, polling []bridge.Profile
	for _, p := range m.pushed.signIn(t) {
		account, ok := p.Cloud.(*withings.Account)
		if !ok {
			t.Fatalf("%s has no withings.Account", p.Name)
		}
		p.Keys, p.Schedule, p.RelaxedSchedule = keys, alignedSchedule(5*time.Minute), alignedSchedule(relaxed)
		p.Polling = way
		m.wanted[p.Slug] = slices.DeleteFunc(withings.Categories(), func(c withings.Category) bool {
			return !slices.Contains(bridge.Categories(p), c)
		})
		manager, err := push.NewSubscriptionManager(push.ManagerOptions{
			Account:          account,
			CallbackURL:      callback,
			Log:              zerolog.Nop(),
			WantedCategories: func() []withings.Category { return m.wanted[p.Slug] },
			Jitter:           jitter.New(seed + uint64(len(notified))), // one each, so that they are independent
		})
		if err != nil {
			t.Fatal(err)
		}
		m.managers[p.Slug] = manager
		p.Push = func() bridge.PushState {
			state := manager.State()
			out := bridge.PushState{Healthy: state.Healthy, Problem: state.Problem, LastAudit: state.LastAudit, Address: "here"}
			for _, category := range state.Categories {
				if category.Status == push.Subscribed {
					out.Subscribed = append(out.Subscribed, category.Category)
				}
			}
			return out
		}
		p.RequestAudit, p.OnSignIn = manager.RequestAudit, manager.OnSignIn
		notified = append(notified, p)
		m.pushed.cloud.Plant(p.Name, foreignHook, 1)
	}
	for _, p := range m.polled.signIn(t) {
		p.Keys, p.Schedule = keys, alignedSchedule(relaxed)
		polling = append(polling, p)
	}
	b := m.pushed.bridge(t, notified...)
	listener, err := push.New(push.Options{
		PublicURL:   monthAddress,
		Secret:      secret.New(monthSecret),
		Log:         zerolog.Nop(),
		IsKnownUser: b.HasAccount,
		Deliver: func(n push.Notification) {
			b.HandleHint(bridge.Hint{
				UserID:   n.UserID,
				Category: n.Category,
				Device:   n.DeviceID,
				At:       n.Date,
				Received: n.Received,
				Span:     !n.Start.IsZero(),
			})
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	callbacks.set(listener.Handler())
	other := m.polled.bridge(t, polling...)
	for _, run := range []func(context.Context) error{
		listener.Run, b.Run, other.Run,
		func(ctx context.Context) error { m.pushed.cloud.Run(ctx); return nil },
	} {
		m.running.Go(func() {
			if err := run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	for _, manager := range m.managers {
		m.running.Go(func() { _ = manager.Run(ctx) })
	}
	return m
}

// subscribed returns a profile's subscriptions to our callback.
func (m *pushMonth) subscribed(userID string) []withings.Category {
	var there []withings.Category
	for _, s := range m.pushed.cloud.Subscriptions() {
		if s.UserID == userID && !s.Foreign {
			there = append(there, withings.Category(s.Category))
		}
	}
	slices.Sort(there)
	return there
}

// checkSubscriptionsRenewed checks the subscriptions until a given time: one
// that lapses must be restored by the next audit.
func (m *pushMonth) checkSubscriptionsRenewed(until time.Time) {
	missing := map[string]time.Time{}
	const audit = push.DefaultAuditInterval + push.DefaultAuditInterval/10 + 5*time.Minute // spread by a tenth, spaced
	look := func() {
		for _, p := range m.pushed.cloud.People() {
			there := m.subscribed(p.UserID)
			for _, category := range m.wanted[strings.ToLower(p.Name)] {
				name := p.Name + " " + category.String()
				if slices.Contains(there, category) {
					delete(missing, name)
					continue
				}
				if missing[name].IsZero() {
					missing[name] = time.Now()
				}
				if lost := time.Since(missing[name]); lost > audit {
					m.t.Errorf("%s %s: missing for %v", stampOf(time.Now()), name, lost)
				}
			}
		}
	}
	for time.Now().Before(until) {
		<-time.After(20 * time.Minute)
		look()
	}
	if len(missing) > 0 { // lapsed in the last hours
		<-time.After(audit)
		look()
	}
	if len(missing) > 0 {
		m.t.Errorf("not restored: %v", missing)
	}
}

func stampOf(t time.Time) string { return t.Format("01-02 15:04:05") }

// settled is how long after the hour all profiles have been polled: the second
// of two is half of five minutes late.
const settled = 3 * time.Minute

// arrivals counts the new values of the polling bridge, by whether the notified
// one had them before its own poll.
type arrivals struct{ early, late int }

// compare compares the values of both bridges right after a poll. Newer values
// of the notified one may differ.
func (m *pushMonth) compare(polled time.Time, before map[string]map[string]detail, count *arrivals) {
	m.t.Helper()
	for slug := range m.managers {
		want, got := m.polled.details(m.t, slug), m.pushed.details(m.t, slug)
		for key, w := range want {
			g := got[key]
			if !g.same(w) && !g.ReceivedAt.After(polled) && g.MeasuredAt <= w.MeasuredAt { // polls do not find every stage
				m.t.Errorf("%s %s %s: %+v, want %+v", stampOf(polled), slug, key, g, w)
			}
			switch {
			case w.ReceivedAt.Before(polled):
			case before[slug][key].same(w):
				count.early++
			default:
				count.late++
			}
		}
		for key := range got {
			if _, known := want[key]; !known && key != sensors.KeyInBed {
				m.t.Errorf("%s %s has %s, which polling does not find", stampOf(polled), slug, key)
			}
		}
	}
}

// days returns the number of requests on each whole day.
func (m *pushMonth) days(slug string) []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var sums []int
	for day := 1; day < m.day(); day++ { // the first day fetches the history
		sum := 0
		for _, n := range m.requests[slug][day] {
			sum += n
		}
		sums = append(sums, sum)
	}
	return sums
}

// TestMonthOfFaultyNotifications has subscriptions that lapse, and
// notifications that are lost, duplicated, late, reordered, of unknown
// categories or too early. Right after each poll, every value is known that
// polling alone would have found.
func TestMonthOfFaultyNotifications(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		long    bool // only as part of a whole run
		seed    uint64
		keys    []string
		relaxed time.Duration
		days    int
		wrong   simulator.NotifyKnobs
		polling bridge.Polling
		usually int // requests on half of the days, at most
		most    int // requests on any day
	}{
		{
			"the thirty keys", false, 7, sensors.Originals(), time.Hour, wholeOr(30, 3), notificationFaults(),
			bridge.PollEverything, typical, 150,
		},
		{
			"every key on typical days", true, 7, sensors.Keys(), 6 * time.Hour, wholeOr(4, 2),
			simulator.NotifyKnobs{OddURLs: true},
			bridge.PollEverything, typical, busy,
		},
		{
			"every key on typical days, adaptive", false, 7, sensors.Keys(), 4 * time.Hour, wholeOr(4, 2),
			simulator.NotifyKnobs{OddURLs: true},
			bridge.PollAdaptive, typical, typical,
		},
		{
			"every key, with a busy day", true, 9, sensors.Keys(), 6 * time.Hour, wholeOr(4, 2),
			simulator.NotifyKnobs{OddURLs: true},
			bridge.PollEverything, typical, busy,
		},
		{
			"every key", false, 7, sensors.Keys(), 6 * time.Hour, wholeOr(4, 2), notificationFaults(),
			bridge.PollEverything, 2 * typical, 2 * typical,
		},
	} {
		if test.long && !isWhole() {
			continue
		}
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			t.Logf("seed %d", test.seed)
			synctest.Test(t, func(t *testing.T) {
				sleepUntil(time.Date(2026, 10, 1, 0, 1, 0, 0, time.UTC))
				m := newMonth(t, test.seed, test.keys, test.relaxed, test.wrong, test.polling)
				end := m.start.AddDate(0, 0, test.days)
				m.running.Go(func() { m.checkSubscriptionsRenewed(end) })
				var count arrivals
				for poll := alignedSchedule(test.relaxed).Next(m.start); poll.Before(end); poll = poll.Add(test.relaxed) {
					sleepUntil(poll.Add(-time.Second))
					before := map[string]map[string]detail{}
					for slug := range m.managers {
						before[slug] = m.pushed.details(t, slug)
					}
					sleepUntil(poll.Add(settled))
					m.compare(poll, before, &count)
				}
				sleepUntil(end.Add(2 * push.DefaultAuditInterval))
				m.check(count, test.wrong, test.usually, test.most)
			})
		})
	}
}

// check checks the statistics of the month.
func (m *pushMonth) check(count arrivals, wrong simulator.NotifyKnobs, usually, most int) {
	m.t.Helper()
	stats := m.pushed.cloud.Notified()
	m.t.Logf("%d values were there before the poll, %d came with it; %+v", count.early, count.late, stats)
	if count.early <= count.late {
		m.t.Errorf("%d values were there before the poll, %d came with it", count.early, count.late)
	}
	if wrong.Lost > 0 && (stats.Lapsed == 0 || stats.Lost == 0 || count.late == 0) {
		m.t.Errorf("no faults occurred: %+v", stats)
	}
	for slug := range m.managers {
		days := m.days(slug)
		m.t.Logf("%s: requests by day %v", slug, days)
		slices.Sort(days)
		if middle, worst := days[len(days)/2], days[len(days)-1]; middle > usually || worst > most {
			m.t.Errorf("%s: %d requests on a day, up to %d; want at most %d and %d", slug, middle, worst, usually, most)
		}
	}
	if busiest := m.pushed.cloud.BusiestMinute(); busiest > 120 {
		m.t.Errorf("%d requests in a minute", busiest)
	}
	foreign := 0
	for _, s := range m.pushed.cloud.Subscriptions() {
		if s.Foreign {
			foreign++
		}
	}
	if foreign != len(m.managers) {
		m.t.Errorf("%d foreign subscriptions remain, want %d", foreign, len(m.managers))
	}
}
