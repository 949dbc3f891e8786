// SPDX-License-Identifier: MIT

package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"

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

// addSyntaxProblem reports text that is not YAML.
func (r *reader) addSyntaxProblem(err error) {
	if !errors.Is(err, errSecondDocument) {
		r.addSyntaxMistake(findSyntaxMistake(r.source.Data, err))
		return
	}
	line, _ := parserMessage(err)
	r.unreadable = true
	r.addProblem(place{file: r.source.Name, line: line, column: 1}, CodeSyntax, "%s", errSecondDocument)
}

func (r *reader) addSyntaxMistake(found syntaxMistake) {
	r.unreadable = true
	at := place{file: r.source.Name, line: found.line, column: found.column}
	r.addProblem(at, CodeSyntax, "invalid YAML: %s", found.text)
}
