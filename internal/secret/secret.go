// Package secret holds strings that print as a mask everywhere: logs, errors,
// JSON, YAML, panics. It is not encryption: the value lies in memory as it is.
package secret

import "fmt"

// Mask is what a secret that holds something prints as.
const Mask = "•••"

// Text is a secret string. Its zero value is empty and prints as the empty
// string, so that a report can tell "not set" from "set".
type Text struct{ value string }

// New wraps a plain string.
func New(value string) Text { return Text{value: value} }

// Reveal returns the plain value. Call it only where the value leaves for the
// place that must know it: the token endpoint, the broker, the token file.
func (t Text) Reveal() string { return t.value }

// IsEmpty reports whether there is nothing to hide.
func (t Text) IsEmpty() bool { return t.value == "" }

// String returns the mask, or nothing when the secret is empty.
func (t Text) String() string {
	if t.value == "" {
		return ""
	}
	return Mask
}

// Format implements fmt.Formatter, so that no verb (%x, %#v, %q …) gets behind
// the mask.
func (t Text) Format(state fmt.State, _ rune) { _, _ = fmt.Fprint(state, t.String()) }

// MarshalText writes the mask: JSON, YAML and logs all come through here.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText takes the plain value, so that a configuration decodes into it.
func (t *Text) UnmarshalText(text []byte) error {
	t.value = string(text)
	return nil
}
