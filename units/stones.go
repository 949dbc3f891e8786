// SPDX-License-Identifier: MIT

package units

import (
	"fmt"

	"vitals2mqtt/internal/decimal"
)

// poundPlaces is the number of decimal places of pounds next to stones.
const poundPlaces = 1

// tenthsPerStone is how many tenths of a pound are a stone of 14 lb.
const tenthsPerStone = 140

// formatStones writes tenths of pounds, already rounded, as "12 st 7.4 lb".
// Rounding comes first, so the pounds never reach 14.0. The last digit is
// always there, 0 or not, because this is for reading, not for calculating.
//
// Less than a stone is pounds alone: a bone mass or an arm of "0 st 5.3 lb" is
// not how people talk. So is everything below zero, however much: a minus
// before two numbers can be read in two ways, "-22.0 lb" in one. It is false
// when the number has more tenths than fit an int64.
func formatStones(pounds decimal.Decimal) (string, bool) {
	shifted, err := pounds.Shift(poundPlaces)
	if err != nil {
		return "", false
	}
	tenths, ok := shifted.Int()
	switch {
	case !ok:
		return "", false
	case tenths < 0:
		return fmt.Sprintf("-%d.%d lb", tenths/-10, -(tenths % 10)), true
	case tenths < tenthsPerStone:
		return fmt.Sprintf("%d.%d lb", tenths/10, tenths%10), true
	}
	rest := tenths % tenthsPerStone
	return fmt.Sprintf("%d st %d.%d lb", tenths/tenthsPerStone, rest/10, rest%10), true
}
