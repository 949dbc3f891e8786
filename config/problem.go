package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// environmentFile is the file name of what comes from the environmentFile.
const environmentFile = "environment"

// Problem is one mistake and where it is. It never quotes a secret.
type Problem struct {
	// File is the name of the file, or "environment".
	File string
	// Line and Column count from 1; 0 when the mistake has no place in the file.
	Line, Column int
	// Path names the key, "withings.profiles[1].schedule", or the variable; ""
	// when the file as a whole is meant.
	Path string
	// Text says what is wrong and, where it helps, what to do.
	Text string
	// Suggestion is what was probably meant, "" when nobody can tell.
	Suggestion string
}

// String returns one line: "config.yaml:7:5: mqtt.qos: must be … (did you mean …?)".
func (p Problem) String() string {
	var line strings.Builder
	line.WriteString(p.File)
	for _, number := range []int{p.Line, p.Column} {
		if number > 0 {
			line.WriteString(":" + strconv.Itoa(number))
		}
	}
	line.WriteString(": ")
	if p.Path != "" {
		line.WriteString(p.Path + ": ")
	}
	line.WriteString(p.Text)
	if p.Suggestion != "" {
		line.WriteString(" (did you mean " + p.Suggestion + "?)")
	}
	return line.String()
}

// Errors are all mistakes of a configuration, in the order of the file. It is
// what errors.As finds when the content is at fault.
type Errors []Problem

// Error returns one line for each problem.
func (e Errors) Error() string {
	lines := make([]string, 0, len(e))
	for _, problem := range e {
		lines = append(lines, problem.String())
	}
	return strings.Join(lines, "\n")
}

// Warning is something that works but is probably not meant. It never quotes a
// secret.
type Warning Problem

// String returns one line, as Problem.String.
func (w Warning) String() string { return Problem(w).String() }

// position is where a value stands.
type position struct {
	file         string
	line, column int
	envName      string // for a value from the environment
}

// diagnostics collects what is wrong while the reading goes on.
type diagnostics struct {
	problems []Problem
	warnings []Warning
}

func (r *diagnostics) addProblem(at position, path, format string, args ...any) {
	r.addProblemWithSuggestion(at, path, "", format, args...)
}

func (r *diagnostics) addProblemWithSuggestion(at position, path, suggestion, format string, args ...any) {
	r.problems = append(r.problems, newProblem(at, path, suggestion, fmt.Sprintf(format, args...)))
}

func (r *diagnostics) addWarning(at position, path, suggestion, format string, args ...any) {
	r.warnings = append(r.warnings, Warning(newProblem(at, path, suggestion, fmt.Sprintf(format, args...))))
}

func newProblem(at position, path, suggestion, text string) Problem {
	if at.envName != "" {
		path = at.envName
	}
	return Problem{File: at.file, Line: at.line, Column: at.column, Path: path, Text: text, Suggestion: suggestion}
}

// result returns the sorted warnings, and the sorted problems as an error. What is
// wrong in an anchor is found wherever it is used, and said once.
func (r *diagnostics) result() ([]Warning, error) {
	slices.SortStableFunc(r.warnings, func(a, b Warning) int { return compareProblems(Problem(a), Problem(b)) })
	warnings := slices.Compact(r.warnings)
	if len(r.problems) == 0 {
		return warnings, nil
	}
	slices.SortStableFunc(r.problems, compareProblems)
	return warnings, Errors(slices.Compact(r.problems))
}

// compareProblems puts files before the environment, and within a file what has no line
// (what is missing) last.
func compareProblems(a, b Problem) int {
	rank := func(p Problem) int {
		switch {
		case p.File == environmentFile:
			return 2
		case p.Line == 0:
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Text, b.Text),
	)
}
