// SPDX-License-Identifier: MIT

package people

import (
	"cmp"
	"slices"
	"strings"
)

// Plan is what an account's contract covers; the zero value is everything. How
// the original withholds the rest is not known, so there are both ways, and
// they combine.
type Plan struct {
	// Basic leaves out what is not basic: types of measures, fields of nights,
	// series of sleep.
	Basic bool
	// Refused are calls that are refused with a status (277 or 214, say):
	// "service action" as in Requests, or "service *".
	Refused map[string]int
}

// RefusedWith returns the status that refuses a call; 0 = none.
func (p Plan) RefusedWith(call string) int {
	service, _, _ := strings.Cut(call, " ")
	return cmp.Or(p.Refused[call], p.Refused[service+" *"])
}

// basicTypes are what even the simplest devices measure; which ones the vendor
// counts is a guess.
func basicTypes() map[int]bool {
	return map[int]bool{1: true, 4: true, 6: true, 9: true, 10: true, 11: true, 12: true, 54: true, 71: true}
}

// Group is what the plan leaves of a group, or nil.
func (p Plan) Group(g *Group) *Group {
	if !p.Basic {
		return g
	}
	return g.WithTypes(basicTypes())
}

// Fields are those fields of a night that the plan covers.
func (p Plan) Fields(requested []string) []string {
	if !p.Basic {
		return requested
	}
	basic := append(DefaultNightFields(), "asleepduration", "night_events", "sleep_score")
	return slices.DeleteFunc(slices.Clone(requested), func(name string) bool { return !slices.Contains(basic, name) })
}

// series are those series of a sleep that the plan covers: none but the stages.
func (p Plan) series(requested []string) []string {
	if p.Basic {
		return nil
	}
	return requested
}
