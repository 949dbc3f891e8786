// SPDX-License-Identifier: MIT

package vendor

import (
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"vitals2mqtt/internal/decimal"
)

// notation is how a file writes its numbers.
type notation int

const (
	// plain has a decimal point, as the vendor writes.
	plain notation = iota
	// thousands are whole numbers with commas, as in other.csv.
	thousands
	// resaved is a file that a spreadsheet has saved again: with a decimal point or
	// a decimal comma, and perhaps separators of thousands.
	resaved
)

// longestNumber is longer than any number of the vendor's.
const longestNumber = 24

// numberSyntax holds the forms of numbers.
type numberSyntax struct{ plain, thousands, resaved, ambiguous *regexp.Regexp }

func newNumberSyntax() numberSyntax {
	return numberSyntax{
		plain:     regexp.MustCompile(`^-?\d+(\.\d+)?$`),
		thousands: regexp.MustCompile(`^-?(\d{1,3}(,\d{3})+|\d+(\.\d+)?)$`),
		resaved:   regexp.MustCompile(`^-?\d+([.,]\d+)?$`),
		// One and a fraction, or one thousand.
		ambiguous: regexp.MustCompile(`^-?\d{1,3}[.,]\d{3}$`),
	}
}

// parse reads a number exactly, or says why it does not. It never guesses: what
// could be one number or another a thousand times larger is refused.
func (s numberSyntax) parse(text string, as notation) (number decimal.Decimal, problem string) {
	if len(text) > longestNumber {
		return number, "the number has too many digits"
	}
	digits := ""
	switch as {
	case plain:
		if s.plain.MatchString(text) {
			digits = text
		}
	case thousands:
		if s.thousands.MatchString(text) {
			digits = strings.ReplaceAll(text, ",", "")
		}
	case resaved:
		if s.ambiguous.MatchString(text) {
			return number, fmt.Sprintf("%s can be read in two ways: use the original file,"+
				" not one that was saved again", text)
		}
		if s.resaved.MatchString(text) {
			digits = strings.ReplaceAll(text, ",", ".")
		}
	}
	if digits == "" {
		return number, notANumber(text)
	}
	number, err := decimal.Parse(digits)
	if err != nil {
		return number, "the number has too many digits"
	}
	return number, ""
}

// notANumber names a text only if it holds nothing but digits and marks: others
// may be personal.
func notANumber(text string) string {
	if strings.Trim(text, "0123456789.,-+ ") == "" {
		return fmt.Sprintf("%q is not a number as this file writes them", text)
	}
	return "not a number"
}

// factor is how many of the cloud's units one unit of a file is: a fraction.
type factor struct{ numerator, denominator int64 }

// times returns the product, exactly for every factor of units.
func (f factor) times(number decimal.Decimal) (decimal.Decimal, error) {
	if f.numerator == f.denominator {
		return number, nil
	}
	const places = 14
	return decimal.FromRat(new(big.Rat).Mul(number.Rat(), big.NewRat(f.numerator, f.denominator)), places)
}

// dividing returns the quotient rounded to a number of places.
func (f factor) dividing(number decimal.Decimal, places int) (decimal.Decimal, error) {
	return decimal.FromRat(new(big.Rat).Quo(number.Rat(), big.NewRat(f.numerator, f.denominator)), places)
}

// quantity is what a column measures; each has its units.
type quantity int

const (
	noUnit quantity = iota
	mass
	distance
	height
	percent
	celsius
	seconds
	energy
)

// units lists the units of a quantity by how a header writes them. What is not
// listed is refused: there is no unit by default.
func (q quantity) units() map[string]factor {
	one, pound := factor{1, 1}, factor{45359237, 100000000}
	switch q {
	case mass:
		return map[string]factor{"kg": one, "lb": pound, "lbs": pound}
	case distance:
		return map[string]factor{"m": one, "km": {1000, 1}, "mi": {1609344, 1000}}
	case height:
		return map[string]factor{"m": one, "in": inch()}
	case percent:
		return map[string]factor{"%": one}
	case celsius:
		return map[string]factor{"°C": one, "ºC": one}
	case seconds:
		return map[string]factor{"s": one}
	case energy:
		return map[string]factor{"kcal": one, "": one}
	case noUnit:
	}
	return map[string]factor{"": one}
}

// inch is in metres.
func inch() factor { return factor{254, 10000} }

// parseFeetAndInches reads a height such as 5' 10.0” in inches. A height in
// inches alone was never seen, so it is refused.
func (s numberSyntax) parseFeetAndInches(text string) (inches decimal.Decimal, problem string) {
	const form = `a height in feet and inches looks like 5' 10.0''`
	feetText, rest, ok := strings.Cut(text, "'")
	inchText, marked := strings.CutSuffix(strings.ReplaceAll(strings.TrimSpace(rest), `"`, "''"), "''")
	if !ok || !marked {
		return inches, form
	}
	feet, problem := s.parse(strings.TrimSpace(feetText), plain)
	if problem != "" {
		return inches, form
	}
	more, problem := s.parse(strings.TrimSpace(inchText), plain)
	twelve := new(big.Rat).SetInt64(12)
	if problem != "" || feet.Sign() < 0 || more.Sign() < 0 || more.Rat().Cmp(twelve) >= 0 {
		return inches, form
	}
	whole := new(big.Rat).Mul(feet.Rat(), twelve)
	inches, err := decimal.FromRat(whole.Add(whole, more.Rat()), 4)
	if err != nil {
		return inches, form
	}
	return inches, ""
}

// jsonNumber reads a number as JSON writes it.
func jsonNumber(text string) (decimal.Decimal, bool) {
	if text == "" || len(text) > longestNumber || !json.Valid([]byte(text)) {
		return decimal.Decimal{}, false
	}
	number, err := decimal.Parse(text)
	return number, err == nil
}
