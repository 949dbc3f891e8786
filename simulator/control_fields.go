// SPDX-License-Identifier: MIT

package simulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// field is a member of the body of a command.
type field struct {
	name     string
	kind     fieldKind
	about    string
	optional bool
	// from and to are the least and the largest value, in words for times and
	// durations; "" = no limit.
	from, to string
	oneOf    []string // the values that a text can have; none = any
}

// personField is the field of nearly all commands.
func personField() field {
	return field{name: "person", kind: kindText, about: "name or user id"}
}

// timeField is an optional time.
func timeField(name, about string) field {
	return field{name: name, kind: kindTime, about: about, optional: true}
}

func wholeNumber(name, about, from, to string) field {
	return field{name: name, kind: kindWhole, about: about, from: from, to: to}
}

func decimalNumber(name, about, from, to string) field {
	return field{name: name, kind: kindDecimal, about: about, from: from, to: to}
}

func textField(name, about string, oneOf ...string) field {
	return field{name: name, kind: kindText, about: about, oneOf: oneOf}
}

func durationField(name, about, from, to string) field {
	return field{name: name, kind: kindDuration, about: about, from: from, to: to}
}

func flagField(name, about string) field { return field{name: name, kind: kindFlag, about: about} }

// optional makes fields optional.
func optional(fields ...field) []field {
	for i := range fields {
		fields[i].optional = true
	}
	return fields
}

// fieldsOf joins fields.
func fieldsOf(required []field, others ...field) []field {
	return append(slices.Clone(required), optional(others...)...)
}

// arguments are the checked fields of a request.
type arguments struct {
	cloud  *Cloud
	values map[string]any
}

// given returns a field, or the zero value when it was left out.
func given[T any](q arguments, name string) T {
	value, _ := q.values[name].(T)
	return value
}

// has reports whether a field was given.
func (q arguments) has(name string) bool { return q.values[name] != nil }

// text returns a text, or a decimal number as it was written.
func (q arguments) text(name string) string { return given[string](q, name) }

func (q arguments) whole(name string) int { return int(given[int64](q, name)) }

// parse reads one JSON object; an empty body is an empty object.
func (k control) parse(c *Cloud, body io.Reader) (arguments, error) {
	q := arguments{cloud: c, values: map[string]any{}}
	raw, err := io.ReadAll(body)
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return q, fmt.Errorf("the body has more than %d bytes", tooLarge.Limit)
	}
	if err != nil {
		return q, fmt.Errorf("reading the body: %w", err)
	}
	members := map[string]jsontext.Value{}
	if text := strings.TrimSpace(string(raw)); text != "" {
		if err := json.Unmarshal(raw, &members); err != nil || text == "null" {
			return q, k.bodyError(err)
		}
	}
	for name := range members {
		if !slices.ContainsFunc(k.fields, func(f field) bool { return f.name == name }) {
			return q, fmt.Errorf("unknown field %q; %s", name, k.usage())
		}
	}
	for _, f := range k.fields {
		member, present := members[f.name]
		if !present {
			if !f.optional {
				return q, fmt.Errorf("missing field %q; %s", f.name, k.usage())
			}
			continue
		}
		value, err := f.read(member)
		if err != nil {
			return q, err
		}
		q.values[f.name] = value
	}
	if q.has("person") {
		c.store.Lock()
		defer c.store.UnlockQuietly()
		c.store.PersonLocked(q.text("person"))
	}
	return q, nil
}

// bodyError is about a body that is no JSON object.
func (k control) bodyError(err error) error {
	example := ""
	if k.example != "" {
		example = ", for example " + k.example
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("the body must be a JSON object%s: %w", example, syntactic)
	}
	return fmt.Errorf("the body must be a JSON object%s", example)
}

// usage lists the fields in an error.
func (k control) usage() string {
	if len(k.fields) == 0 {
		return k.name + " has no fields"
	}
	names := make([]string, 0, len(k.fields))
	for _, f := range k.fields {
		if f.optional {
			names = append(names, "["+f.name+"]")
		} else {
			names = append(names, f.name)
		}
	}
	return k.name + " has " + strings.Join(names, ", ")
}
