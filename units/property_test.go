// SPDX-License-Identifier: MIT

package units_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/units"
)

// definition is, apart from the code, what one unit of the shown kind is in
// metric units: metric = (shown − zero) × size.
type definition struct {
	system units.System
	kind   units.Kind
	size   string // as the standards print it
	offset int64
	// places of what is shown.
	places int
	// precision is the catalogue's number of decimal places of the metric value.
	precision int
	// step is the smallest difference, in 10^-precision, that must stay visible.
	step int64
}

func definitions() []definition {
	return []definition{
		{units.Imperial, mass, "0.45359237", 0, 2, 2, 1},
		{units.Imperial, temperature, "5/9", 32, 1, 1, 1},
		{units.Imperial, height, "0.0254", 0, 1, 2, 1},
		{units.Imperial, distance, "1609.344", 0, 4, 0, 1},
		{units.UK, mass, "0.45359237", 0, 1, 2, 5},
		{units.UK, height, "0.0254", 0, 1, 2, 1},
		{units.UK, distance, "1609.344", 0, 4, 0, 1},
		{units.UK, glucose, "18.0156", 0, 2, 0, 1},
	}
}

// All properties, for every row.
func TestConversionsMatchDefinitions(t *testing.T) {
	t.Parallel()
	for _, d := range definitions() {
		t.Run(string(d.system)+" "+d.kind.Class+" "+d.kind.Unit, func(t *testing.T) {
			t.Parallel()
			for name, property := range map[string]func(*rapid.T){
				"exact": d.exact, "monotone": d.monotone, "steps stay visible": d.steps, "round trip": d.roundTrip,
			} {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					rapid.Check(t, property)
				})
			}
		})
	}
}

// exact: the shown digits are those of the true value, rounded once, halves
// away from zero; computed in whole numbers, not by the code's own rounding.
func (d definition) exact(t *rapid.T) {
	value := drawNumber().Draw(t, "value")
	want := d.fromMetric(value.Rat())
	want.Mul(want, powerOfTen(d.places))
	negative := want.Sign() < 0
	want.Abs(want)
	want.Add(want, big.NewRat(1, 2))
	whole := new(big.Int).Quo(want.Num(), want.Denom())
	if negative {
		whole.Neg(whole)
	}
	got := new(big.Rat).Mul(d.convert(t, value), powerOfTen(d.places))
	if got.Cmp(new(big.Rat).SetInt(whole)) != 0 {
		t.Fatalf("%s shows %s as %s, want %s × 10^-%d", d.system, value, got.RatString(), whole, d.places)
	}
}

// monotone: more in metric units is never less in others.
func (d definition) monotone(t *rapid.T) {
	one, other := drawNumber().Draw(t, "one"), drawNumber().Draw(t, "other")
	before, after := one.Rat().Cmp(other.Rat()), d.convert(t, one).Cmp(d.convert(t, other))
	if after != 0 && after != before {
		t.Fatalf("%s and %s change places", one, other)
	}
}

// steps: two values that differ in the last digit of a device still differ.
func (d definition) steps(t *rapid.T) {
	whole := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "whole")
	less, more := d.metric(t, whole), d.metric(t, whole+d.step)
	if d.convert(t, less).Cmp(d.convert(t, more)) >= 0 {
		t.Fatalf("%s and %s look the same", less, more)
	}
}

// roundTrip: back from what is shown is at most half its last digit away, and
// for numbers the catalogue's precision comes back to the digit.
func (d definition) roundTrip(t *rapid.T) {
	value := d.metric(t, rapid.Int64Range(-10_000_000, 10_000_000).Draw(t, "whole"))
	back := d.convert(t, value)
	back.Sub(back, big.NewRat(d.offset, 1))
	back.Mul(back, d.rat())
	off := new(big.Rat).Sub(back, value.Rat())
	half := new(big.Rat).Mul(d.rat(), new(big.Rat).Quo(big.NewRat(1, 2), powerOfTen(d.places)))
	if off.Abs(off).Cmp(half) > 0 {
		t.Fatalf("%s came back as %s", value, back.FloatString(9))
	}
	if again, err := decimal.FromRat(back, d.precision); d.step == 1 && (err != nil || again != value) {
		t.Fatalf("%s came back as %s (%v)", value, again, err)
	}
}

// One place fewer would lose steps: the places are not there for show. Stones
// are left out, their places are a matter of reading.
func TestPlacesAreTheFewestThatKeepSteps(t *testing.T) {
	t.Parallel()
	for _, d := range definitions() {
		if d.step != 1 {
			continue
		}
		// The last shown digit, in metric units, against the last metric digit.
		last := func(places int) int {
			return new(big.Rat).Quo(d.rat(), powerOfTen(places)).Cmp(new(big.Rat).Inv(powerOfTen(d.precision)))
		}
		if last(d.places) >= 0 || last(d.places-1) < 0 {
			t.Errorf("%s %+v: %d places are not the fewest", d.system, d.kind, d.places)
		}
	}
}

// The text is one of the two forms, and repeats what was shown.
func TestStonesAreWellFormed(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^(-?\d+\.\d lb|[1-9]\d* st (\d|1[0-3])\.\d lb)$`)
	rapid.Check(t, func(t *rapid.T) {
		value := drawNumber().Draw(t, "kilograms")
		shown, ok := units.UK.Convert(mass, value)
		if !ok || shown.IsNumber || shown.Unit != "" || !form.MatchString(shown.Text) {
			t.Fatalf("%s kg is %+v (%v)", value, shown, ok)
		}
		pounds := parse(t, shown)
		small := pounds.Cmp(big.NewRat(14, 1)) < 0
		if strings.Contains(shown.Text, "st") == small || shown.Text == "-0.0 lb" {
			t.Fatalf("%s kg is %q", value, shown.Text)
		}
	})
}

// convert returns what is shown as a fraction; it must be shown.
func (d definition) convert(t *rapid.T, value decimal.Decimal) *big.Rat {
	t.Helper()
	shown, ok := d.system.Convert(d.kind, value)
	if !ok {
		t.Fatalf("%s does not show %s %s", d.system, value, d.kind.Unit)
	}
	if strings.ContainsAny(shown.Text, "eE") || shown.IsNumber && shown.Text != shown.Number.String() {
		t.Fatalf("text %q, number %s", shown.Text, shown.Number)
	}
	return parse(t, shown)
}

// fromMetric is the definition turned round, in fractions.
func (d definition) fromMetric(metric *big.Rat) *big.Rat {
	shown := new(big.Rat).Quo(metric, d.rat())
	return shown.Add(shown, big.NewRat(d.offset, 1))
}

func (d definition) rat() *big.Rat {
	size, _ := new(big.Rat).SetString(d.size)
	return size
}

// metric is a value with the catalogue's number of places.
func (d definition) metric(t *rapid.T, whole int64) decimal.Decimal {
	t.Helper()
	value, err := decimal.New(whole, -d.precision)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// parse reads a text back, in pounds where it is stones.
func parse(t *rapid.T, shown units.Converted) *big.Rat {
	t.Helper()
	total := new(big.Rat)
	words := strings.Fields(shown.Text)
	if len(words) == 1 {
		words = append(words, "lb")
	}
	for ; len(words) >= 2; words = words[2:] {
		part, ok := new(big.Rat).SetString(words[0])
		if !ok {
			t.Fatalf("%q is not a number in %q", words[0], shown.Text)
		}
		if words[1] == "st" {
			part.Mul(part, big.NewRat(14, 1))
		}
		total.Add(total, part)
	}
	return total
}

// drawNumber draws decimals of any shape that the cloud could send.
func drawNumber() *rapid.Generator[decimal.Decimal] {
	return rapid.Custom(func(t *rapid.T) decimal.Decimal {
		whole := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "mantissa")
		value, err := decimal.New(whole, rapid.IntRange(-9, 3).Draw(t, "exponent"))
		if err != nil {
			t.Fatal(err)
		}
		return value
	})
}

func powerOfTen(places int) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
}
