// SPDX-License-Identifier: MIT

package calendar_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"vitals2mqtt/calendar"
	"vitals2mqtt/internal/goldentest"
)

func night() calendar.Event {
	start := time.Date(2026, 3, 28, 23, 5, 0, 0, time.FixedZone("CET", 3600))
	return calendar.Event{
		UID:         "n-1@vitals2mqtt",
		Start:       start,
		End:         start.Add(7*time.Hour + 40*time.Minute),
		Changed:     start.Add(9 * time.Hour),
		Summary:     "Schlaf 7 h 12 min; Wert 82, ruhig",
		Description: "Tiefschlaf: 1 h 25 min\nREM-Schlaf: 1 h 40 min\nPuls im Schlaf: 52 Schläge in der Minute, sehr gleichmäßig",
		Category:    "Sleep",
	}
}

func TestGoldenCalendar(t *testing.T) {
	t.Parallel()
	walk := calendar.Event{
		UID:     "w-1@vitals2mqtt",
		Start:   time.Date(2026, 3, 28, 9, 0, 0, 0, time.UTC),
		End:     time.Date(2026, 3, 28, 9, 0, 0, 0, time.UTC),
		Changed: time.Date(2026, 3, 28, 10, 0, 0, 0, time.UTC),
		Summary: "Walk \\ home\r\n\x00",
	}
	shown := calendar.Calendar{Name: "Alice", Refresh: 90 * time.Minute, Events: []calendar.Event{night(), walk}}
	for name, c := range map[string]calendar.Calendar{"calendar.ics": shown, "empty.ics": {Name: "Bob"}} {
		lines := strings.Split(string(c.Encode()), "\r\n")
		if strings.ContainsAny(strings.Join(lines, ""), "\r\n") {
			t.Errorf("%s has other ends of lines", name)
		}
		goldentest.Compare(t, filepath.Join("testdata", name), []byte(strings.Join(lines, "\n")))
	}
}

// TestTextsSurvive folds and escapes any text, and reads it back.
func TestTextsSurvive(t *testing.T) {
	t.Parallel()
	runes := rapid.RuneFrom([]rune(" \n,;:\\\"äß€😀"), unicode.Letter, unicode.Punct)
	rapid.Check(t, func(t *rapid.T) {
		event := night()
		event.Description = "x" + rapid.StringOfN(runes, 0, 200, -1).Draw(t, "description")
		stream := string(calendar.Calendar{Name: "Alice", Events: []calendar.Event{event}}.Encode())
		for line := range strings.SplitSeq(strings.TrimSuffix(stream, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
				t.Fatalf("line %q", line)
			}
		}
		_, rest, _ := strings.Cut(strings.ReplaceAll(stream, "\r\n ", ""), "\r\nDESCRIPTION:")
		text, _, _ := strings.Cut(rest, "\r\n")
		got := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(text)
		if got != event.Description {
			t.Fatalf("%q became %q", event.Description, got)
		}
	})
}
