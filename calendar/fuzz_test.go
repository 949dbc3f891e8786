// SPDX-License-Identifier: MIT

package calendar_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"vitals2mqtt/calendar"
)

// FuzzEncode writes texts of any kind: no text ends its line or begins another
// event.
func FuzzEncode(f *testing.F) {
	f.Add("Alice", "Sleep; 7 h", "two\nlines")
	f.Add("\r\nEND:VCALENDAR\r\n", "x\rBEGIN:VEVENT", strings.Repeat("é", 80))
	f.Add("\xff", "\u2028\u202e\x00\x1b[2J", "\\n;,")
	f.Fuzz(func(t *testing.T, name, summary, description string) {
		event := night()
		event.Summary, event.Description = summary, description
		stream := string(calendar.Calendar{Name: name, Events: []calendar.Event{event}}.Encode())
		begins := 0
		for line := range strings.SplitSeq(strings.TrimSuffix(stream, "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsFunc(line, unicode.IsControl) {
				t.Errorf("line %q", line)
			}
			if strings.HasPrefix(line, "BEGIN:") || strings.HasPrefix(line, "END:") {
				begins++
			}
		}
		if begins != 4 {
			t.Errorf("%d lines begin or end something:\n%s", begins, stream)
		}
	})
}
