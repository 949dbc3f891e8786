// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// failureGroup is a cause, and the endpoints that fail because of it: one
// refused refresh fails all of them with the same text.
type failureGroup struct {
	endpoints []sensors.Endpoint // sorted
	// text describes the cause without naming an endpoint.
	text string
	errs []error // one for each endpoint
}

// groupFailures groups the failures of endpoints by cause, in the order of
// their first endpoints.
func groupFailures(failures map[sensors.Endpoint]error) []failureGroup {
	var names []sensors.Endpoint
	for name, err := range failures {
		if err != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var groups []failureGroup
	byCause := map[string]int{}
	for _, name := range names {
		text, cause := describeFailure(name, failures[name])
		at, known := byCause[cause]
		if !known {
			at = len(groups)
			byCause[cause], groups = at, append(groups, failureGroup{text: text})
		}
		groups[at].endpoints = append(groups[at].endpoints, name)
		groups[at].errs = append(groups[at].errs, failures[name])
	}
	return groups
}

// describeFailure describes a failure without naming its endpoint. Failures
// with the same cause may differ in the time to wait only.
func describeFailure(name sensors.Endpoint, err error) (text, cause string) {
	text = strings.TrimPrefix(err.Error(), string(name)+": ")
	apiErr, ok := errors.AsType[*withings.Error](err)
	if !ok {
		return text, text
	}
	if strings.HasPrefix(string(name), apiErr.Service+"/"+apiErr.Action) {
		text = strings.Replace(text, apiErr.Service+" "+apiErr.Action+": ", "", 1)
	}
	before, after, wait := strings.Cut(text, " (retry in ")
	if wait {
		_, after, _ = strings.Cut(after, ")")
	}
	return text, before + after
}

// maxNamedEndpoints is how many endpoints a message names; the others are
// counted.
const maxNamedEndpoints = 3

// String is the cause, and the endpoints, unless it concerns all of them.
func (g failureGroup) String() string {
	if cause := g.errs[0]; errors.Is(cause, withings.ErrSignIn) || errors.Is(cause, withings.ErrApplication) {
		return g.text
	}
	var names []string
	for _, name := range g.endpoints[:min(len(g.endpoints), maxNamedEndpoints)] {
		names = append(names, string(name))
	}
	list := strings.Join(names, ", ")
	if more := len(g.endpoints) - len(names); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return g.text + " (" + list + ")"
}

// roundError is what failed in a round, each cause once.
type roundError struct{ groups []failureGroup }

// newRoundError returns the error of a round, nil if nothing failed.
func newRoundError(failures map[sensors.Endpoint]error) error {
	if groups := groupFailures(failures); len(groups) > 0 {
		return &roundError{groups}
	}
	return nil
}

// Error implements error.
func (e *roundError) Error() string {
	var texts []string
	for _, group := range e.groups {
		texts = append(texts, group.String())
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns the failures of all endpoints.
func (e *roundError) Unwrap() []error {
	var all []error
	for _, group := range e.groups {
		all = append(all, group.errs...)
	}
	return all
}
