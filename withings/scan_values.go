// SPDX-License-Identifier: MIT

package withings

import "vitals2mqtt/internal/decimal"

// scannedNumber is a number as it was written. When it is simple, it is
// mantissa × 10^-places.
type scannedNumber struct {
	raw      []byte
	mantissa int64
	places   int
	simple   bool
}

// number reads a number.
func (s *scanner) number() scannedNumber {
	begin, at := s.at, s.at
	n := scannedNumber{simple: true}
	negative := at < len(s.raw) && s.raw[at] == '-'
	if negative {
		at++
	}
	digits := at
	for at < len(s.raw) && s.raw[at]-'0' <= 9 {
		n.mantissa = n.mantissa*10 + int64(s.raw[at]-'0')
		at++
	}
	whole := at - digits
	if whole == 0 || whole > 1 && s.raw[digits] == '0' {
		s.fail()
		return scannedNumber{}
	}
	if at < len(s.raw) && s.raw[at] == '.' {
		point := at
		for at++; at < len(s.raw) && s.raw[at]-'0' <= 9; at++ {
			n.mantissa = n.mantissa*10 + int64(s.raw[at]-'0')
		}
		n.places = at - point - 1
		if n.places == 0 {
			s.fail()
			return scannedNumber{}
		}
	}
	const exact = 18 // digits that an int64 surely holds
	n.simple = whole+n.places <= exact
	if at < len(s.raw) && s.raw[at]|0x20 == 'e' {
		n.simple = false
		if at++; at < len(s.raw) && (s.raw[at] == '+' || s.raw[at] == '-') {
			at++
		}
		power := at
		for at < len(s.raw) && s.raw[at]-'0' <= 9 {
			at++
		}
		if at == power {
			s.fail()
			return scannedNumber{}
		}
	}
	if negative {
		n.mantissa = -n.mantissa
	}
	n.raw, s.at = s.raw[begin:at], at
	return n
}

// int reads an Int.
func (s *scanner) int() Int {
	n, at := int64(0), s.at
	for at < len(s.raw) && s.raw[at]-'0' <= 9 {
		n = 10*n + int64(s.raw[at]-'0')
		at++
	}
	// Most are plain digits; more of them, or one 0 before others, are not.
	const exact = 18
	if digits := at - s.at; digits > 0 && digits <= exact && (s.raw[s.at] != '0' || digits == 1) && at < len(s.raw) &&
		(s.raw[at] == ',' || s.raw[at] == '}' || s.raw[at] == ']') {
		s.at = at
		return Int{N: n, OK: true}
	}
	switch c := s.peek(); {
	case c == '"':
		return parseInt(s.checkQuoted())
	case c == '-' || c >= '0' && c <= '9':
		n := s.number()
		if !n.simple || n.places > 0 {
			return parseInt(n.raw)
		}
		return Int{N: n.mantissa, OK: true}
	}
	s.skip(0)
	return Int{}
}

// value is the number exactly.
func (n scannedNumber) value() Number {
	if !n.simple {
		return parseNumber(n.raw)
	}
	d, err := decimal.New(n.mantissa, -n.places)
	return Number{Decimal: d, OK: err == nil}
}

// numeric reads a Number.
func (s *scanner) numeric() Number {
	switch c := s.peek(); {
	case c == '"':
		return parseNumber(s.checkQuoted())
	case c == '-' || c >= '0' && c <= '9':
		return s.number().value()
	}
	s.skip(0)
	return Number{}
}

// text reads a Text.
func (s *scanner) text() Text {
	if s.peek() != '"' {
		s.skip(0)
		return ""
	}
	return Text(s.quotedText())
}

// flag reads a Flag.
func (s *scanner) flag() Flag {
	switch s.peek() {
	case 't':
		s.literal("true")
		return Flag{True: true, OK: true}
	case 'f':
		s.literal("false")
		return Flag{OK: true}
	case '"':
		return parseFlag(s.checkQuoted())
	case 'n', '[', '{':
		s.skip(0)
		return Flag{}
	}
	return parseFlag(s.number().raw)
}

// modelID reads an id that may come under two names, see modelID.
func (s *scanner) modelID(into *Int) {
	if id := s.int(); id.OK {
		*into = id
	}
}
