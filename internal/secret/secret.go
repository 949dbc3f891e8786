// SPDX-License-Identifier: MIT

// Package secret holds strings that print as a mask: in logs, errors, JSON,
// YAML and panics. It does not encrypt the value in memory.
package secret

import "fmt"

// Mask replaces a secret that is not empty.
const Mask = "•••"

// Text is a secret string. Its zero value is empty and prints as "", to tell
// "not set" from "set".
type Text struct{ value string }

// New wraps a plain string.
func New(value string) Text { return Text{value: value} }

// Reveal returns the plain value. Call it only where the value is sent or
// stored: the token endpoint, the broker, the token file.
func (t Text) Reveal() string { return t.value }

// IsEmpty reports whether the secret is empty.
func (t Text) IsEmpty() bool { return t.value == "" }

// String returns the mask, or nothing when the secret is empty.
func (t Text) String() string {
	if t.value == "" {
		return ""
	}
	return Mask
}

// Format implements fmt.Formatter, so that no verb (%x, %#v, %q …) reveals the
// value.
func (t Text) Format(state fmt.State, _ rune) { _, _ = fmt.Fprint(state, t.String()) }

// MarshalText writes the mask, also in JSON, YAML and logs.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes the plain value, for decoding a configuration.
func (t *Text) UnmarshalText(text []byte) error {
	t.value = string(text)
	return nil
}
