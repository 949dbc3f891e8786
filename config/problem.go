// SPDX-License-Identifier: MIT

package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// environmentName is what stands for the file in problems with variables.
const environmentName = "environment"

// Code names a kind of problem. It does not change between versions, and says
// nothing about the values of a user.
type Code string

// The codes of problems and warnings.
const (
	CodeSyntax        Code = "syntax"             // not YAML that can be read
	CodeUnknownKey    Code = "unknown_key"        // a key or section that does not exist
	CodeUnknownName   Code = "unknown_variable"   // an environment variable V2M_… that does not exist
	CodeMissing       Code = "missing"            // a key that has no default and no value
	CodeDuplicate     Code = "duplicate"          // a key, profile or list element given twice
	CodeWrongType     Code = "wrong_type"         // for example a list instead of a single value
	CodeInvalid       Code = "invalid_value"      // a value outside of what the key accepts
	CodeUnset         Code = "unset_variable"     // ${NAME} of a variable that is not set
	CodeUnknownSensor Code = "unknown_sensor_key" // a measurement key that does not exist
	CodeFile          Code = "unreadable_file"    // a file that is missing, empty or unreadable
	CodeConflict      Code = "conflict"           // two keys that do not go together
	CodeIgnored       Code = "ignored"            // a key without effect here
	CodeInsecure      Code = "insecure"           // something private is open to others
	CodeDeprecated    Code = "deprecated"         // a former name
)

// Codes returns all codes.
func Codes() []Code {
	return []Code{
		CodeSyntax, CodeUnknownKey, CodeUnknownName, CodeMissing, CodeDuplicate, CodeWrongType, CodeInvalid, CodeUnset,
		CodeUnknownSensor, CodeFile, CodeConflict, CodeIgnored, CodeInsecure, CodeDeprecated,
	}
}

// Problem is one mistake and where it is. It never quotes a secret.
type Problem struct {
	// File is the name of the file, or "environment".
	File string
	// Line and Column count from 1; 0 when the mistake has no place in the
	// file.
	Line, Column int
	// Path names the key, "withings.profiles[1].schedule", or the variable; ""
	// when the file as a whole is meant.
	Path string
	Code Code
	// Text says what is wrong and, where it helps, what to do.
	Text string
	// Suggestion is what was probably meant; "" when that cannot be guessed.
	Suggestion string
}

// InEnvironment reports whether the mistake is in a variable, not in the file.
func (p Problem) InEnvironment() bool { return p.File == environmentName }

// A path has names, and whatever is in brackets; an index is a number there.
var (
	pathElement  = regexp.MustCompile(`\[[^\]]*\]?|[^.\[]+`)
	indexElement = regexp.MustCompile(`^\[\d{1,4}\]$`)
)

// Key is the path as far as it is documented, or the variable: what a user
// wrote in the place of a key is "<path>". It is "" when the file as a whole is
// meant.
func (p Problem) Key() string {
	var shown, plain string
	for _, element := range pathElement.FindAllString(p.Path, -1) {
		if indexElement.MatchString(element) {
			shown, plain = shown+element, plain+"[]"
			continue
		}
		if plain = joinPath(plain, element); !isDocumented(plain) {
			return joinPath(shown, "<path>")
		}
		shown = joinPath(shown, element)
	}
	return shown
}

// isDocumented reports whether a path is in the reference, or a section or list
// in it.
func isDocumented(path string) bool {
	return slices.ContainsFunc(tableRows(), func(row tableRow) bool {
		return row.Env == path || row.Path == path || strings.HasPrefix(row.Path, path+".") ||
			strings.HasPrefix(row.Path, path+"[")
	})
}

// String returns one line: "config.yaml:7:5: mqtt.qos: must be … (did you mean
// …?)".
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

// place is where a value comes from: a position in the file, or a variable.
type place struct {
	file         string
	line, column int
	// path is the key as messages show it.
	path string
	// variable is the environment variable; "" for what is in the file.
	variable string
}

// diagnostics collects problems and warnings while the configuration is read.
type diagnostics struct {
	problems []Problem
	warnings []Warning
}

func (d *diagnostics) addProblem(at place, code Code, format string, args ...any) {
	d.problems = append(d.problems, at.problem(code, "", fmt.Sprintf(format, args...)))
}

func (d *diagnostics) addParseError(at place, err *parseError) {
	d.problems = append(d.problems, at.problem(cmp.Or(err.code, CodeInvalid), err.suggestion, err.text))
}

func (d *diagnostics) addWarning(at place, code Code, format string, args ...any) {
	d.warnings = append(d.warnings, Warning(at.problem(code, "", fmt.Sprintf(format, args...))))
}

func (p place) problem(code Code, suggestion, text string) Problem {
	return Problem{
		File:       p.file,
		Line:       p.line,
		Column:     p.column,
		Path:       cmp.Or(p.variable, p.path),
		Code:       code,
		Text:       text,
		Suggestion: suggestion,
	}
}

// result returns the sorted warnings, and the sorted problems as an error. A
// mistake in an anchor is found wherever the anchor is used, and reported once.
func (d *diagnostics) result() ([]Warning, error) {
	slices.SortStableFunc(d.warnings, func(a, b Warning) int { return compareProblems(Problem(a), Problem(b)) })
	warnings := slices.Compact(d.warnings)
	if len(d.problems) == 0 {
		return warnings, nil
	}
	slices.SortStableFunc(d.problems, compareProblems)
	return warnings, Errors(slices.Compact(d.problems))
}

// compareProblems sorts files before the environment, and within a file what
// has no line (what is missing) last.
func compareProblems(a, b Problem) int {
	rank := func(p Problem) int {
		switch {
		case p.InEnvironment():
			return 2
		case p.Line == 0:
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		cmp.Compare(a.Path, b.Path), cmp.Compare(a.Text, b.Text),
	)
}
