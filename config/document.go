package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

var errSecondDocument = errors.New("multiple YAML documents are not supported (line with ---)")

// parseDocument returns the root of the YAML text, nil for an empty one.
func parseDocument(data []byte) (root *yaml.Node, err error) {
	defer func() {
		// The library panics on some malformed texts.
		if recovered := recover(); recovered != nil {
			root, err = nil, errors.New("invalid YAML")
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	if err := decoder.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil //nolint:nilnil // an empty file is a configuration without keys
	} else if err != nil {
		return nil, err
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, fmt.Errorf("line %d: %w", second.Line, errSecondDocument)
	} else if !errors.Is(err, io.EOF) {
		return nil, err
	}
	if first.Kind != yaml.DocumentNode || len(first.Content) == 0 {
		return nil, nil //nolint:nilnil // as above
	}
	return first.Content[0], nil
}

// syntaxHints are what to do about the library's messages, by a part of them.
func syntaxHints() [][2]string {
	return [][2]string{
		{
			"cannot start any token",
			"a value that begins with @, % or ` must be in quotes, and lines are indented with spaces, not tabs",
		},
		{"expected alphabetic or numeric", "a value that begins with * or & must be in quotes"},
		{"unknown anchor", "a value that begins with * must be in quotes"},
		{"undefined tag handle", "a value that begins with ! must be in quotes"},
		{"mapping values are not allowed", "wrong indentation, or an unquoted value that contains a colon and a space"},
		{"could not find expected ':'", "missing colon after a key"},
		{"unknown escape character", "a backslash in double quotes must be written twice, or use single quotes"},
		{"control characters", "contains control characters"},
		{"UTF-8", "not valid UTF-8"},
		{"unexpected end of stream", "unterminated quote"},
	}
}

// addSyntaxProblem reports text that is not YAML. The library's own message is
// passed on only where it cannot quote a value.
func (r *reader) addSyntaxProblem(err error) {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	at := place{file: r.source.Name, line: 1}
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, message, ok := strings.Cut(rest, ": "); ok {
			if line, err := strconv.Atoi(number); err == nil {
				at.line, text = line, message
			}
		}
	}
	if errors.Is(err, errSecondDocument) {
		r.addProblem(at, CodeSyntax, "%s", text)
		return
	}
	if name, ok := strings.CutPrefix(text, "unknown anchor '"); ok {
		name, _, _ = strings.Cut(name, "'")
		if before, _, ok := bytes.Cut(r.source.Data, []byte("*"+name)); ok {
			at.line = bytes.Count(before, []byte("\n")) + 1
		}
	}
	for _, row := range syntaxHints() {
		if strings.Contains(text, row[0]) {
			r.addProblem(at, CodeSyntax, "invalid YAML: %s", row[1])
			return
		}
	}
	if strings.ContainsAny(text, `'"`) && !strings.HasPrefix(text, "did not find expected") {
		text = "syntax error"
	}
	r.addProblem(at, CodeSyntax, "invalid YAML: %s", text)
}
