// SPDX-License-Identifier: MIT

package config

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Keep is how long measurements are kept. Its zero value is for ever.
type Keep struct {
	// Spec is the span as it was written.
	Spec string
	// Years and Days are both 0 for ever.
	Years, Days int
}

// The shortest span covers what current values are computed from; nobody means
// one longer than the longest.
const (
	minKeepDays  = 60
	maxKeepYears = 200
	daysOfWeek   = 7
	daysOfYear   = 365
	foreverSpec  = "forever"
	keepPattern  = `^(forever|[1-9][0-9]*[dwy])$`
)

var keepRegexp = regexp.MustCompile(`^([1-9]\d{0,5})([dwy])$`)

// IsForever reports whether nothing is ever removed.
func (k Keep) IsForever() bool { return k.Years == 0 && k.Days == 0 }

// Begin is when the span that ends now begins: what was measured before may be
// removed. It is the zero time for ever.
func (k Keep) Begin(now time.Time) time.Time {
	if k.IsForever() {
		return time.Time{}
	}
	return now.AddDate(-k.Years, 0, -k.Days)
}

// parseKeep accepts no months: an m could as well mean minutes.
func parseKeep(s scalar) (any, *parseError) {
	if s.text == foreverSpec {
		return Keep{Spec: foreverSpec}, nil
	}
	const wanted = "must be forever, or a span of days, weeks or years such as 90d, 26w or 10y, not "
	parts := keepRegexp.FindStringSubmatch(s.text)
	if parts == nil {
		return nil, &parseError{text: wanted + s.quoted(), suggestion: s.nearest([]string{foreverSpec})}
	}
	count, err := strconv.Atoi(parts[1])
	if err != nil {
		return nil, &parseError{text: wanted + s.quoted()}
	}
	keep := Keep{Spec: s.text}
	switch parts[2] {
	case "d":
		keep.Days = count
	case "w":
		keep.Days = count * daysOfWeek
	case "y":
		keep.Years = count
	}
	days := keep.Years*daysOfYear + keep.Days
	switch {
	case days < minKeepDays:
		return nil, &parseError{text: fmt.Sprintf("must be at least %d days, which current values are computed from", minKeepDays)}
	case days > maxKeepYears*daysOfYear:
		return nil, &parseError{text: fmt.Sprintf("is longer than %d years", maxKeepYears), suggestion: foreverSpec}
	}
	return keep, nil
}

// nearest is the word that was probably meant, "" when a variable holds it.
func (s scalar) nearest(words []string) string {
	if s.isExpanded() {
		return ""
	}
	return nearest(s.text, words)
}
