// SPDX-License-Identifier: MIT

package config

import (
	"fmt"
	"strings"
)

// expand replaces ${NAME} by the environment's value and $$ by one dollar sign.
// Any other $ stays as it is.
func expand(text string, env map[string]string) (string, *parseError) {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "$")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		switch {
		case strings.HasPrefix(rest, "$"):
			out.WriteByte('$')
			text = rest[1:]
		case strings.HasPrefix(rest, "{"):
			name, after, closed := strings.Cut(rest[1:], "}")
			if !closed {
				return "", &parseError{text: "unterminated ${; write $$ for a literal dollar sign"}
			}
			if !isVariableName(name) {
				return "", &parseError{text: "invalid variable name in ${...}; write $$ for a literal dollar sign"}
			}
			value, set := env[name]
			if !set {
				return "", &parseError{text: fmt.Sprintf("environment variable %s is not set", name), code: CodeUnset}
			}
			out.WriteString(strings.TrimRight(value, "\r\n"))
			text = after
		default:
			out.WriteByte('$')
			text = rest
		}
	}
}

// isVariableName reports whether a name can be that of an environment variable.
func isVariableName(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}
