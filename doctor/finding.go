// SPDX-License-Identifier: MIT

package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Level is how serious a finding is.
type Level string

// The levels.
const (
	OK   Level = "ok"
	Warn Level = "warn" // it works, and something should be done
	Fail Level = "FAIL" // something does not work
	Skip Level = "skip" // not checked
)

// Kind sorts failures by who can fix them; it becomes the exit code.
type Kind int

// The kinds, the most specific last.
const (
	Other Kind = iota
	Broker
	SignIn
	Configuration
)

// Code names what was found. It does not change between versions;
// docs/doctor.md lists all.
type Code string

// Finding is one result of a check. It is data: sentences are made when a
// report is written.
type Finding struct {
	// Check names what was checked; Profile is the profile's name, if it is
	// about one.
	Check   string
	Profile string
	Level   Level
	Code    Code
	Kind    Kind
	// Facts are numbers and terms of the program's own, by name: nothing in
	// them is from the user, the network or the system.
	Facts map[string]any
	// Err is the error behind the finding, nil when there is none.
	Err error

	message message
	// details are what only the sentences contain.
	details map[string]string
	// remedy replaces that of the message.
	remedy string
}

// found returns the finding of a code. The code must be in the table of
// messages.
func found(code Code) Finding {
	at := slices.IndexFunc(messages(), func(m message) bool { return m.code == code })
	m := messages()[at]
	return Finding{
		Level:   m.level,
		Code:    code,
		Kind:    m.kind,
		message: m,
		Facts:   map[string]any{},
		details: map[string]string{},
	}
}

// number adds a fact.
func (f Finding) number(name string, n int) Finding { return f.fact(name, n) }

// term adds a fact that is a term of the program or of a protocol.
func (f Finding) term(name, term string) Finding { return f.fact(name, term) }

// terms adds a fact that is a list of terms.
func (f Finding) terms(name string, terms []string) Finding {
	return f.fact(name, strings.Join(terms, ", "))
}

func (f Finding) fact(name string, value any) Finding {
	f.Facts = maps.Clone(f.Facts)
	f.Facts[name] = value
	return f
}

// detail adds what only the sentences contain: a path, an address, a name.
func (f Finding) detail(name, text string) Finding {
	f.details = maps.Clone(f.details)
	f.details[name] = text
	return f
}

// because adds the error behind the finding, as the fact and the detail
// "cause".
func (f Finding) because(err error) Finding {
	c := causeOf(err)
	f = f.term("cause", c.Code).detail("cause", c.Text)
	for name, number := range c.numbers {
		f = f.number(name, number)
	}
	f.Err = err
	return f
}

// forProfile sets the profile that a finding is about.
func (f Finding) forProfile(p Profile) Finding {
	f.Profile = p.Name
	return f
}

// Text is the sentence that says what was found.
func (f Finding) Text() string { return f.fill(f.message.text) }

// Remedy is what to do about it, "" when there is nothing to do.
func (f Finding) Remedy() string {
	if f.remedy != "" {
		return f.remedy
	}
	return f.fill(f.message.remedy)
}

// fill replaces the names in braces.
func (f Finding) fill(sentence string) string {
	var pairs []string
	for name, text := range f.details {
		pairs = append(pairs, "{"+name+"}", text)
	}
	for name, value := range f.Facts {
		if _, detailed := f.details[name]; !detailed {
			pairs = append(pairs, "{"+name+"}", fmt.Sprint(value))
		}
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// message is one row of the table of findings: its code, and the sentences
// about it with the names of facts and details in braces.
type message struct {
	code         Code
	level        Level
	kind         Kind
	text, remedy string
}

func ok(code Code, text string) message   { return message{code: code, level: OK, text: text} }
func skip(code Code, text string) message { return message{code: code, level: Skip, text: text} }

func warn(code Code, text, remedy string) message {
	return message{code: code, level: Warn, text: text, remedy: remedy}
}

func fail(code Code, text, remedy string) message {
	return message{code: code, level: Fail, text: text, remedy: remedy}
}

// of sets who can fix a failure.
func (m message) of(kind Kind) message {
	m.kind = kind
	return m
}

// messages is the whole table, in the order of the checks.
func messages() []message {
	return slices.Concat(
		localMessages(), cloudMessages(), signInMessages(), brokerMessages(), homeAssistantMessages(), notificationMessages(),
	)
}
