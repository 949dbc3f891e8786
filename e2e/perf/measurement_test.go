// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestPartThatFailsLosesNothingOfTheOthers has a measurement that fails and one
// that hangs between two that work.
func TestPartThatFailsLosesNothingOfTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		module := t.TempDir()
		path := filepath.Join(module, "docs", "performance.md")
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, name := range []string{"goals", "first", "broken", "hanging", "last"} {
			text.WriteString(mark(name, "begin") + "old " + name + "\n" + mark(name, "end"))
		}
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		works := func(r row) func(context.Context, *testbed, effort) (outcome, error) {
			return func(context.Context, *testbed, effort) (outcome, error) { return outcome{rows: []row{r}}, nil }
		}
		wanted := wish{write: true, whole: true, measurements: []measurement{
			{name: "first", measure: works(row{key: keyPoll, what: "a poll", series: series{2}, goal: 3})},
			{name: "broken", measure: func(context.Context, *testbed, effort) (outcome, error) {
				return outcome{}, errors.New("no broker")
			}},
			{name: "hanging", measure: func(ctx context.Context, _ *testbed, _ effort) (outcome, error) {
				<-ctx.Done()
				return outcome{}, errors.New("no value came")
			}},
			{name: "last", measure: works(row{key: keyStart, what: "a start", series: series{70}, goal: 60})},
		}}
		var out, progress strings.Builder
		began := time.Now()
		err := measureAll(t.Context(), &testbed{module: module, progress: &progress, began: began}, wanted, "here", &out)
		for _, part := range []string{"broken: no broker", "hanging: given up after 20m0s: no value came"} {
			if err == nil || !strings.Contains(err.Error(), part) || !strings.Contains(progress.String(), part) {
				t.Errorf("%v, progress:\n%s\nwant %s", err, progress.String(), part)
			}
		}
		written, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for part, want := range map[string]bool{
			"old first": false, "old broken": true, "old hanging": true, "old last": false, "old goals": false,
			"| CPU for one poll, nothing new | 14.6–17.6 ms | 2 | ≤ 3 | met |": true,
			"| start to first document | 24–86 ms | 70 | ≤ 60 | **missed** |":  true,
		} {
			if strings.Contains(string(written), part) != want {
				t.Errorf("%q in the page: want %v\n%s", part, want, written)
			}
		}
	})
}

func TestMetricsWithoutLabelsAreRead(t *testing.T) {
	t.Parallel()
	found := parseMetrics("# HELP a Goroutines.\nvitals2mqtt_goroutines 38\nb{profile=\"alice\"} 1\nvitals2mqtt_open_files 2.1e+01\n")
	if found["vitals2mqtt_goroutines"] != 38 || found["vitals2mqtt_open_files"] != 21 {
		t.Errorf("%v", found)
	}
}

func TestSoakJudgesGrowth(t *testing.T) {
	t.Parallel()
	if got := growth(series{20, 20, 20, 20, 21, 20}); got != 0 {
		t.Errorf("requests under way: %v", got)
	}
	if got := growth(series{20, 20, 21, 21, 22, 22}); got <= 0 {
		t.Errorf("a leak: %v", got)
	}
	samples := make([]sample, 48)
	for i := range samples {
		samples[i] = sample{polls: 42 * (i + 1), goroutines: 38, files: 21}
	}
	shown := soakTable(samples).lines
	if first, last := shown[0], shown[len(shown)-1]; len(shown) != 12 || last[0] != "2016" || first[3] != "38" {
		t.Errorf("%d lines, from %v to %v", len(shown), first, last)
	}
}
