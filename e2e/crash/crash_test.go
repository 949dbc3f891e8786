// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/cli/clitest"
)

// TestKills kills the program again and again, and expects what an installation
// has that was never killed.
func TestKills(t *testing.T) {
	t.Parallel()
	drawn := *seed
	if drawn == 0 {
		drawn = 1 + rand.Uint64N(1_000_000) // clock: another seed each time, which is printed
	}
	t.Logf("seed %d", drawn)
	s := newSuite(t, drawn)
	all := slices.DeleteFunc(scenarios(), func(c scenario) bool { return *only != "" && c.name != *only })
	for s.tally.total() < *kills && !t.Failed() {
		c := s.draw(all)
		asked := s.published.signIns()
		if c.run(s, t) {
			s.tally.kills[c.name]++
		}
		if s.tally.total()%between == 0 {
			s.findDeletions(t)
		}
		if s.published.signIns() > asked {
			t.Errorf("Alice was told to sign in again after a killed %s", c.name)
			s.tally.tokensLost++
			s.victim.signIn(t, "Alice")
		}
	}
	s.settle(t)
	s.compareTrees(t)
	s.compareArchives(t)
	if found := sqlite(t, s.victim.file("history.db"), "PRAGMA integrity_check"); found != "ok" {
		t.Errorf("the archive is damaged: %s", found)
	}
	// Killed between the broker's confirmation and its record, the program sends an
	// event again: docs/topics.md. They are sent one at a time.
	repeated, again := s.published.repeated()
	if again > s.tally.total() {
		t.Errorf("%d events were sent again, more than processes were killed", again)
	}
	for _, text := range s.gate.watch.losses() {
		s.tally.tokensLost++
		t.Errorf("tokens were used before they were stored: %s", text)
	}
	missing := s.published.missing(s.wanted)
	if len(missing) > 0 {
		t.Errorf("events that were never sent: %v", missing)
	}
	t.Logf("killed: %s", s.tally.byKind())
	t.Logf("kills %d, tokens lost %d, records lost %d, doubled %d, events lost %d, events twice %d",
		s.tally.total(), s.tally.tokensLost, s.tally.recordsLost, s.tally.doubled, len(missing), again)
	for _, text := range repeated {
		t.Log("sent again: " + text)
	}
}

// between is how many kills there are between two looks for deletions.
const between = 40

// findDeletions finds what was deleted lately, in both installations: too much at
// once is not believed.
func (s *suite) findDeletions(t *testing.T) {
	t.Helper()
	for _, at := range []*installation{s.victim, s.reference} {
		at.complete(t, "backfill", "alice", "--since=1y")
	}
}

// settle completes what was begun, in both installations, and lets the daemons
// publish all of it.
func (s *suite) settle(t *testing.T) {
	t.Helper()
	for _, at := range []*installation{s.victim, s.reference} {
		for _, file := range s.files {
			at.complete(t, "import", "alice", file)
		}
	}
	s.findDeletions(t)
	_ = s.victim.start(t, "run")
	kg := "64.321"
	s.cloud.Cloud.Weigh("Alice", kg, s.cloud.Cloud.Now())
	for _, retained := range []func() map[string]string{s.cloud.Broker.Retained, s.peer.Retained} {
		clitest.Must(t, clitest.WaitFor(t.Context(), "the last weight", func() bool {
			return retained()["vitals2mqtt/alice/weight_kg"] == kg
		}))
	}
	_ = clitest.WaitFor(t.Context(), "all events", func() bool { return len(s.published.missing(s.wanted)) == 0 })
}

// compareTrees compares what the two brokers retain of Alice.
func (s *suite) compareTrees(t *testing.T) {
	t.Helper()
	var diff string
	err := clitest.WaitFor(t.Context(), "the same retained messages", func() bool {
		diff = cmp.Diff(ofAlice(s.peer.Retained()), ofAlice(s.cloud.Broker.Retained()))
		return diff == ""
	})
	if err != nil {
		t.Errorf("retained: undisturbed (-), killed (+)\n%s", diff)
	}
}

// ofAlice selects the values of Alice, without the times at which something was
// fetched.
func ofAlice(retained map[string]string) map[string]string {
	received := regexp.MustCompile(`"received_at":"[^"]*",?`)
	clean := map[string]string{}
	for topic, payload := range retained {
		if strings.HasPrefix(topic, "vitals2mqtt/alice/") && !strings.Contains(topic, "/last_sync") {
			clean[topic] = received.ReplaceAllString(payload, "")
		}
	}
	return clean
}

// compareArchives compares all records: of Alice with those of the undisturbed
// installation, of Bob with those of a new one.
func (s *suite) compareArchives(t *testing.T) {
	t.Helper()
	fresh := install(t, s.cloud, s.cloud.CloudURL, hostPort(t, s.peer), "[Bob]")
	fresh.signIn(t, "Bob")
	// Some groups of a weigh-in arrive minutes after it: they may be in one archive
	// and not yet in the other.
	for profile, other := range map[string]*installation{"alice": s.reference, "bob": fresh} {
		var lost, doubled []string
		_ = clitest.WaitFor(t.Context(), "the same archives", func() bool {
			if other == fresh {
				fresh.complete(t, "once", "bob")
			}
			lost, doubled = compareLines(t, s.victim.export(t, profile), other.export(t, profile))
			return len(lost)+len(doubled) == 0
		})
		s.tally.recordsLost += len(lost)
		s.tally.doubled += len(doubled)
		for _, line := range lost {
			t.Errorf("%s: the archive lacks %s", profile, line)
		}
		for _, line := range doubled {
			t.Errorf("%s: the archive also has %s", profile, line)
		}
	}
}

// export returns the records of a profile.
func (at *installation) export(t *testing.T, profile string) map[string]int {
	t.Helper()
	return lines(at.complete(t, "export", profile, "--format=jsonl"))
}

// compareLines returns the lines that an export lacks, and those that it has
// beyond another one.
func compareLines(t *testing.T, got, want map[string]int) (lost, doubled []string) {
	t.Helper()
	if len(want) < 20 {
		t.Fatalf("only %d records to compare", len(want))
	}
	for _, line := range slices.Sorted(maps.Keys(want)) {
		lost = append(lost, slices.Repeat([]string{line}, max(0, want[line]-got[line]))...)
	}
	for _, line := range slices.Sorted(maps.Keys(got)) {
		doubled = append(doubled, slices.Repeat([]string{line}, max(0, got[line]-want[line]))...)
	}
	return lost, doubled
}

// lines counts the lines of an export, without the times at which something was
// received.
func lines(text string) map[string]int {
	received := regexp.MustCompile(`"received(_at)?":("[^"]*"|\d+),?`)
	counted := map[string]int{}
	for line := range strings.Lines(text) {
		counted[received.ReplaceAllString(strings.TrimSpace(line), "")]++
	}
	return counted
}
