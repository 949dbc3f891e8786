// SPDX-License-Identifier: MIT

package vendor

import (
	"bufio"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// textReader reads a text of any encoding that spreadsheets write as UTF-8 with
// LF at the ends of lines.
type textReader struct {
	in    *bufio.Reader
	units func() (uint16, error) // of UTF-16, nil for others
	// remark says how the text differs from the vendor's, "" when it does not.
	remark  string
	latin   bool
	afterCR bool
	out     []byte
	err     error // of the input, for good
}

// newTextReader recognizes the encoding of a text.
func newTextReader(r io.Reader) (*textReader, error) {
	t := &textReader{in: bufio.NewReaderSize(r, 64*kibibyte)}
	head, err := t.in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	has := func(mark string) bool { return len(head) >= len(mark) && string(head[:len(mark)]) == mark }
	switch {
	case has("\xff\xfe\x00\x00") || has("\x00\x00\xfe\xff"):
		return nil, errors.New("its text is UTF-32: save it as UTF-8")
	case has("\xef\xbb\xbf"):
		_, _ = t.in.Discard(3)
		t.remark = "has a byte order mark: another program has saved it again"
	case has("\xff\xfe"):
		_, _ = t.in.Discard(2)
		t.units = t.littleEndian
	case has("\xfe\xff"):
		_, _ = t.in.Discard(2)
		t.units = t.bigEndian
	case len(head) > 1 && head[0] != 0 && head[1] == 0:
		t.units = t.littleEndian
	case len(head) > 1 && head[0] == 0 && head[1] != 0:
		t.units = t.bigEndian
	}
	if t.units != nil {
		t.remark = "is UTF-16: another program has saved it again"
	}
	return t, nil
}

// Remark says how the text differs from the vendor's, as far as it was read.
func (t *textReader) Remark() string {
	if t.latin {
		return "is not UTF-8 and was read as Windows-1252 (Latin-1)"
	}
	return t.remark
}

var errBinary = errors.New("it is no text")

func (t *textReader) Read(p []byte) (int, error) {
	for len(t.out) < len(p) && t.err == nil {
		r, err := t.next()
		if r == 0 && err == nil {
			err = errBinary
		}
		if t.err = err; err != nil {
			break
		}
		// Both CRLF and a lone CR end a line.
		skip := r == '\n' && t.afterCR
		if t.afterCR = r == '\r'; t.afterCR {
			r = '\n'
		}
		if !skip {
			t.out = utf8.AppendRune(t.out, r)
		}
	}
	if len(t.out) == 0 && t.err != nil {
		return 0, t.err
	}
	n := copy(p, t.out)
	t.out = append(t.out[:0], t.out[n:]...)
	return n, nil
}

func (t *textReader) next() (rune, error) {
	if t.units != nil {
		return t.nextUnit()
	}
	r, size, err := t.in.ReadRune()
	if r == utf8.RuneError && size == 1 {
		_ = t.in.UnreadRune()
		b, err := t.in.ReadByte()
		t.latin = true
		return windows1252(b), err
	}
	return r, err
}

func (t *textReader) nextUnit() (rune, error) {
	unit, err := t.units()
	if err != nil || !utf16.IsSurrogate(rune(unit)) {
		return rune(unit), err
	}
	low, err := t.units()
	return utf16.DecodeRune(rune(unit), rune(low)), err
}

func (t *textReader) littleEndian() (uint16, error) {
	low, high, err := t.pair()
	return uint16(low) | uint16(high)<<8, err
}

func (t *textReader) bigEndian() (uint16, error) {
	high, low, err := t.pair()
	return uint16(low) | uint16(high)<<8, err
}

func (t *textReader) pair() (first, second byte, err error) {
	if first, err = t.in.ReadByte(); err != nil {
		return 0, 0, err
	}
	if second, err = t.in.ReadByte(); errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return first, second, err
}

// windows1252 is the character of a byte that is no UTF-8.
func windows1252(b byte) rune {
	const from, special = 0x80, "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	place := from
	for _, r := range special {
		if place == int(b) {
			return r
		}
		place++
	}
	return rune(b)
}
