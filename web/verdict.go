// SPDX-License-Identifier: MIT

package web

import (
	"strings"

	"vitals2mqtt/health"
)

// verdict returns what a status says and what to do about it, in the language
// of the reader. What a part of the program describes itself, and what has no
// translation, stays as it is.
func (f frame) verdict(s health.Status) (text, remedy string) {
	name := string(s.Code)
	if s.Code == health.CodeOK {
		name += "." + string(s.Subject)
	}
	text, remedy, known := f.Finding(name)
	if !known {
		return s.Text, s.Remedy
	}
	if s.OwnRemedy {
		return s.Fill(text), s.Remedy
	}
	return s.Fill(text), s.Fill(remedy)
}

// VerdictText is the first result of verdict, for templates.
func (f frame) VerdictText(s health.Status) string {
	text, _ := f.verdict(s)
	return text
}

// VerdictRemedy is the second.
func (f frame) VerdictRemedy(s health.Status) string {
	_, remedy := f.verdict(s)
	return remedy
}

// Sentences joins what findings say with their remedies.
func (f frame) Sentences(found []health.Status) string {
	var said []string
	for _, s := range health.WithoutTransient(found) {
		text, remedy := f.verdict(s)
		said = append(said, strings.TrimSpace(text+" "+remedy))
	}
	return strings.Join(said, " ")
}
