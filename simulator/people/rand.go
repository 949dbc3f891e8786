// SPDX-License-Identifier: MIT

package people

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"strconv"
)

// NewRand is a repeatable source of chance: one for each person, thing and day,
// so that no history depends on another.
func NewRand(seed uint64, user int64, thing string, day int64) *rand.Rand {
	h := seed ^ 0x9e3779b97f4a7c15
	for _, b := range []byte(thing + "/" + strconv.FormatInt(user, 10)) {
		h = (h ^ uint64(b)) * 0x100000001b3
	}
	return rand.New(rand.NewPCG(h, uint64(day))) //nolint:gosec // Invented data, repeatable on purpose.
}

// HexDigits returns n random hexadecimal digits.
func HexDigits(r *rand.Rand, n int) string {
	var raw []byte
	for len(raw) < n/2 {
		raw = binary.BigEndian.AppendUint64(raw, r.Uint64())
	}
	return hex.EncodeToString(raw[:n/2])
}
