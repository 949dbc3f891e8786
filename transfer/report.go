// SPDX-License-Identifier: MIT

package transfer

import (
	"cmp"
	"fmt"
	"slices"
)

// Problem is a mistake in a file: a cell or a row that was not read. Its reason
// quotes numbers and dates only.
type Problem struct {
	File string `json:"file"`
	// Line and Column are counted from 1; 0 when the mistake has no place.
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"` // in bytes
	Reason string `json:"reason"`
}

// Error implements error.
func (p Problem) Error() string {
	switch {
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Reason)
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Reason)
}

// FileReport is what was read of one file.
type FileReport struct {
	Name string `json:"name"`
	// Rows is how many rows or lines were read, headers aside.
	Rows int `json:"rows"`
	// Skipped is why nothing of the file was read, "" when it was.
	Skipped string `json:"skipped,omitempty"`
}

// maxProblems is how many problems a report keeps; it counts them all.
const maxProblems = 20

// Report is what reading has found, besides the records.
type Report struct {
	Files   []*FileReport `json:"files"`
	Remarks []string      `json:"remarks,omitempty"`
	// Problems are the first maxProblems of ProblemCount.
	Problems     []Problem `json:"problems,omitempty"`
	ProblemCount int       `json:"problem_count"`
	// ClockChanges counts the times that the change between summer and winter time
	// makes ambiguous or impossible.
	ClockChanges int `json:"clock_changes"`
}

// File returns the report on a file, a new one when it is not known yet.
func (r *Report) File(name string) *FileReport {
	known := func(f *FileReport) bool { return f.Name == name }
	if at := slices.IndexFunc(r.Files, known); at >= 0 {
		return r.Files[at]
	}
	file := &FileReport{Name: name}
	r.Files = append(r.Files, file)
	return file
}

// Skip records why a file is not read.
func (r *Report) Skip(name, reason string) { r.File(name).Skipped = reason }

// Remark records what the user should know, once.
func (r *Report) Remark(text string) {
	if !slices.Contains(r.Remarks, text) {
		r.Remarks = append(r.Remarks, text)
	}
}

// AddProblem records a mistake.
func (r *Report) AddProblem(p Problem) {
	r.ProblemCount++
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, p)
	}
}

// Rows is how many rows were read of all files.
func (r *Report) Rows() (rows int) {
	for _, file := range r.Files {
		rows += file.Rows
	}
	return rows
}

// SortFiles sorts the files by name, those that were read first.
func (r *Report) SortFiles() {
	slices.SortStableFunc(r.Files, func(a, b *FileReport) int {
		skipped := func(f *FileReport) int { return min(len(f.Skipped), 1) }
		return cmp.Or(cmp.Compare(skipped(a), skipped(b)), cmp.Compare(a.Name, b.Name))
	})
}

// problems are the mistakes in one file.
type problems struct {
	name   string
	report *Report
}

func (p problems) add(one Problem) {
	one.File = p.name
	p.report.AddProblem(one)
}
