package withings

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// requiredMember is what a successful answer must have in its body: a list, or a map that
// the cloud's back end, which knows one kind of empty array only, writes as [] when
// there is nothing in it.
type requiredMember struct {
	name  string
	isMap bool
}

// requiredMembers lists it by service and action. Without it an answer that says "success"
// and nothing else would be taken for "there is nothing any more". That a list is
// there and empty was recorded for each of these services or follows from the
// vendor's specification; calls that change something answer without a body, and
// are not in the table.
//
//nolint:gochecknoglobals // a table that nobody writes to
var requiredMembers = map[string]requiredMember{
	"measure getmeas":                {name: "measuregrps"},
	"v2/measure getactivity":         {name: "activities"},
	"v2/measure getintradayactivity": {name: "series", isMap: true},
	"v2/measure getworkouts":         {name: "series"},
	"v2/sleep get":                   {name: "series"},
	"v2/sleep getsummary":            {name: "series"},
	"v2/heart list":                  {name: "series"},
	"v2/heart get":                   {name: "signal"},
	"v2/stetho list":                 {name: "series"},
	"v2/user getdevice":              {name: "devices"},
	"v2/user getgoals":               {name: "goals", isMap: true},
	notifyService + " list":          {name: "profiles"},
}

// checkComplete reports what a successful answer lacks, nil for nothing. It looks no
// further than to the first element of the list that is of any use.
func checkComplete(q apiRequest, raw []byte) error {
	want, ok := requiredMembers[q.service+" "+q.action]
	if !ok {
		return nil
	}
	dec := jsontext.NewDecoder(bytes.NewReader(raw), wireOptions())
	if came := want.missing(dec); came != "" {
		return fmt.Errorf("%w: %s (%s)", ErrIncomplete, want.name, came)
	}
	return nil
}

// missing walks into the body and says what came instead of the member, "" when it is
// there. The syntax was checked before.
func (m requiredMember) missing(dec *jsontext.Decoder) string {
	came, inBody := "no body", "none"
	_ = eachMember(dec, func(name []byte) error {
		if string(name) != "body" {
			return dec.SkipValue()
		}
		if kind := dec.PeekKind(); kind != '{' {
			came = "the body is " + kindName(kind)
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

// checkType says what is wrong with the member. It consumes it, unless it ends the walk.
func (m requiredMember) checkType(dec *jsontext.Decoder) (came string, err error) {
	kind := dec.PeekKind()
	if m.isMap && kind == '{' {
		return "", errFound
	}
	if kind != '[' {
		return "it is " + kindName(kind), dec.SkipValue()
	}
	empty := true
	err = eachElement(dec, func() error {
		empty = false
		if dec.PeekKind() == m.elementKind() {
			return errFound // the rest need not be looked at
		}
		return dec.SkipValue()
	})
	switch {
	case empty, errors.Is(err, errFound) && !m.isMap:
		return "", err
	case m.isMap:
		return "it is a list", err
	}
	return "it is a list of something else", err
}

// errFound ends a walk early.
var errFound = errors.New("found")

// elementKind is what one elementKind at least of a list that is not empty must be.
func (m requiredMember) elementKind() jsontext.Kind {
	if m.name == "signal" {
		return '0'
	}
	return '{'
}

// kindName names a kind of JSON value.
func kindName(kind jsontext.Kind) string {
	word, ok := map[jsontext.Kind]string{
		'n': "null", 't': "a truth value", 'f': "a truth value", '0': "a number", '"': "a text", '[': "a list", '{': "an object",
	}[kind]
	if !ok {
		return "unreadable"
	}
	return word
}
