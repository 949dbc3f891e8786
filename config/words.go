package config

import (
	"fmt"
	"regexp"

	"vitals2mqtt/topics"
)

// maxWord keeps topics and entity ids readable.
const maxWord = 64

// The patterns of words and icons.
const (
	wordPattern = `^[a-z][a-z0-9]*(_[a-z0-9]+)*$`
	iconPattern = `^mdi:[a-z0-9]+(-[a-z0-9]+)*$`
)

var (
	wordSpelling = regexp.MustCompile(wordPattern)
	iconSpelling = regexp.MustCompile(iconPattern)
)

// parseWord takes what can be a topic level and a part of an entity id.
func parseWord(s scalar) (any, *fault) {
	if word(s.text) {
		return s.text, nil
	}
	wrong := &fault{text: fmt.Sprintf(
		"must be lower-case letters, digits and single underscores, a letter first, at most %d in all, not %s", maxWord, s.quoted(),
	)}
	if other := topics.Slug(s.text); word(other) && !s.expanded() {
		wrong.suggestion = other
	}
	return nil, wrong
}

func word(text string) bool { return len(text) <= maxWord && wordSpelling.MatchString(text) }

func parseIcon(s scalar) (any, *fault) {
	if iconSpelling.MatchString(s.text) {
		return s.text, nil
	}
	wrong := &fault{text: "must be mdi: and the name of an icon such as mdi:scale, not " + s.quoted()}
	if other := "mdi:" + s.text; iconSpelling.MatchString(other) && !s.expanded() {
		wrong.suggestion = other
	}
	return nil, wrong
}
