// SPDX-License-Identifier: MIT

package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"vitals2mqtt/internal/secret"
)

// isPlainType reports whether the values of a key are ASCII. Names, user names,
// passwords, topics and paths may be in any script; identifiers have a message of
// their own.
func (k Key) isPlainType() bool {
	if k.Type == TypeText || k.Type == TypeSecret {
		return strings.HasPrefix(k.Path, "withings.client_")
	}
	others := []Type{TypeTopic, TypeFile, TypeFolder, TypeIdentifier, TypeSlug}
	return !k.isAddress() && !slices.Contains(others, k.Type)
}

// isAddress reports whether a key has a URL, whose host may be in any script,
// but in one alone.
func (k Key) isAddress() bool {
	return slices.Contains([]Type{TypeURL, TypeCallback, TypeBroker, TypePublicURL, TypeMirror}, k.Type)
}

// checkCharacters explains a character that looks like another one, or like
// nothing: copied from a page or letter, it is not what was meant. Of a secret
// it says nothing more.
func (k Key) checkCharacters(s scalar) *parseError {
	show := func(format string, r rune) *parseError {
		if k.Type == TypeSecret || s.isExpanded() {
			return &parseError{text: fmt.Sprintf(format, "")}
		}
		return &parseError{text: fmt.Sprintf(format, fmt.Sprintf(" (%U)", r))}
	}
	if !utf8.ValidString(s.text) {
		return nil // reported with more words
	}
	if quote, found := typographicQuotes(s.text); found {
		return show("is in typographic quotes%s: use plain ones, or none", quote)
	}
	plain := k.isPlainType() && s.text != secret.New("x").String() // of a printed configuration
	for _, r := range s.text {
		switch {
		case r < utf8.RuneSelf:
		case isInvisible(r):
			return show("contains an invisible character%s: type it anew", r)
		case plain, k.isAddress() && !unicode.IsLetter(r) && !unicode.IsMark(r):
			return show("contains a character that is not ASCII%s: type it anew", r)
		}
	}
	if k.isAddress() && isMixedScript(s.text) {
		return &parseError{text: "contains Latin letters and similar ones of another script: type it anew"}
	}
	if trimmed := strings.TrimFunc(s.text, isOtherSpace); trimmed != s.text {
		return &parseError{text: "begins or ends with a non-breaking space"}
	}
	return nil
}

// typographicQuotes reports a text that a word processor has quoted, and the
// first quote.
func typographicQuotes(text string) (rune, bool) {
	const opening, closing = "“”„‟‘’‚‛«»‹›＂＇", "“”„‟‘’‚‛«»‹›＂＇"
	text = strings.TrimSpace(text)
	first, size := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return first, len(text) > size && strings.ContainsRune(opening, first) && strings.ContainsRune(closing, last)
}

// isInvisible reports characters without a width: marks of byte order and of
// direction, soft hyphens, separators of lines and paragraphs. Some scripts need
// the joiners.
func isInvisible(r rune) bool {
	const nonJoiner, joiner = 0x200c, 0x200d
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) && r != nonJoiner && r != joiner
}

// isOtherSpace reports spaces that are not that of the keyboard.
func isOtherSpace(r rune) bool { return r >= utf8.RuneSelf && unicode.IsSpace(r) }

// isMixedScript reports a word with Latin letters beside those of a script that
// has the same shapes.
func isMixedScript(text string) bool {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		isLatin := func(r rune) bool { return unicode.Is(unicode.Latin, r) }
		isOther := func(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Greek) }
		if strings.ContainsFunc(word, isLatin) && strings.ContainsFunc(word, isOther) {
			return true
		}
	}
	return false
}

// asciiHint says which character of a key is not ASCII: it may look the same.
func asciiHint(text string) string {
	for _, r := range text {
		if r >= utf8.RuneSelf {
			return fmt.Sprintf("; it contains a character that is not ASCII (%U)", r)
		}
	}
	return ""
}
