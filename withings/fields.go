// SPDX-License-Identifier: MIT

package withings

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Field is one of the open-ended fields of a row: a number, or else a text.
type Field struct {
	Name   string
	Number Number
	Text   string
}

// Fields are the fields of a row by the cloud's name, each once, as they came.
// What the cloud sent as null or without a name is absent. Those of an ordinary row of a long
// response are not read before they are asked for: few of them ever are.
type Fields struct {
	list   []Field
	unread unreadFields
}

// unreadFields is an object of a response whose members were checked: each is
// there once and named in names. Those that isOwn does not exclude are fields if
// they are numbers; none of these is a text.
type unreadFields struct {
	raw   []byte
	names *members
	isOwn func(name string) bool
}

// FieldsOf returns these fields, each of which must have a name of its own.
func FieldsOf(list ...Field) Fields { return Fields{list: list} }

// All returns the fields. They must not be changed.
func (f Fields) All() []Field {
	if f.unread.raw == nil {
		return f.list
	}
	list := make([]Field, 0, len(f.unread.names.names))
	s := scanner{raw: f.unread.raw, rows: f.unread.names.again()}
	for more := s.openRow(&s.rows); more; more = s.next('}') {
		name := s.member(&s.rows)
		if c := s.peek(); c != '-' && (c < '0' || c > '9') || name == "" || f.unread.isOwn(name) {
			s.skip(0)
		} else if number := s.number().value(); number.OK {
			list = append(list, Field{Name: name, Number: number})
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// HasTexts reports whether any of the fields is a text.
func (f Fields) HasTexts() bool {
	return slices.ContainsFunc(f.list, func(field Field) bool { return !field.Number.OK })
}

// Number returns the number of a field; OK is false without one.
func (f Fields) Number(name string) Number { return f.find(name).Number }

// Text returns the text of a field; it is "" without one.
func (f Fields) Text(name string) string { return f.find(name).Text }

func (f Fields) find(name string) Field {
	for _, field := range f.All() {
		if field.Name == name {
			return field
		}
	}
	return Field{}
}

// write appends the members to an object that is open.
func (f Fields) write(enc *jsontext.Encoder) error {
	for _, field := range f.All() {
		var err error
		if field.Number.OK {
			err = writeMember(enc, field.Name, field.Number)
		} else {
			err = writeMember(enc, field.Name, field.Text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nameIndex finds the names that were given before. Few are looked for one by
// one.
type nameIndex map[string]int

// maxSearched names are looked for one by one.
const maxSearched = 64

// find returns the index of a name among as many as count, and false for a new
// one, which is then noted with the index count.
func (x *nameIndex) find(name string, count int, nameOf func(i int) string) (int, bool) {
	if count < maxSearched {
		for i := range count {
			if nameOf(i) == name {
				return i, true
			}
		}
		return count, false
	}
	if *x == nil {
		*x = nameIndex{}
		for i := range count {
			(*x)[nameOf(i)] = i
		}
	}
	i, known := (*x)[name]
	if !known {
		i = count
		(*x)[name] = count
	}
	return i, known
}

// fieldSet collects the fields of a row.
type fieldSet struct {
	fields []Field
	index  nameIndex
}

// read takes the value of one member; null, structures and what has no name are
// dropped. Of two members of the same name the later one stays, number or text.
func (f *fieldSet) read(dec *jsontext.Decoder, name string) error {
	kind := dec.PeekKind()
	if kind != '0' && kind != '"' || name == "" {
		return dec.SkipValue()
	}
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	field := Field{Name: name, Text: token.String()}
	switch field.Number = parseNumber([]byte(field.Text)); {
	case field.Number.OK:
		field.Text = ""
	case kind != '"' || field.Text == "":
		return nil
	}
	i, known := f.index.find(name, len(f.fields), func(i int) string { return f.fields[i].Name })
	if known {
		f.fields[i] = field
		return nil
	}
	if f.fields == nil {
		f.fields = make([]Field, 0, 24)
	}
	f.fields = append(f.fields, field)
	return nil
}

// scanUnread skips one member of a row, and reports whether its value can stay
// unread, as numbers can and what is no field.
func scanUnread(s *scanner, _ string) (plain bool) {
	c := s.peek()
	begin := s.at
	at := s.digits(begin)
	// Most are plain digits, with a fraction or not; one 0 before others is not.
	if at > begin && (c != '0' || at == begin+1) && at < len(s.raw) {
		if end := s.digits(at + 1); s.raw[at] == '.' && end > at+1 && end < len(s.raw) {
			at = end
		}
		if s.raw[at] == ',' || s.raw[at] == '}' {
			s.at = at
			return true
		}
	}
	s.skip(0)
	return c != '"'
}

// digits returns where the digits at a position end.
func (s *scanner) digits(at int) int {
	for at < len(s.raw) && s.raw[at]-'0' <= 9 {
		at++
	}
	return at
}

// scanField reads the value of one member of a row as fieldSet does. It returns
// false: nothing stays unread.
func scanField(s *scanner, name string) (plain bool) {
	if name == "" {
		s.skip(0)
		return false
	}
	i := s.names.find(name)
	if i < 0 {
		s.fail()
		return false
	}
	field := Field{Name: s.names.all[i]}
	switch c := s.peek(); {
	case c == '"':
		if field.Text = s.quotedText(); field.Text == "" {
			return false
		}
		if field.Number = parseNumber([]byte(field.Text)); field.Number.OK {
			field.Text = ""
		}
	case c == '-' || c >= '0' && c <= '9':
		if field.Number = s.numeric(); !field.Number.OK {
			return false
		}
	default:
		s.skip(0)
		return false
	}
	if at := s.names.at[i]; at.row == s.names.row {
		s.fields.all[s.fields.begin+at.index] = field
		return false
	}
	s.names.at[i] = fieldPlace{s.names.row, len(s.fields.all) - s.fields.begin}
	add(s, &s.fields, field)
	return false
}

// fieldNames are the names of fields in a response. The rows have much the same
// ones in the same order.
type fieldNames struct {
	all  []string
	at   []fieldPlace
	row  int
	next int // the index of the name to expect
}

// fieldPlace is where the field of a name is, in the row that had it last.
type fieldPlace struct{ row, index int }

func (n *fieldNames) startRow() { n.row, n.next = n.row+1, 0 }

// find returns the index of a name, -1 when there are too many.
func (n *fieldNames) find(name string) int {
	i := n.next
	if i >= len(n.all) || n.all[i] != name {
		for i = 0; i < len(n.all) && n.all[i] != name; i++ {
		}
	}
	if i == len(n.all) {
		if i == maxSearched {
			return -1
		}
		n.all, n.at = append(n.all, name), append(n.at, fieldPlace{})
	}
	n.next = i + 1
	return i
}

// chunk gives out parts of larger slices, so that not each part is an
// allocation. The part that is being made begins at begin.
type chunk[T any] struct {
	all   []T
	begin int
	// before is how much is in the slices before this one.
	before int
}

// Bounds of what a chunk has room for: as much as the rest of the response will
// take, if it is like what was read.
const (
	minChunk = 16
	maxChunk = 2048
)

// add appends to the part of a chunk of the scanner's.
func add[T any](s *scanner, c *chunk[T], v T) {
	if len(c.all) == cap(c.all) {
		c.grow(s.at, len(s.raw))
	}
	c.all = append(c.all, v)
}

// grow moves the part to a new slice, after read of size bytes.
func (c *chunk[T]) grow(read, size int) {
	part := c.part()
	c.before += c.begin
	ahead := int64(c.before+len(part)) * int64(size-read) / int64(max(1, read))
	c.all = append(make([]T, 0, len(part)+int(max(minChunk, min(maxChunk, ahead)))), part...)
	c.begin = 0
}

// part is what is being made.
func (c *chunk[T]) part() []T { return c.all[c.begin:] }

// take ends the part, and returns it; nil when it is empty.
func (c *chunk[T]) take() []T {
	begin := c.begin
	c.begin = len(c.all)
	if begin == len(c.all) {
		return nil
	}
	return c.all[begin:len(c.all):len(c.all)]
}

// arena holds what many rows of a response have.
type arena struct {
	measures chunk[Measure]
	fields   chunk[Field]
	samples  chunk[Sample]
	series   chunk[Samples]
	events   chunk[NightEvent]
}
