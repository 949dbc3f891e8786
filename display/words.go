// SPDX-License-Identifier: MIT

package display

import (
	"strconv"
	"strings"
	"time"
)

// words are the texts and forms of a language.
type words struct {
	// texts are the same keys in every language.
	texts map[string]string
	// findings are the sentences of the verdict by code; of a subject that is OK
	// by "ok." and its name. The verdict itself is in English.
	findings map[string]sentences
	// names are the names of sensors by key, and options what the options of enums
	// mean, by the option or by key.option. What is missing is that of the
	// catalogue.
	names, options map[string]string
	// decimal is the sign before the decimals.
	decimal string
	// months and weekdays are the short and long names.
	months   [12]string
	weekdays [7]string
	// day, dayOfYear and moment are layouts of a date in this year, of one in any
	// year, and between date and time, with {d}, {m} and {y} for their parts.
	day, dayOfYear, month string
}

func (w *words) date(layout string, at time.Time) string {
	return strings.NewReplacer("{d}", strconv.Itoa(at.Day()), "{m}", w.months[at.Month()-1],
		"{y}", strconv.Itoa(at.Year())).Replace(layout)
}

// sentences say what is found, and what to do about it.
type sentences struct{ text, remedy string }
