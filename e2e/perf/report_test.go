package main

import (
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
	for _, c := range []struct {
		row  row
		want string
	}{
		{size, "| a | 14.7 MB | 1 | ≤ 25 MB | met | h |\n"},
		{start(20), "| a | 12 / 15 / 20 ms | 4 | ≤ 20 ms | met | h |\n"},
		{start(1), "| a | 12 / 15 / 20 ms | 4 | ≤ 1 ms | **missed** | h |\n"},
		{
			start(15),
			"| a | 12 / 15 / 20 ms | 4 | ≤ 15 ms | met by the median, **missed by the worst** | h |\n",
		},
		{start(0), "| a | 12 / 15 / 20 ms | 4 | – | – | h |\n"},
		{row{what: "a", how: "h", series: series{0.721}, goal: 3, digits: 2}, "| a | 0.72 | 1 | ≤ 3 | met | h |\n"},
	} {
		if got := c.row.String(); got != c.want {
			t.Errorf("got  %swant %s", got, c.want)
		}
	}
}

func TestReplacePartKeepsHandWrittenText(t *testing.T) {
	t.Parallel()
	page := "# Title\n\n" + beginMark + "old\n" + endMark + "\nafter\n"
	want := "# Title\n\n" + beginMark + "\nnew\n\n" + endMark + "\nafter\n"
	for range 2 {
		got, err := replacePart(page, "new\n")
		if err != nil || got != want {
			t.Fatalf("got %q, %v", got, err)
		}
		page = got
	}
	for _, broken := range []string{"", beginMark, endMark + beginMark} {
		if _, err := replacePart(broken, "new\n"); err == nil {
			t.Errorf("%q was accepted as a page", broken)
		}
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
