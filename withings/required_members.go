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

// requiredMembers lists it by service and action. Without it, a bare "success"
// would pass for "everything was deleted". That a list is there and empty was
// recorded for each of these services or follows from the vendor's
// specification; calls that change something have no body and are not in the
// table.
//
//nolint:gochecknoglobals // read-only table
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

// checkComplete returns an error for a successful response without the data. It
// reads no further than the first usable element of the list.
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
