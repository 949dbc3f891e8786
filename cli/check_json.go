// SPDX-License-Identifier: MIT

package cli

import (
	"errors"

	"vitals2mqtt/config"
)

// checkResult is the outcome of check --json.
type checkResult struct {
	Source   string         `json:"source"`
	Valid    bool           `json:"valid"`
	Profiles []string       `json:"profiles"` // slugs; none of an invalid configuration
	Problems []checkProblem `json:"problems"`
	Warnings []checkProblem `json:"warnings"`
}

// checkProblem is a mistake in the configuration. Line and column are 0 when it
// has no place in the file.
type checkProblem struct {
	File       string `json:"file,omitempty"`
	Line       int    `json:"line,omitempty"`
	Column     int    `json:"column,omitempty"`
	Path       string `json:"path,omitempty"`
	Code       string `json:"code,omitempty"`
	Text       string `json:"text"`
	Suggestion string `json:"suggestion,omitempty"`
}

// checkAsJSON prints the mistakes in a configuration; they also end up in the
// error.
func (s *session) checkAsJSON(from source) error {
	c, warnings, err := config.Load(from.path, from.environ, vocabulary())
	result := checkResult{
		Source:   from.String(),
		Valid:    err == nil,
		Profiles: []string{},
		Problems: []checkProblem{},
		Warnings: []checkProblem{},
	}
	for _, warning := range warnings {
		result.Warnings = append(result.Warnings, newCheckProblem(config.Problem(warning)))
	}
	problems, ok := errors.AsType[config.Errors](err)
	switch {
	case err == nil:
		for _, p := range c.Withings.Profiles {
			result.Profiles = append(result.Profiles, p.Slug)
		}
	case ok:
		for _, problem := range problems {
			result.Problems = append(result.Problems, newCheckProblem(problem))
		}
	default:
		result.Problems = append(result.Problems, checkProblem{Text: err.Error()})
	}
	printed := s.printJSON(result)
	if err != nil {
		return configError{err}
	}
	return printed
}

func newCheckProblem(p config.Problem) checkProblem {
	return checkProblem{
		File:       p.File,
		Line:       p.Line,
		Column:     p.Column,
		Path:       p.Path,
		Code:       string(p.Code),
		Text:       p.Text,
		Suggestion: p.Suggestion,
	}
}
