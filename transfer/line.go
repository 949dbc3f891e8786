// SPDX-License-Identifier: MIT

package transfer

import (
	"bufio"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Measurement is the name of the one measurement of the line protocol.
const Measurement = "vitals"

// LineProtocol writes records as InfluxDB line protocol: one line per record
// with a field per key. Numbers are always floats, so that a field never
// changes its type, and have all their digits.
type LineProtocol struct {
	// Profile is the value of the tag profile.
	Profile string
	// Numbers leaves texts out, for databases that make 0 of them.
	Numbers bool
	// Keys are the keys to write; all when empty.
	Keys []string
	// Zone is for records without a time zone; nil is UTC.
	Zone *time.Location
}

// Append appends the line of a record: nothing for one that was removed, for a
// nap, whose values are not those of the night, and for one without values.
// The tags are what stays the same when a record is corrected or confirmed; with
// others the correction would be a second series.
func (l LineProtocol) Append(to []byte, item Item) []byte {
	if item.Nap || item.Deleted != 0 {
		return to
	}
	line := appendTag(append(to, Measurement...), "profile", l.Profile)
	line = appendTag(line, "device", deviceOf(&item.Record))
	separator := byte(' ')
	for _, key := range slices.Sorted(maps.Keys(item.Values)) {
		number, isNumber := item.Values[key].Decimal()
		if len(l.Keys) > 0 && !slices.Contains(l.Keys, key) || !isNumber && (l.Numbers || !item.Values[key].Valid()) {
			continue
		}
		line = append(line, separator)
		line = append(line, escapeName(key)...)
		line = append(line, '=')
		if isNumber {
			line = number.Append(line)
		} else {
			line = appendText(line, item.Values[key].String())
		}
		separator = ','
	}
	if separator == ' ' {
		return to
	}
	line = append(line, ' ')
	line = strconv.AppendInt(line, timeOf(&item, l.Zone).UnixNano(), 10)
	return append(line, '\n')
}

// appendTag appends a tag, nothing for an empty value, which is not allowed.
func appendTag(line []byte, name, value string) []byte {
	if value = escapeName(value); value == "" {
		return line
	}
	line = append(line, ',')
	line = append(line, name...)
	line = append(line, '=')
	return append(line, value...)
}

// escapeName escapes a tag or the name of a field. Line breaks and backslashes
// have no escape there.
func escapeName(text string) string {
	if !strings.ContainsAny(text, ",= \t\r\n\\") {
		return text // nearly all of them; a replacer is expensive to make
	}
	text = strings.TrimSpace(strings.NewReplacer("\r", " ", "\n", " ", `\`, "/").Replace(text))
	return strings.NewReplacer(",", `\,`, "=", `\=`, " ", `\ `).Replace(text)
}

// appendText appends a field's text.
func appendText(line []byte, text string) []byte {
	line = append(line, '"')
	if strings.ContainsAny(text, "\\\"\r\n") {
		text = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", " ", "\n", " ").Replace(text)
	}
	line = append(line, text...)
	return append(line, '"')
}

// lineWriter writes line protocol.
type lineWriter struct {
	protocol LineProtocol
	out      *bufio.Writer
	line     []byte
}

// NewLineWriter writes records as line protocol, one line per record.
func NewLineWriter(out io.Writer, protocol LineProtocol) Writer {
	return &lineWriter{protocol: protocol, out: bufio.NewWriter(out)}
}

// Write implements Writer.
func (w *lineWriter) Write(item Item) error {
	w.line = w.protocol.Append(w.line[:0], item)
	_, err := w.out.Write(w.line)
	return err
}

// Close implements Writer.
func (w *lineWriter) Close() error { return w.out.Flush() }
