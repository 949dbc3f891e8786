// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// requiredMember is what a successful response must have in its body: a list,
// or a map, which the cloud's back end writes as [] when it is empty.
type requiredMember struct {
	name  string
	isMap bool
}

// completeResponse is a response with a required member. Without it, a bare
// "success" would pass for "everything was deleted". That the member is there and
// empty was recorded for each of these services or follows from the vendor's
// specification. Calls that change something have no body and no such response.
type completeResponse interface{ required() requiredMember }

// checkComplete returns an error for a successful response without the data. It
// reads no further than the first usable element of the list.
func checkComplete(response any, raw []byte) error {
	complete, ok := response.(completeResponse)
	if !ok {
		return nil
	}
	want := complete.required()
	dec := jsontext.NewDecoder(bytes.NewReader(raw), wireOptions())
	if came := want.missing(dec); came != "" {
		return fmt.Errorf("%w: %s (%s)", ErrIncomplete, want.name, came)
	}
	return nil
}

// missing describes what the body has in place of the member, "" when it is
// there. The syntax was checked before.
func (m requiredMember) missing(dec *jsontext.Decoder) string {
	came, inBody := "no body", "none"
	_ = eachMember(dec, func(name []byte) error {
		if string(name) != "body" {
			return dec.SkipValue()
		}
		if kind := dec.PeekKind(); kind != '{' {
			came = "unexpected body: " + kindName(kind)
			return dec.SkipValue()
		}
		came = ""
		return eachMember(dec, func(name []byte) error {
			if string(name) != m.name {
				return dec.SkipValue()
			}
			var err error
			inBody, err = m.checkType(dec)
			return err
		})
	})
	if came != "" {
		return came
	}
	return inBody
}

// checkType describes what is wrong with the member. It consumes it, unless it
// ends the walk.
func (m requiredMember) checkType(dec *jsontext.Decoder) (came string, err error) {
	kind := dec.PeekKind()
	if m.isMap && kind == '{' {
		return "", errFound
	}
	if kind != '[' {
		return "unexpected " + kindName(kind), dec.SkipValue()
	}
	empty := true
	err = eachElement(dec, func() error {
		empty = false
		if dec.PeekKind() == m.elementKind() {
			return errFound // the rest does not matter
		}
		return dec.SkipValue()
	})
	switch {
	case empty, errors.Is(err, errFound) && !m.isMap:
		return "", err
	case m.isMap:
		return "unexpected list", err
	}
	return "unexpected list elements", err
}

// errFound ends a walk early.
var errFound = errors.New("found")

// elementKind is the kind that at least one element of a non-empty list must
// have.
func (m requiredMember) elementKind() jsontext.Kind {
	if m.name == "signal" {
		return '0'
	}
	return '{'
}

// kindName names a kind of JSON value.
func kindName(kind jsontext.Kind) string {
	word, ok := map[jsontext.Kind]string{
		'n': "null", 't': "boolean", 'f': "boolean", '0': "number", '"': "string", '[': "list", '{': "object",
	}[kind]
	if !ok {
		return "unreadable"
	}
	return word
}
