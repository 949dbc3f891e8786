package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// series holds the repeats of one measurement.
type series []float64

// median is the middle one, or halfway between the middle two.
func (s series) median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func (s series) times(factor float64) series {
	scaled := make(series, len(s))
	for i, v := range s {
		scaled[i] = v * factor
	}
	return scaled
}

// row is one line of the table.
type row struct {
	what, how, unit string
	series          series
	goal            float64 // at most that; 0 is no goal, only context
	digits          int
}

// verdict compares the worst repeat with the goal.
func (r row) verdict() string {
	switch worst := slices.Max(r.series); {
	case r.goal == 0:
		return "–"
	case worst <= r.goal:
		return "met"
	case r.series.median() <= r.goal:
		return "met by the median, **missed by the worst**"
	}
	return "**missed**"
}

func (r row) number(v float64) string { return strconv.FormatFloat(v, 'f', r.digits, 64) }

// String is the line in Markdown.
func (r row) String() string {
	values := []string{r.number(r.series.median())}
	if len(r.series) > 1 {
		values = []string{r.number(slices.Min(r.series)), r.number(r.series.median()), r.number(slices.Max(r.series))}
	}
	goal := "–"
	if r.goal > 0 {
		goal = strings.TrimSpace("≤ " + strconv.FormatFloat(r.goal, 'f', -1, 64) + " " + r.unit)
	}
	measured := strings.TrimSpace(strings.Join(values, " / ") + " " + r.unit)
	return fmt.Sprintf("| %s | %s | %d | %s | %s | %s |\n", r.what, measured, len(r.series), goal, r.verdict(), r.how)
}

// report is the generated part of the page.
func report(machine string, rows []row) string {
	var text strings.Builder
	text.WriteString(machine)
	text.WriteString("\n| what | measured: min / median / max | n | goal | | how |\n" +
		"| --- | --- | --- | --- | --- | --- |\n")
	for _, r := range rows {
		text.WriteString(r.String())
	}
	return text.String()
}

// machine describes where and when, without names.
func machine(broker string) string {
	processor := runtime.GOARCH
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				processor = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("Measured on %s: %s/%s, %d cores (%s), %s, broker: %s.\n",
		time.Now().UTC().Format(time.DateOnly), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(),
		processor, runtime.Version(), broker)
}

// parseBenchmark collects the number before each unit in the lines of results.
func parseBenchmark(text, unit string) series {
	var found series
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		if at := slices.Index(fields, unit); at > 0 {
			if v, err := strconv.ParseFloat(fields[at-1], 64); err == nil {
				found = append(found, v)
			}
		}
	}
	return found
}

const (
	beginMark = "<!-- measured: begin -->\n"
	endMark   = "<!-- measured: end -->\n"
)

// rewrite replaces the generated part of the page.
func rewrite(path, text string) error {
	page, err := os.ReadFile(path) //nolint:gosec // the page in this repository
	if err != nil {
		return err
	}
	replaced, err := replacePart(string(page), text)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(replaced), 0o644) //nolint:gosec // a public page
}

func replacePart(page, text string) (string, error) {
	head, rest, ok := strings.Cut(page, beginMark)
	_, tail, also := strings.Cut(rest, endMark)
	if !ok || !also {
		return "", errors.New("markers of the generated section are missing")
	}
	return head + beginMark + "\n" + text + "\n" + endMark + tail, nil
}
