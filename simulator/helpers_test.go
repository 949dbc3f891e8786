// SPDX-License-Identifier: MIT

package simulator

import (
	"maps"
	"slices"
	"strings"
)

func countHolding(seen map[string]int, what string, holds bool) {
	if holds {
		seen[what]++
	}
}

// walker is a person with a watch and a phone, and a short history.
func walker(days int) Person {
	return Person{
		Name:     "Carol",
		Timezone: "Europe/Berlin",
		HeightCM: 168,
		WeightG:  64_000,
		Days:     days,
		Owns:     Owns{Watch: true, WatchModel: 94, Phone: true, PhoneModel: 1055, Swims: true},
	}
}

// tally counts by name.
type tally map[string]int

func (s tally) String() string {
	return strings.Join(slices.Sorted(maps.Keys(s)), " ")
}
