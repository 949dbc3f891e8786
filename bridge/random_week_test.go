// SPDX-License-Identifier: MIT

package bridge_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRandomWeek draws a week, with another seed each time and with those that
// have failed before, and runs it twice: in one of the two, the process, the
// broker, the disk, the cloud, the database of the mirror and Home Assistant fail.
// Both end with the same retained tree, archive, mirror and statistics. While
// something fails, nothing is shown that the undisturbed week does not show,
// nothing is cleared that it does not clear, and its events are sent.
//
//	V2M_WEEK=1234 go test -run TestRandomWeek ./bridge    # one week, by its seed
func TestRandomWeek(t *testing.T) {
	t.Parallel()
	seeds := keptSeeds(t)
	if text := os.Getenv("V2M_WEEK"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seeds = []uint64{seed}
	} else {
		seeds = append(seeds, 1+rand.Uint64N(1_000_000)) // clock: another week each time; its seed is printed
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			plan := drawWeek(seed, wholeOr(7*24*time.Hour, 2*24*time.Hour))
			calm := runRandomWeek(t, plan, nil)
			if len(calm.events) == 0 || len(calm.records) < 100 || len(calm.values) < 3 {
				t.Fatalf("%d events, %d records and %d values prove little", len(calm.events), len(calm.records), len(calm.values))
			}
			calm.mirrored.check(t, "mirror")
			calm.statistics.check(t, "statistics")
			disturbed := runRandomWeek(t, plan, plan.disturbances)
			t.Logf("%d kills, %d failed requests to the database, %d failed imports of statistics; %d values, %d hours are compared",
				disturbed.kills, disturbed.failedRequests, disturbed.failedImports, len(calm.mirrored.held), len(calm.statistics.held))
			failure := compareWeeks(calm, disturbed)
			if failure == "" {
				return
			}
			t.Error(failure)
			least := shrinkWeek(plan.disturbances, func(some []weekStep) bool {
				return compareWeeks(calm, runRandomWeek(t, plan, some)) != ""
			})
			plan.disturbances = least
			t.Errorf("with as few disturbances as possible:\n%s%s", plan, compareWeeks(calm, runRandomWeek(t, plan, least)))
		})
	}
}

// keptSeeds returns the seeds of weeks that have failed.
func keptSeeds(t *testing.T) (seeds []uint64) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "weeks.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		number, _, _ := strings.Cut(line, "#")
		if number = strings.TrimSpace(number); number == "" {
			continue
		}
		seed, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, seed)
	}
	return seeds
}

// compareWeeks describes how a disturbed week differs from a calm one, "" if it
// does not.
func compareWeeks(calm, disturbed weekOutcome) string {
	var text strings.Builder
	report := func(what, diff string) {
		if diff != "" {
			_, _ = fmt.Fprintf(&text, "%s (-calm +disturbed):\n%s\n", what, diff)
		}
	}
	report("retained", cmp.Diff(calm.tree, disturbed.tree))
	report("records", cmp.Diff(calm.records, disturbed.records))
	report("events", cmp.Diff(slices.Sorted(maps.Keys(calm.events)), slices.Sorted(maps.Keys(disturbed.events))))
	text.WriteString(compareCopies("mirror", calm.mirrored, disturbed.mirrored))
	text.WriteString(compareCopies("statistics", calm.statistics, disturbed.statistics))
	again := 0
	for _, times := range disturbed.events {
		again += times - 1
	}
	// One for each kill after a confirmation, and those sent while nothing could be stored.
	if again > disturbed.kills+disturbed.untold {
		_, _ = fmt.Fprintf(&text, "%d events were sent again after %d kills; %d could not be stored as sent\n",
			again, disturbed.kills, disturbed.untold)
	}
	for topic := range disturbed.cleared {
		if !calm.cleared[topic] {
			_, _ = fmt.Fprintf(&text, "only cleared in the disturbed week: %s\n", topic)
		}
	}
	for topic, values := range disturbed.values {
		for value := range values {
			if !calm.values[topic][value] {
				_, _ = fmt.Fprintf(&text, "only shown in the disturbed week: %s %s\n", topic, value)
			}
		}
	}
	return text.String()
}

// maxShrinks bounds how many weeks are run to find out what is to blame.
const maxShrinks = 30

// shrinkWeek leaves out disturbances as long as the week still fails: ever smaller
// groups of them.
func shrinkWeek(steps []weekStep, fails func([]weekStep) bool) []weekStep {
	runs := 0
	for size := max(1, len(steps)/2); ; size /= 2 {
		for from := 0; from < len(steps) && runs < maxShrinks; {
			rest := slices.Concat(steps[:from], steps[min(len(steps), from+size):])
			if runs++; fails(rest) {
				steps = rest
				continue
			}
			from += size
		}
		if size <= 1 {
			return steps
		}
	}
}

func TestShrinkWeek(t *testing.T) {
	t.Parallel()
	var steps []weekStep
	for i := range 37 {
		steps = append(steps, weekStep{n: i})
	}
	least := shrinkWeek(steps, func(some []weekStep) bool {
		return slices.Contains(some, weekStep{n: 11}) && slices.Contains(some, weekStep{n: 30})
	})
	if want := []weekStep{{n: 11}, {n: 30}}; !slices.Equal(least, want) {
		t.Errorf("what is left is %v, want %v", least, want)
	}
}
