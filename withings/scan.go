// SPDX-License-Identifier: MIT

package withings

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// scanner reads the responses that are long in one pass and in place. It knows
// what the cloud writes on ordinary days. At anything else, such as broken
// syntax, it fails, and the response is decoded anew by the decoder that knows
// all of it and finds the words for errors: what the scanner accepts means the
// same to both.
type scanner struct {
	raw    []byte
	at     int
	failed bool
	texts  [32]scannedText // by how they begin
	names  fieldNames
	// rows, data and parts are the members of what is in the body, of what is in a
	// row, and of what is in a list of a row.
	rows, data, parts members
	arena
}

// members are the members of objects of one kind, as they were written last.
// Most objects have the same ones in the same order.
type members struct {
	written [][]byte // from the quote to the colon
	names   []string
	next    int // the index of the one to expect
	// seen has a bit for each name that the object had. repeated says that one came
	// again, or that there are too many to tell.
	seen     uint64
	repeated bool
}

// saw notes that the object has the name with an index.
func (m *members) saw(i int) string {
	m.repeated = m.repeated || m.seen>>i&1 != 0
	m.seen |= 1 << i
	m.next = i + 1
	return m.names[i]
}

// again returns what reads another object of this kind without changing m.
func (m *members) again() members {
	return members{written: slices.Clip(m.written), names: slices.Clip(m.names)}
}

// scannedText is a text as it was written, with its quotes, and what it means.
// Most texts of a response repeat those of the row before.
type scannedText struct {
	raw  []byte
	text string
}

// bodyScanner is the body of a response that a scanner can read.
type bodyScanner interface {
	// scan reads the body, which begins at the scanner's position with {. It
	// reports whether the body has its required member.
	scan(s *scanner) (complete bool)
}

// scanResponse reads a response, and reports whether it could.
func scanResponse[T any](raw []byte, env *envelope[T]) bool {
	body, ok := any(&env.Body.Value).(bodyScanner)
	if !ok {
		return false
	}
	s := scanner{raw: raw}
	for more := s.open('{'); more; more = s.next('}') {
		switch string(s.name()) {
		case "status":
			env.Status = s.int()
		case "error":
			env.Error = s.text()
		case "body":
			if env.Body.OK || s.peek() != '{' {
				return false
			}
			env.Body.OK, env.complete = true, body.scan(&s)
		default:
			s.skip(0)
		}
	}
	s.space()
	if s.failed || s.at != len(s.raw) {
		*env = envelope[T]{}
		return false
	}
	return true
}

// scanList reads an array of objects as List does.
func scanList[T any](s *scanner, read func(*scanner, *T)) (list List[T], complete bool) {
	if s.peek() != '[' {
		s.fail()
		return nil, false
	}
	complete = true // when it is empty
	begin := s.at
	for more := s.open('['); more; more = s.next(']') {
		if list == nil {
			list, complete = make(List[T], 0, 4), false
		}
		if len(list) == 1 { // the others are about as long as the first
			list = append(make(List[T], 0, min(maxChunk, 2+(len(s.raw)-begin)/(s.at-begin))), list...)
		}
		var empty T
		list = append(list, empty)
		if s.peek() != '{' {
			s.skip(0)
			continue
		}
		complete = true
		read(s, &list[len(list)-1])
	}
	return list, complete
}

func (s *scanner) fail() { s.failed, s.at = true, len(s.raw) }

// space skips white space.
func (s *scanner) space() {
	for s.at < len(s.raw) && s.raw[s.at] <= ' ' {
		switch s.raw[s.at] {
		case ' ', '\n', '\r', '\t':
			s.at++
		default:
			s.fail()
		}
	}
}

// peek is the first byte of the next token, 0 at the end.
func (s *scanner) peek() byte {
	if s.at < len(s.raw) && s.raw[s.at] > ' ' {
		return s.raw[s.at]
	}
	s.space()
	if s.at < len(s.raw) {
		return s.raw[s.at]
	}
	return 0
}

// open reads the beginning of an object or array, and reports whether there is
// anything in it.
func (s *scanner) open(begin byte) (more bool) {
	if s.peek() != begin {
		s.fail()
		return false
	}
	s.at++
	if s.peek() == begin+2 { // } and ] are two behind { and [
		s.at++
		return false
	}
	return !s.failed
}

// next reads what follows a member or an element, and reports whether there is
// another one.
func (s *scanner) next(end byte) (more bool) {
	switch s.peek() {
	case ',':
		s.at++
		return true
	case end:
		s.at++
		return false
	}
	s.fail()
	return false
}

// name reads the name of a member and what separates it from the value.
func (s *scanner) name() []byte {
	name, plain := s.quoted()
	if !plain || s.peek() != ':' {
		s.fail()
		return nil
	}
	s.at++
	return name
}

// openRow opens an object whose members are read with member.
func (s *scanner) openRow(m *members) (more bool) {
	m.next, m.seen, m.repeated = 0, 0, false
	return s.open('{')
}

// member reads the name of a member and what separates it from the value.
func (s *scanner) member(m *members) string {
	if i := m.next; i < len(m.written) {
		if end := s.at + len(m.written[i]); end <= len(s.raw) && bytes.Equal(s.raw[s.at:end], m.written[i]) {
			s.at = end
			return m.saw(i)
		}
	}
	s.space()
	begin := s.at
	name := s.name()
	for i := range m.names {
		if m.names[i] == string(name) {
			return m.saw(i)
		}
	}
	known := string(name)
	if len(m.names) == maxSearched || s.failed {
		m.repeated = true
		return known
	}
	m.written, m.names = append(m.written, s.raw[begin:s.at]), append(m.names, known)
	return m.saw(len(m.names) - 1)
}

// quoted reads a string: what is between the quotes, and whether that is plain
// ASCII.
func (s *scanner) quoted() (inner []byte, plain bool) {
	if s.peek() != '"' {
		s.fail()
		return nil, false
	}
	begin := s.at + 1
	plain = true
	for at := begin; at < len(s.raw); at++ {
		switch c := s.raw[at]; {
		case c == '"':
			s.at = at + 1
			return s.raw[begin:at], plain
		case c == '\\':
			plain = false
			at++
		case c < ' ':
			s.fail()
			return nil, false
		case c >= utf8.RuneSelf:
			plain = false
		}
	}
	s.fail()
	return nil, false
}

// quotedText reads a string, and returns its text.
func (s *scanner) quotedText() string {
	rest := s.raw[s.at:]
	const looked = 7 // at so many bytes, which may be more than the text has
	if len(rest) < looked {
		return s.unquoted()
	}
	known := &s.texts[(int(rest[1])+3*int(rest[2])+5*int(rest[looked-1]))%len(s.texts)]
	if len(known.raw) > 0 && bytes.HasPrefix(rest, known.raw) {
		s.at += len(known.raw)
		return known.text
	}
	begin := s.at
	text := s.unquoted()
	*known = scannedText{s.raw[begin:s.at], text}
	return text
}

func (s *scanner) unquoted() string {
	inner, plain := s.quoted()
	if plain {
		return string(inner)
	}
	if s.failed {
		return ""
	}
	text, err := jsontext.AppendUnquote(nil, s.raw[s.at-len(inner)-2:s.at])
	if err != nil {
		s.fail()
		return ""
	}
	return string(text)
}

// checkQuoted checks a string whose text does not matter.
func (s *scanner) checkQuoted() []byte {
	inner, plain := s.quoted()
	if !plain && !s.failed {
		if _, err := jsontext.AppendUnquote(nil, s.raw[s.at-len(inner)-2:s.at]); err != nil {
			s.fail()
		}
	}
	return inner
}

// maxScanDepth bounds how deep what is skipped can be nested.
const maxScanDepth = 32

// skip reads a value that does not matter.
func (s *scanner) skip(depth int) {
	switch c := s.peek(); {
	case c == '"':
		s.checkQuoted()
	case c == '{' && depth < maxScanDepth:
		for more := s.open('{'); more; more = s.next('}') {
			s.name()
			s.skip(depth + 1)
		}
	case c == '[' && depth < maxScanDepth:
		for more := s.open('['); more; more = s.next(']') {
			s.skip(depth + 1)
		}
	case c == '-' || c >= '0' && c <= '9':
		s.number()
	case c == 'n':
		s.literal("null")
	case c == 't':
		s.literal("true")
	case c == 'f':
		s.literal("false")
	default:
		s.fail()
	}
}

func (s *scanner) literal(word string) {
	if !bytes.HasPrefix(s.raw[s.at:], []byte(word)) {
		s.fail()
		return
	}
	s.at += len(word)
}
