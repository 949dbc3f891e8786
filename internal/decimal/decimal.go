// SPDX-License-Identifier: MIT

// Package decimal holds exact decimal numbers as the Withings API sends them:
// an integer mantissa and a power of ten. It shifts, rounds, compares and
// prints, so that 79300 × 10⁻³ is "79.3" and never 79.30000000000001.
package decimal

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// MaxExponent limits the power of ten in either direction.
const MaxExponent = 30

// ErrRange reports a number beyond 19 digits or 10^±30.
var ErrRange = errors.New("decimal: number out of range")

// ErrSyntax reports a text that is not a decimal number.
var ErrSyntax = errors.New("decimal: not a number")

// Decimal is mantissa × 10^exponent in normal form (no trailing zeros in the
// mantissa), so equal numbers are equal with ==. The zero value is 0.
type Decimal struct {
	mantissa int64
	exponent int8
}

// New returns mantissa × 10^exponent, or ErrRange.
func New(mantissa int64, exponent int) (Decimal, error) {
	if mantissa == 0 {
		return Decimal{}, nil
	}
	for mantissa%10 == 0 {
		mantissa /= 10
		exponent++
	}
	if exponent > MaxExponent || exponent < -MaxExponent {
		return Decimal{}, ErrRange
	}
	return Decimal{mantissa: mantissa, exponent: int8(exponent)}, nil
}

// FromInt returns n as a decimal.
func FromInt(n int64) Decimal {
	d, _ := New(n, 0) // 19 digits give an exponent of 18 at most
	return d
}

// Parse reads a JSON number or its text: optional sign, digits, fraction,
// exponent. It refuses spaces, hexadecimal, "Inf" and "NaN".
func Parse(text string) (Decimal, error) {
	digits, exponent := text, 0
	if at := strings.IndexAny(digits, "eE"); at >= 0 {
		shift, err := strconv.Atoi(digits[at+1:])
		if err != nil {
			return Decimal{}, fmt.Errorf("%w: %q", ErrSyntax, text)
		}
		digits, exponent = digits[:at], shift
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	mantissa, err := strconv.ParseInt(whole+fraction, 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return Decimal{}, fmt.Errorf("%w: %q", ErrRange, text)
	case err != nil || whole == "" || strings.HasPrefix(whole, "_"):
		return Decimal{}, fmt.Errorf("%w: %q", ErrSyntax, text)
	}
	return New(mantissa, exponent-len(fraction))
}

// Parts returns the mantissa, without trailing zeros, and the exponent.
func (d Decimal) Parts() (mantissa int64, exponent int) { return d.mantissa, int(d.exponent) }

// Shift returns d × 10^places, or ErrRange.
func (d Decimal) Shift(places int) (Decimal, error) {
	return New(d.mantissa, int(d.exponent)+places)
}

// Round returns d with at most the given number of decimal places, halves
// rounded away from zero.
func (d Decimal) Round(places int) Decimal {
	mantissa, exponent := d.mantissa, int(d.exponent)
	for exponent < -places-1 && mantissa != 0 {
		// Cutting is exact here as long as one digit stays for the rounding: it only
		// removes digits, and so never creates a half.
		mantissa /= 10
		exponent++
	}
	if exponent < -places {
		last := mantissa % 10
		mantissa /= 10
		exponent++
		switch {
		case last >= 5:
			mantissa++
		case last <= -5:
			mantissa--
		}
	}
	rounded, err := New(mantissa, exponent)
	if err != nil {
		return Decimal{}
	}
	return rounded
}

// Sign returns -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.mantissa < 0:
		return -1
	case d.mantissa > 0:
		return 1
	}
	return 0
}

// Int returns the number as an integer, and false when it has a fraction or
// does not fit.
func (d Decimal) Int() (int64, bool) {
	if d.exponent < 0 {
		return 0, false
	}
	n := d.mantissa
	for range d.exponent {
		if n > math.MaxInt64/10 || n < math.MinInt64/10 {
			return 0, false
		}
		n *= 10
	}
	return n, true
}

// Float returns the nearest float64, for comparing and drawing, not for
// publishing.
func (d Decimal) Float() float64 {
	// Both operands are exact, so that the division rounds once.
	const exact, places = 1 << 53, 22
	if d.exponent <= 0 && d.exponent >= -places && d.mantissa < exact && d.mantissa > -exact {
		return float64(d.mantissa) / math.Pow10(-int(d.exponent))
	}
	f, _ := strconv.ParseFloat(d.String(), 64) // what String prints always parses
	return f
}

// String prints the number without exponent and trailing zeros, as on a topic.
func (d Decimal) String() string { return string(d.Append(nil)) }

// Append appends what String prints.
func (d Decimal) Append(to []byte) []byte {
	if d.exponent >= 0 {
		to = strconv.AppendInt(to, d.mantissa, 10)
		for range d.exponent {
			to = append(to, '0')
		}
		return to
	}
	if d.mantissa < 0 {
		to = append(to, '-')
	}
	var buffer [20]byte
	digits := strconv.AppendUint(buffer[:0], magnitude(d.mantissa), 10)
	point := len(digits) + int(d.exponent)
	if point <= 0 {
		to = append(to, '0', '.')
		for range -point {
			to = append(to, '0')
		}
		return append(to, digits...)
	}
	to = append(to, digits[:point]...)
	to = append(to, '.')
	return append(to, digits[point:]...)
}

// Fixed prints the number rounded and padded to a number of decimal places. A
// negative number of places keeps all of them.
func (d Decimal) Fixed(places int) string {
	if places < 0 {
		return d.String()
	}
	text := d.Round(places).String()
	if places == 0 {
		return text
	}
	_, digits, _ := strings.Cut(text, ".")
	if digits == "" {
		text += "."
	}
	return text + strings.Repeat("0", places-len(digits))
}

// magnitude is |n|, also for the smallest int64.
func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-(n + 1)) + 1 //nolint:gosec // n+1 cannot overflow
	}
	return uint64(n)
}

// MarshalJSON writes a bare JSON number.
func (d Decimal) MarshalJSON() ([]byte, error) { return d.Append(nil), nil }

// UnmarshalJSON reads a JSON number.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(string(data))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
