// SPDX-License-Identifier: MIT

package doctor

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Report is everything that was found, in the order of the checks.
type Report struct{ Findings []Finding }

// Count returns how many findings have a level.
func (r Report) Count(level Level) (n int) {
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

// WorstFailure is the most specific kind of failure; false when nothing failed.
func (r Report) WorstFailure() (worst Kind, failed bool) {
	for _, f := range r.Findings {
		if f.Level == Fail {
			worst, failed = max(worst, f.Kind), true
		}
	}
	return worst, failed
}

// finding is a Finding as JSON.
type finding struct {
	Check  string         `json:"check"`
	Who    string         `json:"who,omitempty"`
	Level  Level          `json:"level"`
	Code   Code           `json:"code"`
	Text   string         `json:"text"`
	Remedy string         `json:"cure,omitempty"`
	Facts  map[string]any `json:"facts,omitempty"`
	Error  string         `json:"error,omitempty"`
}

// WriteJSON writes the report as JSON, with the whole text of errors.
func (r Report) WriteJSON(w io.Writer) error {
	findings := make([]finding, 0, len(r.Findings))
	for _, f := range r.Findings {
		row := finding{
			Check:  f.Check,
			Who:    f.Profile,
			Level:  f.Level,
			Code:   f.Code,
			Text:   f.Text(),
			Remedy: f.Remedy(),
			Facts:  f.Facts,
		}
		if f.Err != nil {
			row.Error = f.Err.Error()
		}
		findings = append(findings, row)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(struct {
		Counts   map[Level]int `json:"counts"`
		Findings []finding     `json:"findings"`
	}{map[Level]int{OK: r.Count(OK), Warn: r.Count(Warn), Fail: r.Count(Fail), Skip: r.Count(Skip)}, findings})
}

func (f Finding) label() string {
	if f.Profile == "" {
		return f.Check
	}
	if f.Check == nameDaemon {
		return f.Check + ", " + f.Profile
	}
	return f.Check + " of " + f.Profile
}

// summary is the last line.
func (r Report) summary() string {
	failed, warned := r.Count(Fail), r.Count(Warn)
	switch {
	case failed > 0:
		first := r.Findings[slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Level == Fail })]
		return fmt.Sprintf("%d failed, %s. Start with: %s.", failed, warnings(warned), first.label())
	case warned > 0:
		return fmt.Sprintf("No failures, %s.", warnings(warned))
	}
	return "All checks passed."
}

func warnings(n int) string {
	if n == 1 {
		return "1 warning"
	}
	return fmt.Sprintf("%d warnings", n)
}
