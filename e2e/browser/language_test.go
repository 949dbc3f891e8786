// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"regexp"
	"slices"
	"testing"

	"vitals2mqtt/e2e/browser"
)

// keyShape is the key of a text, as in "value.range_day": shown where the text is
// missing.
var keyShape = regexp.MustCompile(`^[a-z]+(\.[a-z_0-9]+)+$`) //nolint:gochecknoglobals // compiled once

// sentence is a text that must differ between languages: words, not names,
// numbers, units or addresses.
var sentence = regexp.MustCompile(`\p{L}{3,} (\p{L}+ )*\p{L}{2,}`) //nolint:gochecknoglobals // compiled once

// sameInAnyLanguage are names.
var sameInAnyLanguage = regexp.MustCompile( //nolint:gochecknoglobals // compiled once
	`^(vitals2mqtt .*|Body Cardio|Body Comp|BPM Connect|Sleep Analyzer|ScanWatch.*|Aura Sensor V2.*|BPM Core|` +
		`BPM Vision|Thermo|BeamO|Home Assistant|v2/.*|developer\.withings\.com|Alice.*|Bob.*)$`)

// checkGerman compares a view in both languages.
func checkGerman(t *testing.T, address string) {
	t.Helper()
	english := ask[[]string](t, visit(t, browser.Desk(), address), "inspect.texts()")
	screen := browser.Desk()
	screen.Language = "de-DE,de;q=0.9,en;q=0.5"
	page := visit(t, screen, address)
	if language := ask[string](t, page, "document.documentElement.lang"); language != "de" {
		t.Errorf("the page says that its language is %q", language)
	}
	for _, text := range ask[[]string](t, page, "inspect.texts()") {
		switch {
		case sameInAnyLanguage.MatchString(text):
		case keyShape.MatchString(text):
			t.Errorf("the key of a text: %q", text)
		case sentence.MatchString(text) && slices.Contains(english, text):
			t.Errorf("the same in English: %q", text)
		}
	}
}

func TestKeysOfTextsAreRecognised(t *testing.T) {
	t.Parallel()
	if !keyShape.MatchString("page.title_missing") || keyShape.MatchString("weight_kg") {
		t.Error("keys of texts are not recognised")
	}
}
