// SPDX-License-Identifier: MIT

package config

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText returns a text in UTF-8 without a byte order mark. Editors of
// Windows write UTF-16, too, and say so with a mark.
func decodeText(data []byte) []byte {
	for mark, order := range map[string]binary.ByteOrder{
		"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian,
	} {
		if rest, found := bytes.CutPrefix(data, []byte(mark)); found && len(rest)%2 == 0 {
			units := make([]uint16, 0, len(rest)/2)
			for ; len(rest) > 0; rest = rest[2:] {
				units = append(units, order.Uint16(rest))
			}
			return []byte(string(utf16.Decode(units)))
		}
	}
	return bytes.TrimPrefix(data, []byte("\ufeff"))
}

// findForeignCharacter finds the first byte or character that no configuration
// contains: YAML forbids it, or editors count lines without it.
func findForeignCharacter(data []byte) (syntaxMistake, bool) {
	line, column := 1, 1
	for rest := data; len(rest) > 0; column++ {
		r, size := utf8.DecodeRune(rest)
		text := ""
		switch {
		case r == utf8.RuneError && size == 1:
			text = "not valid UTF-8: save the file in that encoding"
		case r == 0:
			text = "contains control characters: is it UTF-16? Save the file as UTF-8"
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f, r > 0x7f && r < 0xa0:
			text = fmt.Sprintf("contains control characters (%U)", r)
		case r == 0x2028 || r == 0x2029:
			text = fmt.Sprintf("contains an invisible line break (%U)", r)
		}
		if text != "" {
			return syntaxMistake{line: line, column: column, text: text}, true
		}
		if rest = rest[size:]; r == '\n' || r == '\r' && (len(rest) == 0 || rest[0] != '\n') {
			line, column = line+1, 0
		}
	}
	return syntaxMistake{}, false
}

// secretText is the secret in the content of a file. What editors add around it
// is removed; text that is not one line is explained.
func secretText(data []byte) (text, problem string) {
	lines := splitLines(string(decodeText(data)))
	isBlank := func(line string) bool { return strings.TrimSpace(line) == "" }
	for len(lines) > 0 && isBlank(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && isBlank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	switch len(lines) {
	case 0:
		return "", "file is empty"
	case 1:
	default:
		return "", fmt.Sprintf("file has %d lines; it must have the secret alone, on one line", len(lines))
	}
	if found, foreign := findForeignCharacter([]byte(lines[0])); foreign {
		return "", "file: " + found.text
	}
	return lines[0], ""
}
