// SPDX-License-Identifier: MIT

package simulator

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// fieldKind is what a field's value is.
type fieldKind string

const (
	kindText     fieldKind = "text"
	kindWhole    fieldKind = "whole number"
	kindDecimal  fieldKind = "number"   // exact: as written, quoted or not
	kindTime     fieldKind = "time"     // RFC 3339
	kindDuration fieldKind = "duration" // 90s, 8h, 24h
	kindFlag     fieldKind = "true or false"
	kindTexts    fieldKind = "texts" // an object of texts
)

// maxText is the longest text, in bytes.
const maxText = 2000

// Times outside of these are mistakes of the caller: a cloud has no data there.
const (
	earliestYear = 1990
	latestYear   = 2100
)

// read checks a value and returns it as an int64, a string, a time.Time, a
// time.Duration, a bool or a map[string]string.
func (f field) read(raw jsontext.Value) (any, error) {
	switch f.kind {
	case kindText:
		return f.readText(raw)
	case kindWhole:
		return f.readWhole(raw)
	case kindDecimal:
		return f.readDecimal(raw)
	case kindTime:
		return f.readTime(raw)
	case kindDuration:
		return f.readDuration(raw)
	case kindFlag:
		return decode[bool](f, raw, "true or false")
	case kindTexts:
		return decode[map[string]string](f, raw, `an object of texts such as {"date": "1767340000"}`)
	}
	panic("simulator: unknown kind of field " + string(f.kind))
}

func (f field) mismatch(wanted string, raw jsontext.Value) error {
	shown := string(raw)
	if len(shown) > 60 {
		shown = shown[:60] + "…"
	}
	return fmt.Errorf("invalid %s: it must be %s, not %s", f.name, wanted, shown)
}

// decode reads a value of a Go type; null is none.
func decode[T any](f field, raw jsontext.Value, wanted string) (value T, err error) {
	if raw.Kind() == 'n' || json.Unmarshal(raw, &value) != nil {
		return value, f.mismatch(wanted, raw)
	}
	return value, nil
}

func (f field) readText(raw jsontext.Value) (any, error) {
	text, err := decode[string](f, raw, "a text")
	switch {
	case err != nil:
		return nil, err
	case len(text) > maxText:
		return nil, fmt.Errorf("invalid %s: it has more than %d bytes", f.name, maxText)
	case len(f.oneOf) > 0 && !slices.Contains(f.oneOf, text):
		return nil, fmt.Errorf("unknown %s %q; known: %s", f.name, text, strings.Join(f.oneOf, ", "))
	}
	return text, nil
}

// unquote is a number as it was written, in quotes or not.
func unquote(raw jsontext.Value) string { return strings.Trim(string(raw), `"`) }

func (f field) readWhole(raw jsontext.Value) (any, error) {
	n, err := strconv.ParseInt(unquote(raw), 10, 64)
	if err != nil || f.from != "" && n < mustWhole(f.from) || f.to != "" && n > mustWhole(f.to) {
		return nil, f.mismatch("a whole number"+f.limits(), raw)
	}
	return n, nil
}

func mustWhole(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic("simulator: limit of a field: " + text)
	}
	return n
}

// plainDecimal is a number that people write by hand: no exponent, at most
// twelve digits before and six after the point.
var plainDecimal = regexp.MustCompile(`^-?\d{1,12}(\.\d{1,6})?$`)

func (f field) readDecimal(raw jsontext.Value) (any, error) {
	text := unquote(raw)
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !plainDecimal.MatchString(text) ||
		f.from != "" && n < mustDecimal(f.from) || f.to != "" && n > mustDecimal(f.to) {
		return nil, f.mismatch("a plain decimal number"+f.limits(), raw)
	}
	return text, nil
}

func mustDecimal(text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic("simulator: limit of a field: " + text)
	}
	return n
}

func (f field) readTime(raw jsontext.Value) (any, error) {
	const wanted = `a time such as "2026-05-20T07:30:00Z"`
	at, err := decode[time.Time](f, raw, wanted)
	if err != nil {
		return nil, err
	}
	if year := at.UTC().Year(); year < earliestYear || year > latestYear {
		return nil, f.mismatch(fmt.Sprintf("%s between %d and %d", wanted, earliestYear, latestYear), raw)
	}
	return at, nil
}

func (f field) readDuration(raw jsontext.Value) (any, error) {
	text, err := decode[string](f, raw, `a duration such as "90s" or "24h"`)
	if err != nil {
		return nil, err
	}
	d, err := time.ParseDuration(text)
	if err != nil || f.from != "" && d < mustDuration(f.from) || f.to != "" && d > mustDuration(f.to) {
		return nil, f.mismatch(`a duration such as "90s" or "24h"`+f.limits(), raw)
	}
	return d, nil
}

func mustDuration(text string) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil {
		panic("simulator: limit of a field: " + text)
	}
	return d
}

// limits is the range in words, with a space before it.
func (f field) limits() string {
	switch {
	case f.from != "" && f.to != "":
		return " from " + f.from + " to " + f.to
	case f.from != "":
		return ", " + f.from + " or more"
	case f.to != "":
		return ", " + f.to + " or less"
	}
	return ""
}
