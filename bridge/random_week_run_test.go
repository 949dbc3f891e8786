// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/bridge"
	archives "vitals2mqtt/history"
	"vitals2mqtt/homeassistant/homeassistanttest"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// fullArchive is an archive that can be told to store nothing.
type fullArchive struct {
	*archives.Archive

	full    *atomic.Bool
	changed func() // the mirror is told
}

// Apply implements bridge.Archive.
func (a fullArchive) Apply(
	ctx context.Context, user string, b sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (sensors.Changes, error) {
	if a.full.Load() {
		return sensors.Changes{}, errors.New("no space left on device")
	}
	changes, err := a.Archive.Apply(ctx, user, b, o, at)
	if len(changes.Put)+len(changes.Gone) > 0 {
		a.changed()
	}
	return changes, err
}

// weekRun is a random week that is under way.
type weekRun struct {
	t        *testing.T
	h        *simHarness
	broker   *weekBroker
	profiles []bridge.Profile
	users    map[string]string // by slug
	database *weekDatabase
	home     *weekHome
	start    time.Time
	folder   string
	groups   []weekGroup

	away    int // disturbances that keep the broker away now
	full    atomic.Bool
	before  int // events that were sent before the archive was full
	untold  int // those that no archive knows of, since the process was killed while it was full
	copies  int
	archive *archives.Archive
	conn    *weekConnection // nil while no process runs
	bridge  *bridge.Bridge
	asked   chan struct{} // for statistics
	stop    func()

	failedImports atomic.Int64
}

// weekGroup is a weight that was added.
type weekGroup struct {
	id    int64
	added time.Time
}

// weekOutcome is what a week leaves behind.
type weekOutcome struct {
	tree    map[string]string
	records []string
	events  map[string]int             // by profile, kind and group
	values  map[string]map[string]bool // topic → every value that it had
	cleared map[string]bool            // topics that were cleared
	kills   int
	untold  int // events of which a killed process could not store that they were sent

	mirrored, statistics weekCopy
	failedRequests       int   // to the database
	failedImports        int64 // of statistics
}

// runRandomWeek runs a plan, with these of its disturbances.
func runRandomWeek(t *testing.T, plan weekPlan, disturbances []weekStep) (out weekOutcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(weekBegins)
		w := newWeekRun(t)
		w.begin()
		w.live(plan, disturbances)
		out = w.outcome()
		out.mirrored, out.statistics = w.mirrored(), w.statistics()
		w.end()
		closeArchive(t, w.archive)
		out.kills, out.failedRequests, out.failedImports = w.copies, w.database.failed, w.failedImports.Load()
		out.untold = w.untold
	})
	return out
}

// newWeekRun returns a run of people who have signed in. It is called in a bubble.
func newWeekRun(t *testing.T) *weekRun {
	t.Helper()
	w := &weekRun{t: t, broker: newWeekBroker(), start: time.Now(), folder: t.TempDir()}
	w.h = newSimHarness(t, simulator.Options{Seed: 11, Strict: true, People: demoPeople(10)})
	w.profiles, w.users = w.h.signIn(t), map[string]string{}
	for _, p := range w.profiles {
		token, err := w.h.tokens.Load(t.Context(), p.Slug)
		if err != nil {
			t.Fatal(err)
		}
		w.users[p.Slug] = token.UserID
	}
	w.archive = openArchive(t, w.path())
	w.database, w.home = newWeekDatabase(), w.newWeekHome()
	w.home.delay = 10 * time.Second // so that much happens during an import
	return w
}

// live lives through a plan.
func (w *weekRun) live(plan weekPlan, disturbances []weekStep) {
	for _, moment := range w.timeline(plan, disturbances) {
		sleepUntil(w.start.Add(moment.at))
		moment.do()
	}
	sleepUntil(w.start.Add(plan.length))
	synctest.Wait()
}

// weekMoment is when a step begins or ends.
type weekMoment struct {
	at time.Duration
	do func()
}

func (w *weekRun) timeline(plan weekPlan, disturbances []weekStep) (all []weekMoment) {
	for _, s := range plan.changes {
		all = append(all, weekMoment{s.at, func() { w.change(s) }})
	}
	for _, s := range disturbances {
		begin, end := w.disturbance(s)
		all = append(all, weekMoment{s.at, begin}, weekMoment{s.at + s.lasts, end})
	}
	slices.SortStableFunc(all, func(a, b weekMoment) int { return int(a.at - b.at) })
	return all
}

// change makes a change in the cloud.
func (w *weekRun) change(s weekStep) {
	now := w.h.cloud.Now()
	old := slices.DeleteFunc(slices.Clone(w.groups), func(g weekGroup) bool { return now.Sub(g.added) < 18*time.Hour })
	switch s.what {
	case weighed:
		id := w.h.cloud.Weigh("Alice", fmt.Sprintf("68.%03d", s.n), now)
		w.groups = append(w.groups, weekGroup{id, now})
	case pressed:
		w.h.cloud.BloodPressure("Bob", 110+s.n%40, 60+s.n%25, 50+s.n%40, now)
	case saturated:
		w.h.cloud.SpO2("Bob", 90+s.n%10, now)
	case workedOut:
		begin, end := now.Add(-25*time.Minute), now.Add(-5*time.Minute)
		// The simulated cloud has no workouts over midnight.
		if berlin := inZone(w.t, "Europe/Berlin"); begin.In(berlin).YearDay() == end.In(berlin).YearDay() {
			w.h.cloud.Workout("Alice", 1, begin, end)
		}
	case asked:
		w.askForStatistics()
	case edited:
		if len(w.groups) > 0 {
			w.h.cloud.Edit(w.groups[s.n%len(w.groups)].id, 1, fmt.Sprintf("67.%03d", s.n))
		}
	case deleted: // only what was announced long ago
		if len(old) > 0 {
			gone := old[s.n%len(old)]
			w.h.cloud.Delete(gone.id)
			w.groups = slices.DeleteFunc(w.groups, func(g weekGroup) bool { return g == gone })
		}
	}
}

// disturbance returns what begins and what ends a disturbance.
func (w *weekRun) disturbance(s weekStep) (begin, end func()) {
	switch s.what {
	case killed:
		return w.kill, w.begin
	case brokerAway:
		return w.loseBroker, w.returnBroker
	case brokerEmpty:
		return func() { w.loseBroker(); w.broker.forget() }, w.returnBroker
	case archiveFull:
		return func() { w.before = w.broker.sent(); w.full.Store(true) }, func() { w.full.Store(false) }
	case cloudFault:
		faults := weekFaults()
		return func() { w.h.cloud.SetFaults(faults[s.n%len(faults)]) }, func() { w.h.cloud.SetFaults() }
	case cloudSlow:
		slow := simulator.Fault{Call: "*", Delay: time.Duration(s.n) * 5 * time.Millisecond}
		return func() { w.h.cloud.SetFaults(slow) }, func() { w.h.cloud.SetFaults() }
	case hinted:
		return func() { w.hint(s.n) }, func() {}
	case databaseAway:
		return func() { w.database.set(func(d *weekDatabase) { d.away++ }) },
			func() { w.database.set(func(d *weekDatabase) { d.away-- }) }
	case databaseBroken:
		faults := databaseFaults()
		return func() { w.database.set(func(d *weekDatabase) { d.fault = &faults[s.n%len(faults)] }) },
			func() { w.database.set(func(d *weekDatabase) { d.fault = nil }) }
	case homeAway:
		return func() { w.home.set(func(h *weekHome) { h.away++ }); w.home.cut() },
			func() { w.home.set(func(h *weekHome) { h.away-- }) }
	case homeBreaks:
		return func() { w.home.set(func(h *weekHome) { h.breaks = 1 + s.n%100 }) },
			func() { w.home.set(func(h *weekHome) { h.breaks = 0 }) }
	case recorderStopped:
		return func() { w.home.Set(func(h *homeassistanttest.Home) { h.Stopped = true }) },
			func() { w.home.Set(func(h *homeassistanttest.Home) { h.Stopped = false }) }
	case recorderLoses:
		loses := func(start time.Time) bool { return start.Hour()%(1+s.n%7) == 0 }
		return func() { w.home.Set(func(h *homeassistanttest.Home) { h.Loses = loses }) },
			func() { w.home.Set(func(h *homeassistanttest.Home) { h.Loses = nil }) }
	}
	w.t.Fatalf("unknown disturbance %q", s.what)
	return nil, nil
}

func (w *weekRun) hint(n int) {
	if w.conn == nil {
		return
	}
	categories := withings.Categories()
	p := w.profiles[n%len(w.profiles)]
	category := categories[n%len(categories)]
	if category == withings.CategoryBedIn || category == withings.CategoryBedOut {
		return // they are data
	}
	w.bridge.HandleHint(bridge.Hint{UserID: p.Cloud.State().UserID, Category: category, Received: time.Now()}) // clock: in a bubble
}

func (w *weekRun) loseBroker() {
	w.away++
	if w.conn != nil {
		w.conn.lose()
	}
}

func (w *weekRun) returnBroker() {
	if w.away--; w.away == 0 && w.conn != nil {
		w.conn.reconnect()
		w.replay()
	}
}

// replay passes the retained documents to the bridge, as a subscription does.
func (w *weekRun) replay() {
	for topic, payload := range w.broker.all() {
		if _, document := w.h.tree.DocumentID(topic); document {
			w.bridge.HandleRetained(topic, []byte(payload))
		}
	}
}

func (w *weekRun) path() string { return filepath.Join(w.folder, fmt.Sprint(w.copies, ".db")) }

// begin starts a process.
func (w *weekRun) begin() {
	for i := range w.profiles { // it knows the stored tokens only
		w.profiles[i].Cloud = w.h.client.Account(w.profiles[i].Slug, w.h.tokens)
	}
	w.conn = newWeekConnection(w.broker, w.away > 0)
	o := w.h.options(w.profiles...)
	copier := w.newMirror("http://127.0.0.1:1", w.database)
	o.Publisher, o.Archive = w.conn, fullArchive{w.archive, &w.full, copier.Notify}
	w.bridge = newBridge(w.t, o)
	if w.away == 0 {
		w.replay()
	}
	ctx, cancel := context.WithCancel(context.Background())
	asked := make(chan struct{})
	w.asked = asked
	var parts sync.WaitGroup
	b, conn := w.bridge, w.conn
	parts.Go(func() { _ = b.Run(ctx) })
	parts.Go(func() { copier.Run(ctx) })
	parts.Go(func() { w.serveStatistics(ctx, asked) })
	w.stop = func() {
		cancel()
		w.home.cut()
		parts.Wait()
		conn.working.Wait()
	}
}

// end stops the process as a signal does.
func (w *weekRun) end() {
	w.stop()
	w.conn, w.bridge = nil, nil
}

// kill ends the process: what it does from now on has no effect.
func (w *weekRun) kill() {
	synctest.Wait() // files are written, or not yet
	w.conn.kill()
	if w.full.Load() {
		w.untold += w.broker.sent() - w.before
	}
	from := w.path()
	w.copies++
	copyArchive(w.t, from, w.path())
	files := w.h.store.snapshot()
	w.end()
	w.h.store.restore(files)
	closeArchive(w.t, w.archive)
	w.archive = openArchive(w.t, w.path())
}

// outcome reads what the week has left, before the end of the process.
func (w *weekRun) outcome() weekOutcome {
	out := weekOutcome{
		tree: withoutTimes(w.broker.all()), values: w.broker.values(),
		cleared: maps.Clone(w.broker.cleared), events: map[string]int{},
	}
	maps.DeleteFunc(out.tree, func(topic, _ string) bool { return topic == w.h.tree.BridgeInfo() })
	for message, times := range w.broker.events {
		out.events[identityOf(message)] += times
	}
	for _, p := range w.profiles {
		for rec, err := range w.archive.Records(w.t.Context(), archives.Filter{User: p.Cloud.State().UserID, Held: true}) {
			if err != nil {
				w.t.Fatal(err)
			}
			out.records = append(out.records, describeRecord(p.Slug, rec))
		}
	}
	slices.Sort(out.records)
	return out
}

// identityOf returns what identifies an event, of "topic payload".
func identityOf(message string) string {
	for i, c := range message {
		if c != ' ' {
			continue
		}
		var e struct {
			Type  string    `json:"event_type"`
			Group int64     `json:"group_id"`
			At    time.Time `json:"measured_at"`
		}
		if err := json.Unmarshal([]byte(message[i:]), &e); err != nil {
			return message
		}
		return fmt.Sprint(message[:i], " ", e.Type, " ", e.Group, " ", e.At)
	}
	return message
}

// snapshot returns what is stored.
func (d *memoryStore) snapshot() map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.files)
}

// restore replaces what is stored.
func (d *memoryStore) restore(files map[string][]byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files = files
}
