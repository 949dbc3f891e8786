// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// outcome is what a measurement has found.
type outcome struct {
	rows   []row
	tables []table
	plots  []plot
}

// series holds the repeats of one figure.
type series []float64

// median is the middle one, or halfway between the middle two.
func (s series) median() float64 {
	sorted := slices.Sorted(slices.Values(s))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func (s series) mean() float64 {
	sum := 0.0
	for _, v := range s {
		sum += v
	}
	return sum / float64(len(s))
}

// row is one line of the table.
type row struct {
	key             rowKey // its name for the table of goals; 0 if it is not part of that
	what, how, unit string
	series          series
	goal            float64 // at most that; 0 is no goal, only context
	none            bool    // the goal is 0
	digits          int
}

// verdict compares the worst repeat with the goal.
func (r row) verdict() string {
	switch worst := slices.Max(r.series); {
	case r.goal == 0 && !r.none:
		return "–"
	case worst <= r.goal:
		return "met"
	case r.series.median() <= r.goal:
		return "met by the median, **missed by the worst**"
	}
	return "**missed**"
}

func (r row) number(v float64) string { return strconv.FormatFloat(v, 'f', r.digits, 64) }

// measured is the figure, or the least, middle and greatest of them.
func (r row) measured() string {
	values := []string{r.number(r.series.median())}
	if len(r.series) > 1 {
		values = []string{r.number(slices.Min(r.series)), r.number(r.series.median()), r.number(slices.Max(r.series))}
	}
	return strings.TrimSpace(strings.Join(values, " / ") + " " + r.unit)
}

func (r row) goalText() string {
	switch {
	case r.none:
		return "0"
	case r.goal == 0:
		return "–"
	}
	return strings.TrimSpace("≤ " + strconv.FormatFloat(r.goal, 'f', -1, 64) + " " + r.unit)
}

// table is a table in Markdown.
type table struct {
	head  []string
	lines [][]string
}

func (t *table) add(cells ...any) {
	line := make([]string, len(cells))
	for i, cell := range cells {
		line[i] = fmt.Sprint(cell)
	}
	t.lines = append(t.lines, line)
}

// String is the table in Markdown.
func (t table) String() string {
	var text strings.Builder
	write := func(cells []string) { text.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	write(t.head)
	write(slices.Repeat([]string{"---"}, len(t.head)))
	for _, line := range t.lines {
		write(line)
	}
	return text.String()
}

func tableOf(rows []row) table {
	t := table{head: []string{"what", "measured: min / median / max", "n", "goal", "", "how"}}
	for _, r := range rows {
		t.add(r.what, r.measured(), len(r.series), r.goalText(), r.verdict(), r.how)
	}
	return t
}

// text is everything that was found, in Markdown.
func (o outcome) text() string {
	var parts []string
	if len(o.rows) > 0 {
		parts = append(parts, tableOf(o.rows).String())
	}
	for _, t := range o.tables {
		parts = append(parts, t.String())
	}
	for _, p := range o.plots {
		parts = append(parts, fmt.Sprintf("![%s](images/%s)\n", p.title, p.file))
	}
	return strings.Join(parts, "\n")
}

// compared shows the same rows of another version beside these. What is not
// measured of both is left out.
func compared(before, now []row) table {
	t := table{head: []string{"what", "before: min / median / max", "now: min / median / max", "n", "now to before", "how"}}
	for i, r := range now {
		if i < len(before) && before[i].what == r.what {
			ratio := "–"
			if old := before[i].series.median(); old > 0 {
				ratio = fmt.Sprintf("%.2f", r.series.median()/old)
			}
			t.add(r.what, before[i].measured(), r.measured(), len(r.series), ratio, r.how)
		}
	}
	return t
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
