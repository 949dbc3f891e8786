// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRowShowsGoalAndVerdict(t *testing.T) {
	t.Parallel()
	starts := series{20, 12, 16, 14}
	size := row{what: "a", how: "h", unit: "MB", series: series{14.74}, goal: 25, digits: 1}
	start := func(goal float64) row { return row{what: "a", how: "h", unit: "ms", series: starts, goal: goal} }
	none := func(lost float64) row { return row{what: "a", how: "h", none: true, series: series{lost}} }
	for _, c := range []struct {
		row  row
		want string
	}{
		{size, "| a | 14.7 MB | 1 | ≤ 25 MB | met | h |"},
		{start(20), "| a | 12 / 15 / 20 ms | 4 | ≤ 20 ms | met | h |"},
		{start(1), "| a | 12 / 15 / 20 ms | 4 | ≤ 1 ms | **missed** | h |"},
		{start(15), "| a | 12 / 15 / 20 ms | 4 | ≤ 15 ms | met by the median, **missed by the worst** | h |"},
		{start(0), "| a | 12 / 15 / 20 ms | 4 | – | – | h |"},
		{none(0), "| a | 0 | 1 | 0 | met | h |"},
		{none(2), "| a | 2 | 1 | 0 | **missed** | h |"},
		{row{what: "a", how: "h", series: series{0.721}, goal: 3, digits: 2}, "| a | 0.72 | 1 | ≤ 3 | met | h |"},
	} {
		if got := strings.Split(tableOf([]row{c.row}).String(), "\n")[2]; got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestGoalsAreInOrderWithWhatWasMeasuredBefore(t *testing.T) {
	t.Parallel()
	rows := []row{
		{what: "no goal", series: series{1}},
		{key: keyYears, what: "ten years", series: series{1}, goal: 1.05, digits: 2},
		{key: keyPoll, what: "poll", unit: "ms", series: series{2, 3, 4}, goal: 3},
	}
	want := "| what | then | now: min / median / max | goal |  |\n| --- | --- | --- | --- | --- |\n" +
		"| CPU for one poll, nothing new | 14.6–17.6 ms | 2 / 3 / 4 ms | ≤ 3 ms | met by the median, **missed by the worst** |\n" +
		"| resident memory, two profiles with ten years | – | 1.00 | ≤ 1.05 | met |\n"
	if diff := cmp.Diff(want, goalTable(rows).String()); diff != "" {
		t.Error(diff)
	}
}

func TestComparedShowsTheRatioOfMedians(t *testing.T) {
	t.Parallel()
	before := joined(nil, []row{{what: "a", unit: "ms", series: series{4}}, {what: "b", series: series{0}}})
	before = joined(before, []row{{what: "a", unit: "ms", series: series{8}}, {what: "b", series: series{0}}})
	now := []row{
		{what: "a", unit: "ms", how: "h", series: series{3, 3}},
		{what: "b", how: "h", series: series{1, 1}},
		{what: "only now", series: series{1}},
	}
	want := "| a | 4 / 6 / 8 ms | 3 / 3 / 3 ms | 2 | 0.50 | h |\n| b | 0 / 0 / 0 | 1 / 1 / 1 | 2 | – | h |\n"
	if _, got, _ := strings.Cut(compared(before, now).String(), "--- |\n"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReplacePartKeepsHandWrittenText(t *testing.T) {
	t.Parallel()
	begin, end := "<!-- cpu: begin -->\n", "<!-- cpu: end -->\n"
	other := "<!-- size: begin -->\nkept\n<!-- size: end -->\n"
	page := "# Title\n\n" + other + begin + "old\n" + end + "\nafter\n"
	want := "# Title\n\n" + other + begin + "\nnew\n\n" + end + "\nafter\n"
	for range 2 {
		got, err := replacePart(page, "cpu", "new\n")
		if err != nil || got != want {
			t.Fatalf("got %q, %v", got, err)
		}
		page = got
	}
	for _, broken := range []string{"", begin, end + begin, other} {
		if _, err := replacePart(broken, "cpu", "new\n"); err == nil {
			t.Errorf("%q was accepted as a page", broken)
		}
	}
}

func TestPageHasAPartForEachMeasurement(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"goals"}
	for _, m := range measurements() {
		names = append(names, m.name)
	}
	for _, name := range names {
		if _, err := replacePart(string(text), name, "new"); err != nil {
			t.Error(err)
		}
	}
}

func TestShortFailsOnGrowthOnly(t *testing.T) {
	t.Parallel()
	for measured, grown := range map[float64]bool{5: false, 6: false, 6.001: false, 6.05: true, 7: true} {
		if _, err := checked([]limit{{"fine", 0, 0}, {"requests", measured, 6}}); (err != nil) != grown {
			t.Errorf("%v: %v", measured, err)
		}
	}
}

func TestParseRefusesWhatCannotBeDone(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"nothing"}, {"-write", "-quick"}, {"-write", "-binary=old"}, {"scale", "0"}, {"scale", "-1"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%v was accepted", args)
		}
	}
	w, err := parse([]string{"-write", "scale", "2", "30"})
	if err != nil || !w.write || len(w.measurements) != 1 || w.measurements[0].name != "scale" {
		t.Errorf("got %+v, %v", w, err)
	}
	if diff := cmp.Diff([]int{2, 30}, w.much.profiles); diff != "" {
		t.Error(diff)
	}
}

func TestParseBenchmark(t *testing.T) {
	t.Parallel()
	text := "goos: linux\n" +
		"BenchmarkMeasures-2  \t 267\t 4300123 ns/op\t 150.20 MB/s\t 0.7214 allocs/measure\t 5050 allocs/op\n" +
		"BenchmarkMeasures-2  \t 270\t 4100000 ns/op\t 157.00 MB/s\t 0.7214 allocs/measure\t 5050 allocs/op\nPASS\n"
	for unit, want := range map[string]series{
		"ns/op": {4300123, 4100000}, "MB/s": {150.2, 157}, "allocs/measure": {0.7214, 0.7214}, "B/op": nil,
	} {
		if diff := cmp.Diff(want, parseBenchmark(text, unit)); diff != "" {
			t.Errorf("%s: %s", unit, diff)
		}
	}
}

func TestParseStatus(t *testing.T) {
	t.Parallel()
	text := "Name:\tvitals2mqtt\nVmPeak:\t 1200 kB\nVmHWM:\t   42000 kB\nVmRSS:\t   24000 kB\n" +
		"RssAnon:\t   12000 kB\nRssFile:\t   11900 kB\n"
	got, err := parseStatus(text)
	want := footprint{resident: 24000 << 10, peak: 42000 << 10, private: 12000 << 10, mapped: 11900 << 10}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, broken := range []string{"", "VmRSS:\t 1 kB\n", "VmHWM:\t many kB\n"} {
		if _, err := parseStatus(broken); err == nil {
			t.Errorf("%q was accepted as a status", broken)
		}
	}
}
