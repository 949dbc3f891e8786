// SPDX-License-Identifier: MIT

package display

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Language is a language of the page and of entity names.
type Language string

// The languages.
const (
	English Language = "en"
	German  Language = "de"
)

// Languages lists the languages, the one for everybody else first.
func Languages() []Language { return []Language{English, German} }

// ParseLanguage returns the language of a tag such as "de" or "de-AT", false for
// one that is missing here.
func ParseLanguage(tag string) (Language, bool) {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	found := Language(primary)
	return found, slices.Contains(Languages(), found)
}

// Accept returns the language that a reader prefers, by the header
// Accept-Language. See https://www.rfc-editor.org/rfc/rfc9110#name-accept-language.
func Accept(header string) Language {
	type wish struct {
		language Language
		weight   float64
	}
	var wishes []wish
	for part := range strings.SplitSeq(header, ",") {
		tag, parameters, _ := strings.Cut(part, ";")
		language, known := ParseLanguage(tag)
		if strings.TrimSpace(tag) == "*" {
			language, known = English, true
		}
		if !known {
			continue
		}
		weight := 1.0
		if quality, given := strings.CutPrefix(strings.TrimSpace(parameters), "q="); given {
			if parsed, err := strconv.ParseFloat(quality, 64); err == nil {
				weight = parsed
			}
		}
		wishes = append(wishes, wish{language, weight})
	}
	slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(b.weight, a.weight) })
	if len(wishes) == 0 || wishes[0].weight <= 0 {
		return English
	}
	return wishes[0].language
}

// tables are the texts of all languages.
var tables = map[Language]*words{English: english(), German: german()}

func (l Language) words() *words {
	if found, known := tables[l]; known {
		return found
	}
	return tables[English]
}

// Say returns a text. Values fill its verbs, as in fmt.Sprintf. An unknown key
// is returned as it is, which a test notices.
func (l Language) Say(key string, values ...any) string {
	text, known := l.words().texts[key]
	if !known {
		return key
	}
	if len(values) == 0 {
		return text
	}
	return fmt.Sprintf(text, values...)
}

// Count returns the text of a number of things: key.one for one, else key.many.
func (l Language) Count(key string, n int) string {
	form := ".many"
	if n == 1 {
		form = ".one"
	}
	return l.Say(key+form, n)
}

// Has reports whether there is a text for a key.
func (l Language) Has(key string) bool {
	_, known := l.words().texts[key]
	return known
}

// Finding returns the sentences of a finding of the verdict with names in
// braces, false when the language has none of its own.
func (l Language) Finding(name string) (text, remedy string, known bool) {
	found, known := l.words().findings[name]
	return found.text, found.remedy, known
}

// Day formats a date; the year is left out when it is that of now.
func (l Language) Day(at, now time.Time) string {
	w := l.words()
	layout := w.day
	if at.Year() != now.In(at.Location()).Year() {
		layout = w.dayOfYear
	}
	return w.date(layout, at)
}

// Date formats a date with its year.
func (l Language) Date(at time.Time) string {
	w := l.words()
	return w.date(w.dayOfYear, at)
}

// Month formats a month and its year.
func (l Language) Month(at time.Time) string {
	w := l.words()
	return w.date(w.month, at)
}

// MonthName is the short name of a month.
func (l Language) MonthName(m time.Month) string { return l.words().months[m-1] }

// Weekday is the name of a day of the week.
func (l Language) Weekday(d time.Weekday) string { return l.words().weekdays[d] }

// Moment formats a date and a time of day.
func (l Language) Moment(at time.Time) string { return l.Date(at) + " " + at.Format("15:04") }

// When formats a time as people speak of it: the time of day today, then
// "yesterday", the day of the week, the date.
func (l Language) When(at, now time.Time) string {
	if at.IsZero() {
		return l.Say("when.never")
	}
	today := startOfDay(now.In(at.Location()))
	switch day := startOfDay(at); {
	case !day.Before(today):
		if at.After(today.AddDate(0, 0, 1)) {
			return l.Day(at, now)
		}
		return at.Format("15:04")
	case day.Equal(today.AddDate(0, 0, -1)):
		return l.Say("when.yesterday")
	case day.After(today.AddDate(0, 0, -7)):
		return l.Weekday(at.Weekday())
	case day.After(today.AddDate(-1, 0, 0)):
		return l.Day(at, now)
	}
	return l.Month(at)
}

func startOfDay(at time.Time) time.Time {
	year, month, day := at.Date()
	return time.Date(year, month, day, 0, 0, 0, 0, at.Location())
}
