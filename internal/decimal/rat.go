// SPDX-License-Identifier: MIT

package decimal

import "math/big"

// Rat returns the number as a fraction, for computing.
func (d Decimal) Rat() *big.Rat {
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.exponent, -d.exponent))), nil)
	if d.exponent < 0 {
		return new(big.Rat).SetFrac(big.NewInt(d.mantissa), power)
	}
	return new(big.Rat).SetInt(power.Mul(power, big.NewInt(d.mantissa)))
}

// FromRat rounds a fraction to a number of decimal places, halves away from
// zero, or returns ErrRange.
func FromRat(r *big.Rat, places int) (Decimal, error) {
	return Parse(r.FloatString(places))
}
