// SPDX-License-Identifier: MIT

package config

import (
	"fmt"
	"regexp"

	"vitals2mqtt/topics"
)

// maxIdentifierLength keeps topics and entity ids readable.
const maxIdentifierLength = 64

// The patterns of identifiers and icons.
const (
	identifierPattern = `^[a-z][a-z0-9]*(_[a-z0-9]+)*$`
	iconPattern       = `^mdi:[a-z0-9]+(-[a-z0-9]+)*$`
	slugPattern       = `^[a-z0-9]+(_[a-z0-9]+)*$`
)

var (
	identifierRegexp = regexp.MustCompile(identifierPattern)
	iconRegexp       = regexp.MustCompile(iconPattern)
)

// parseIdentifier accepts what can be a topic level and a part of an entity id.
func parseIdentifier(s scalar) (any, *parseError) {
	if isIdentifier(s.text) {
		return s.text, nil
	}
	const format = "must be lower-case letters, digits and single underscores, a letter first, at most %d in all, not %s"
	parseErr := &parseError{text: fmt.Sprintf(format, maxIdentifierLength, s.quoted())}
	if other := topics.Slug(s.text); isIdentifier(other) && !s.isExpanded() {
		parseErr.suggestion = other
	}
	return nil, parseErr
}

func isIdentifier(text string) bool {
	return len(text) <= maxIdentifierLength && identifierRegexp.MatchString(text)
}

func parseIcon(s scalar) (any, *parseError) {
	if iconRegexp.MatchString(s.text) {
		return s.text, nil
	}
	parseErr := &parseError{text: "must be mdi: and the name of an icon such as mdi:scale, not " + s.quoted()}
	if other := "mdi:" + s.text; iconRegexp.MatchString(other) && !s.isExpanded() {
		parseErr.suggestion = other
	}
	return nil, parseErr
}

// parseSlug accepts what the name of another profile could become.
func parseSlug(s scalar) (any, *parseError) {
	if secretRegexp.MatchString(s.text) {
		return nil, &parseError{text: "looks like a client id or secret, not like a topic"}
	}
	if topics.IsSlug(s.text) && len(s.text) <= maxIdentifierLength {
		return s.text, nil
	}
	const format = "must be lower-case letters a-z, digits and single underscores between them, at most %d in all, not %s"
	parseErr := &parseError{text: fmt.Sprintf(format, maxIdentifierLength, s.quoted())}
	if other := topics.ProfileSlug(s.text); other != "" && len(other) <= maxIdentifierLength && !s.isExpanded() {
		parseErr.suggestion = other
	}
	return nil, parseErr
}
