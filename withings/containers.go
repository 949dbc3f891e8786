// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// List is an array of objects. The cloud's back end writes an empty one as {}
// or null. An element that is no object stays in its place as an empty one, so
// that whoever reads the list can count it.
type List[T any] []T

// Ints is an array of samples. An unreadable one stays in its place with OK
// false, so that the others keep their time.
type Ints []Int

// Maybe is an object that may be missing, null or, when empty, an array.
type Maybe[T any] struct {
	Value T
	OK    bool
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (l *List[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*l = nil
	return eachElement(dec, func() error {
		if cap(*l) == 0 {
			*l = make([]T, 0, 4)
		}
		var empty T
		*l = append(*l, empty)
		if dec.PeekKind() != '{' {
			return dec.SkipValue()
		}
		element, start := &(*l)[len(*l)-1], startRow(dec)
		err := json.UnmarshalDecode(dec, element)
		start.keepIn(element, dec)
		return err
	})
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (l *Ints) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return eachElement(dec, func() error {
		if *l == nil {
			// Grown step by step, an electrocardiogram would take five times as much.
			*l = make(Ints, 0, elementsAhead(dec))
		}
		*l = append(*l, Int{})
		return (*l)[len(*l)-1].UnmarshalJSONFrom(dec)
	})
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (m *Maybe[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*m = Maybe[T]{}
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	m.OK = true
	return json.UnmarshalDecode(dec, &m.Value)
}

// MarshalJSONTo writes the object, or null.
func (m Maybe[T]) MarshalJSONTo(enc *jsontext.Encoder) error {
	if !m.OK {
		return enc.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(enc, &m.Value)
}

// maxElementsAhead bounds what is allocated because of a guess.
const maxElementsAhead = 1 << 16

// elementsAhead guesses how many elements a flat array still has.
func elementsAhead(dec *jsontext.Decoder) int {
	flat, _, _ := bytes.Cut(dec.UnreadBuffer(), []byte("]"))
	return min(bytes.Count(flat, []byte(","))+1, maxElementsAhead)
}

// eachElement calls each before every element of an array; it must consume one
// value. Anything but an array is skipped.
func eachElement(dec *jsontext.Decoder, each func() error) error {
	if dec.PeekKind() != '[' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		if err := each(); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

// eachMember calls each with the name of every member of an object; it must
// consume the value and not keep the name. Anything but an object is skipped.
func eachMember(dec *jsontext.Decoder, each func(name []byte) error) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		raw, err := dec.ReadValue()
		if err != nil {
			return err
		}
		name := raw[1 : len(raw)-1]
		if bytes.IndexByte(name, '\\') >= 0 || !utf8.Valid(name) {
			name, _ = jsontext.AppendUnquote(nil, raw) // bad UTF-8 is replaced, that is enough
		}
		if err := each(name); err != nil {
			return err
		}
	}
	_, err := dec.ReadToken()
	return err
}

func writeMember(enc *jsontext.Encoder, name string, value any) error {
	if err := enc.WriteToken(jsontext.String(name)); err != nil {
		return err
	}
	return json.MarshalEncode(enc, value)
}

// writeIntMap writes a map with numeric names in ascending order.
func writeIntMap[K ~int | ~int64, V any](enc *jsontext.Encoder, rows map[K]V) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		if err := writeMember(enc, strconv.FormatInt(int64(key), 10), rows[key]); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// objectMember is one named member of an object, written when present.
type objectMember struct {
	name    string
	value   any
	present bool
}

// writeObject writes an object of fixed members and a set of open ones.
func writeObject(enc *jsontext.Encoder, fields Fields, cells []objectMember) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, c := range cells {
		if !c.present {
			continue
		}
		if err := writeMember(enc, c.name, c.value); err != nil {
			return err
		}
	}
	if err := fields.write(enc); err != nil {
		return err
	}
	return enc.WriteToken(jsontext.EndObject)
}
