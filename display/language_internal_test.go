// SPDX-License-Identifier: MIT

package display

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// controls are the keys of Home Assistant's controls that are not in the
// catalogue.
func controls() []string {
	return []string{"problem", "import_statistics", "update", "night_image", "ecg_image"}
}

func TestLanguagesHaveTheSameTextsAndVerbs(t *testing.T) {
	t.Parallel()
	verb := regexp.MustCompile(`%(\[\d+\])?[+\-# 0]*\d*(\.\d+)?[a-zA-Z%]`)
	want := english().texts
	for key, text := range german().texts {
		if _, known := want[key]; !known {
			t.Errorf("%s is missing in English", key)
		}
		if got, want := verb.FindAllString(text, -1), verb.FindAllString(want[key], -1); !slices.Equal(got, want) {
			t.Errorf("%s: verbs %q, in English %q", key, got, want)
		}
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s is empty", key)
		}
	}
	for key := range want {
		if _, known := german().texts[key]; !known {
			t.Errorf("%s is missing in German", key)
		}
	}
	for key := range english().options {
		if _, known := german().options[key]; !known {
			t.Errorf("option %s is missing in German", key)
		}
	}
}

func TestGermanNamesCoverCatalogue(t *testing.T) {
	t.Parallel()
	const longest = 40 // characters; Home Assistant cuts longer ones on a phone
	names, known := germanNames(), map[string]bool{}
	byScope := map[sensors.Scope]map[string]string{}
	for _, row := range sensors.Catalogue() {
		known[row.Key] = true
		name := names[row.Key]
		if name == "" {
			t.Errorf("%s has no name", row.Key)
		}
		if length := utf8.RuneCountInString(name); length > longest {
			t.Errorf("%s: %q has %d characters", row.Key, name, length)
		}
		if byScope[row.Scope] == nil {
			byScope[row.Scope] = map[string]string{}
		}
		if other, taken := byScope[row.Scope][name]; taken {
			t.Errorf("%s and %s are both %q", row.Key, other, name)
		}
		byScope[row.Scope][name] = row.Key
	}
	for _, key := range controls() {
		known[key] = true
		if names[key] == "" {
			t.Errorf("%s has no name", key)
		}
	}
	for key := range names {
		if !known[key] {
			t.Errorf("%s has a name, but is not in the catalogue", key)
		}
	}
}

func TestGermanOptionsCoverCatalogue(t *testing.T) {
	t.Parallel()
	unused := german().options
	maps.DeleteFunc(unused, func(key, _ string) bool {
		_, position := positionNumber(key)
		return position
	})
	for _, row := range sensors.Catalogue() {
		for _, option := range row.Options {
			text := German.Option(row, option)
			if _, given := german().options[row.Key+"."+option]; !given && german().options[option] == "" {
				t.Errorf("%s: option %s is shown as %q", row.Key, option, text)
			}
			delete(unused, row.Key+"."+option)
			delete(unused, option)
		}
	}
	for key := range unused {
		t.Errorf("no sensor has the option %s", key)
	}
	for number := int64(0); ; number++ {
		name, known := sensors.PositionName(number)
		if !known {
			break
		}
		if german().options[name] == "" {
			t.Errorf("position %s has no name", name)
		}
	}
}

// positionNumber is the number of a part of the body by its name.
func positionNumber(name string) (int64, bool) {
	for number := int64(0); ; number++ {
		switch found, known := sensors.PositionName(number); {
		case !known:
			return 0, false
		case found == name:
			return number, true
		}
	}
}

func TestNamesOfGeneratedRows(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ key, english, german string }{
		{"weight_kg", "Weight", "Gewicht"},
		{"type_122", "Measure type 122", "Messart 122"},
		{"fat_mass_kg_position_8", "Fat mass (left side)", "Fettmasse (linke Seite)"},
		{"fat_mass_kg_position_77", "Fat mass (position 77)", "Fettmasse (Position 77)"},
	} {
		sensor, ok := sensors.Lookup(row.key)
		if got := English.Name(sensor); !ok || got != row.english {
			t.Errorf("%s is %q, want %q", row.key, got, row.english)
		}
		if got := German.Name(sensor); got != row.german {
			t.Errorf("%s is %q, want %q", row.key, got, row.german)
		}
	}
	own := sensors.Sensor{Key: "my_value", Name: "My value", Measure: 122}
	if got := German.Name(own); got != "My value" {
		t.Errorf("a name of the user became %q", got)
	}
}

func TestGermanReads(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	reader := Reader{Language: German, Units: units.Metric, Zone: time.UTC}
	for _, row := range []struct{ key, value, want string }{
		{"weight_kg", "81.35", "81,4 kg"},
		{"activity_steps_today", "12345", "12\u202f345 Schritte"},
		{"sleep_wakeup_count", "1", "1 Mal"},
		{"sleep_score", "1", "1 Punkt"},
		{"sleep_respiratory_average_bpm", "14", "14 Atemzüge/min"},
		{"sleep_total_duration_seconds", "20700", "5 h 45 min"},
		{"battery_low", "ON", "schwach"},
		{"in_bed", "OFF", "nein"},
		{"sleep_state", "rem", "REM-Schlaf"},
		{"workout_type", "category_9999", "category 9999"},
		{"sleep_date", "2026-03-28", "28. März 2026"},
		{"sleep_start", "2026-11-27T23:05:00Z", "27. Nov. 2026 23:05"},
	} {
		sensor, _ := sensors.Lookup(row.key)
		value := sensors.Text(row.value)
		if number, err := decimal.Parse(row.value); err == nil {
			value = sensors.Number(number)
		}
		if got := strings.ReplaceAll(reader.Read(sensor, value).String(), "\u00a0", " "); got != row.want {
			t.Errorf("%s %s is %q, want %q", row.key, row.value, got, row.want)
		}
	}
	for _, row := range []struct{ got, want string }{
		{German.Age(now, now.AddDate(0, 0, -3)), "vor 3 Tagen"},
		{German.Age(now, now.Add(3*time.Minute)), "in 3 min"},
		{German.Age(now, time.Time{}), "nie"},
		{German.When(now.AddDate(0, 0, -1), now), "gestern"},
		{German.When(now.AddDate(0, 0, -3), now), "Mittwoch"},
		{German.Month(now), "Nov. 2026"},
	} {
		if got := strings.ReplaceAll(row.got, "\u00a0", " "); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}
