// SPDX-License-Identifier: MIT

package setup

import (
	"vitals2mqtt/find"
)

// Step is a step of the set-up.
type Step string

// The steps in their order. The password of the page is asked for only when
// Options.NeedsPassword is set.
const (
	StepApplication Step = "application"
	StepCallback    Step = "callback"
	StepPeople      Step = "people"
	StepBroker      Step = "broker"
	StepPassword    Step = "password"
	StepSummary     Step = "summary"
)

// Profile is a profile as the configuration makes it of a name.
type Profile struct{ Name, Slug string }

// State is what has been answered so far, without secrets.
type State struct {
	// Steps are all steps, Next is the first that is not done.
	Steps []Step
	Next  Step
	// Revision changes with every answer.
	Revision int

	ClientID  string
	HasSecret bool
	// Callback is the registered callback, "" before it is known. IsOwn means that
	// it is one of the page.
	Callback string
	IsOwn    bool
	Profiles []Profile
	Units    string
	// Broker has no password. HasBrokerPassword says that there is one.
	Broker            find.Broker
	HasBrokerPassword bool
	BrokerIsOpen      bool
	HasWebPassword    bool
	// BrokerVariable is the broker of the environment, "" for none: then there is
	// nothing to choose.
	BrokerVariable string
	// Unusable is why the configuration that exists cannot be used.
	Unusable []string
	// Warnings are what was found when the steps were proved.
	Warnings map[Step][]Problem
}

// Reached reports whether a step can be shown: those before it are done.
func (s State) Reached(step Step) bool {
	for _, other := range s.Steps {
		if other == step {
			return true
		}
		if other == s.Next {
			return false
		}
	}
	return false
}

// After returns the step after another one.
func (s State) After(step Step) Step {
	for i, other := range s.Steps[:len(s.Steps)-1] {
		if other == step {
			return s.Steps[i+1]
		}
	}
	return StepSummary
}

// Before returns the step before another one, "" for the first.
func (s State) Before(step Step) Step {
	for i, other := range s.Steps {
		if other == step && i > 0 {
			return s.Steps[i-1]
		}
	}
	return ""
}

// Summary is what will be written.
type Summary struct {
	// Path is where, Text is the file with its secrets masked.
	Path, Text string
	// Exists means that a file is there, which is replaced only when the user
	// says so.
	Exists   bool
	Callback string
	Revision int
}
