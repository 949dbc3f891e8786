// SPDX-License-Identifier: MIT

// Package health makes the one verdict about the program: from the facts that
// its parts report to a level, a code, a sentence and a remedy for each
// subject. Page, API, MQTT, log and commands show this verdict and judge
// nothing themselves. The package is pure: it collects no facts and has no
// clock.
package health

import (
	"slices"
	"time"
)

// Level is how serious something is.
type Level string

// The levels in ascending order.
const (
	OK        Level = "ok"
	Attention Level = "attention" // it works, or will by itself, and is worth knowing
	Failed    Level = "failed"    // it does not work
)

func (l Level) rank() int { return slices.Index([]Level{OK, Attention, Failed}, l) }

// Subject is what is judged.
type Subject string

// The subjects, those of the whole program first.
const (
	Program       Subject = "program"
	MQTTBroker    Subject = "broker"
	Application   Subject = "application" // client id and secret
	API           Subject = "withings_api"
	StateFolder   Subject = "state_folder"
	Archive       Subject = "archive"
	Mirror        Subject = "mirror" // history.mirror
	SystemClock   Subject = "clock"
	HomeAssistant Subject = "home_assistant"
	SignIn        Subject = "consent"   // of a profile
	Polling       Subject = "endpoints" // of a profile
	Notifications Subject = "push"      // of a profile
)

// Code names a finding. Codes do not change between versions.
type Code string

// Status is the judgement about one subject.
type Status struct {
	Subject Subject `json:"subject"`
	// Profile is the slug of the profile, "" for the whole program.
	Profile string `json:"profile,omitempty"`
	Level   Level  `json:"level"`
	Code    Code   `json:"code"`
	// Text is one sentence, Remedy what to do about it; "" for nothing. Commands
	// in them are in backquotes.
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
	// Since is when it began, NextTry when the program tries again; zero if
	// unknown.
	Since   time.Time `json:"since,omitzero"`
	NextTry time.Time `json:"next_try,omitzero"`
	// Affected are the profiles without new data because of a finding about the
	// whole program.
	Affected []string `json:"affected,omitempty"`
	// Endpoints are those that fail.
	Endpoints []string `json:"endpoints,omitempty"`
	// Facts are the names in braces of the sentences of this code, and what
	// replaces them; see Fill. OwnRemedy means that Remedy is not that of the code.
	Facts     map[string]string `json:"-"`
	OwnRemedy bool              `json:"-"`
}

// Equal reports whether two judgements are the same.
func (s Status) Equal(other Status) bool {
	return s.Subject == other.Subject && s.Profile == other.Profile && s.Level == other.Level && s.Code == other.Code &&
		s.Text == other.Text && s.Remedy == other.Remedy && s.Since.Equal(other.Since) && s.NextTry.Equal(other.NextTry) &&
		slices.Equal(s.Affected, other.Affected) && slices.Equal(s.Endpoints, other.Endpoints)
}
