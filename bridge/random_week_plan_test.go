// SPDX-License-Identifier: MIT

package bridge_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"vitals2mqtt/simulator"
)

// weekBegins is when random weeks begin: in the midst of them, Europe's clocks go
// forward.
var weekBegins = time.Date(2026, 3, 28, 3, 0, 0, 0, time.UTC)

// calmEnd is how long nothing is disturbed at the end: what was deleted is
// noticed within a day.
const calmEnd = 26 * time.Hour

// weekStep is something that happens at a time of a random week. Disturbances
// last; what is measured, corrected or deleted does not.
type weekStep struct {
	at, lasts time.Duration
	what      string
	n         int // which of several
}

func (s weekStep) String() string { return fmt.Sprintf("%v +%v %s %d", s.at, s.lasts, s.what, s.n) }

// weekPlan is what happens in two weeks, and what in one of them only.
type weekPlan struct {
	length                time.Duration
	changes, disturbances []weekStep
}

func (p weekPlan) String() string {
	var text strings.Builder
	for _, s := range append(append([]weekStep{}, p.changes...), p.disturbances...) {
		_, _ = fmt.Fprintln(&text, s)
	}
	return text.String()
}

// Disturbances.
const (
	killed      = "killed" // the process, which starts again later
	brokerAway  = "broker away"
	brokerEmpty = "broker empty" // it is away, and retains nothing when it returns
	archiveFull = "archive full"
	cloudFault  = "fault of the cloud"
	cloudSlow   = "slow cloud" // so that kills happen between request and response
	hinted      = "notification"

	databaseAway    = "database away"
	databaseBroken  = "fault of the database"
	homeAway        = "Home Assistant away"
	homeBreaks      = "connection to Home Assistant breaks"
	recorderStopped = "recorder stopped"
	recorderLoses   = "recorder loses rows"
)

// weekDisturbance is a kind of disturbance: how often there is one, about, and
// how long it lasts at most.
type weekDisturbance struct {
	what           string
	every, longest time.Duration
}

func weekDisturbances() []weekDisturbance {
	return []weekDisturbance{
		{killed, 2 * time.Hour, 40 * time.Minute},
		{brokerAway, 6 * time.Hour, 2 * time.Hour},
		{brokerEmpty, 12 * time.Hour, time.Hour},
		{archiveFull, 12 * time.Hour, 2 * time.Hour},
		{cloudFault, 2 * time.Hour, 30 * time.Minute},
		{cloudSlow, time.Hour, 10 * time.Minute},
		{hinted, time.Hour, time.Second},
		{databaseAway, 24 * time.Hour, 4 * 24 * time.Hour},
		{databaseBroken, 2 * time.Hour, time.Hour},
		{homeAway, 24 * time.Hour, 2 * 24 * time.Hour},
		{homeBreaks, 3 * time.Hour, 4 * time.Hour},
		{recorderStopped, 24 * time.Hour, 6 * time.Hour},
		{recorderLoses, 12 * time.Hour, 6 * time.Hour},
	}
}

// weekFaults are faults of the cloud that pass.
func weekFaults() []simulator.Fault {
	return []simulator.Fault{
		{Call: "*", Status: 2555},
		{Call: "*", HTTP: 502},
		{Call: "*", HTTP: 429, RetryAfter: 4 * time.Minute},
		{Call: "*", Reset: true},
		{Call: "*", Status: 601, Wait: 3 * time.Minute},
		{Call: "*", Lost: true},
		{Call: "*", Status: 401, Times: 5},
		{Call: "measure *", Shape: simulator.ShapeTruncated},
		{Call: "v2/sleep *", Shape: simulator.ShapeHTML},
		{Call: "measure *", Shape: simulator.ShapeNumbersAsText},
		{Call: "v2/oauth2 *", HTTP: 503},
		{Call: "v2/sleep *", Status: 503},
	}
}

// Changes in the cloud.
const (
	weighed   = "weight"
	pressed   = "blood pressure"
	saturated = "oxygen"
	edited    = "correction"
	deleted   = "deletion"
	workedOut = "workout"
	asked     = "request for statistics"
)

func weekChanges() []string {
	return []string{weighed, weighed, weighed, pressed, saturated, edited, deleted, workedOut}
}

// drawWeek draws a plan.
func drawWeek(seed uint64, length time.Duration) weekPlan {
	random := rand.New(rand.NewPCG(seed, 7))
	within := func(least, most time.Duration) time.Duration {
		return least + time.Duration(random.Int64N(int64(most-least))).Round(time.Second)
	}
	plan := weekPlan{length: length}
	disturbed := length - calmEnd
	// The polls of the calm week see each state of the cloud: changes are half an
	// hour apart, and not when people weigh themselves.
	changes := weekChanges()
	for at := within(time.Hour, 2*time.Hour); at < disturbed; at += within(30*time.Minute, 3*time.Hour) {
		s := weekStep{at: at, what: changes[random.IntN(len(changes))], n: random.IntN(1000)}
		if hour := weekBegins.Add(at).Hour(); hour < 4 || hour > 13 {
			plan.changes = append(plan.changes, s)
		}
	}
	for at := within(time.Hour, 2*time.Hour); at < disturbed; at += within(time.Hour, 4*time.Hour) {
		plan.changes = append(plan.changes, weekStep{at: at, what: asked})
	}
	for _, kind := range weekDisturbances() {
		for at := within(time.Minute, kind.every); at < disturbed; {
			lasts := min(within(time.Second, kind.longest+time.Second), disturbed-at)
			s := weekStep{at: at, lasts: lasts, what: kind.what, n: random.IntN(1000)}
			plan.disturbances = append(plan.disturbances, s)
			at += s.lasts + within(time.Minute, 2*kind.every)
		}
	}
	return plan
}
