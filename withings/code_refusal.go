// SPDX-License-Identifier: MIT

package withings

import (
	"errors"
	"strings"
)

// CodeRefusal is what a refused exchange of a code is about.
type CodeRefusal int

// The refusals of a code.
const (
	NotRefused      CodeRefusal = iota // no error, or another one
	RefusedCode                        // too old, used before, or of another client id
	RefusedCallback                    // not the callback of the consent page
)

// CodeRefusalOf returns what the error of Exchange is about. The API has one
// number for every wrong parameter, so the text decides.
func CodeRefusalOf(err error) CodeRefusal {
	failure, ok := errors.AsType[*Error](err)
	if !ok || failure.Class != Params && failure.Class != Auth || errors.Is(err, ErrApplication) {
		return NotRefused
	}
	text := strings.NewReplacer("_", " ", "-", " ").Replace(strings.ToLower(failure.Text))
	switch {
	case strings.Contains(text, "redirect"):
		return RefusedCallback
	case strings.Contains(text, "code"), strings.Contains(text, "invalid grant"):
		return RefusedCode
	}
	return NotRefused
}
