package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Report is everything that was found, in the order in which it was looked for.
type Report struct {
	Findings []Finding `json:"findings"`
}

// Count returns how many findings have a level.
func (r Report) Count(level Level) (n int) {
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

// WorstFailure is the most telling kind of failure; false when nothing failed.
func (r Report) WorstFailure() (worst Kind, failed bool) {
	for _, f := range r.Findings {
		if f.Level == Fail {
			worst, failed = max(worst, f.Kind), true
		}
	}
	return worst, failed
}

// WriteJSON writes the report for machines.
func (r Report) WriteJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Counts   map[Level]int `json:"counts"`
		Findings []Finding     `json:"findings"`
	}{map[Level]int{OK: r.Count(OK), Warn: r.Count(Warn), Fail: r.Count(Fail), Skip: r.Count(Skip)}, r.Findings})
}

// WriteTable writes the report for people: a line for each finding, and what to do
// below it.
func (r Report) WriteTable(w io.Writer) error {
	width := 0
	for _, f := range r.Findings {
		width = max(width, len([]rune(f.label())))
	}
	for _, f := range r.Findings {
		if _, err := fmt.Fprintf(w, "%-4s  %-*s  %s\n", f.Level, width, f.label(), f.Text); err != nil {
			return err
		}
		if f.Remedy == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%-4s  %-*s  -> %s\n", "", width, "", f.Remedy); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", r.summary())
	return err
}

func (f Finding) label() string {
	if f.Profile == "" {
		return f.Check
	}
	return f.Check + " of " + f.Profile
}

// summary is the last line.
func (r Report) summary() string {
	failed, warned := r.Count(Fail), r.Count(Warn)
	switch {
	case failed > 0:
		first := r.Findings[slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Level == Fail })]
		return fmt.Sprintf("%d wrong, %d to look at. Begin with: %s.", failed, warned, first.label())
	case warned > 0:
		return fmt.Sprintf("Nothing is wrong, %d to look at.", warned)
	}
	return "All is well."
}
