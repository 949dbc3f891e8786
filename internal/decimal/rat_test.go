// SPDX-License-Identifier: MIT

package decimal

import (
	"errors"
	"math/big"
	"testing"
)

func TestRatAndBack(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0", "79.3", "-0.05", "1200", "9223372036854775807", "0.000001"} {
		d, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := FromRat(d.Rat(), 6); err != nil || back != d {
			t.Errorf("%s came back as %s (%v)", text, back, err)
		}
	}
}

func TestFromRatRoundsOnce(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		up, down int64
		places   int
		want     string
	}{{1, 3, 2, "0.33"}, {2, 3, 2, "0.67"}, {1, 2, 0, "1"}, {-1, 2, 0, "-1"}, {5, 4, 1, "1.3"}, {7, 1, 2, "7"}} {
		got, err := FromRat(big.NewRat(test.up, test.down), test.places)
		if err != nil || got.String() != test.want {
			t.Errorf("%d/%d to %d places is %s (%v), want %s", test.up, test.down, test.places, got, err, test.want)
		}
	}
	if _, err := FromRat(new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), 80)), 0); !errors.Is(err, ErrRange) {
		t.Errorf("2^80: %v", err)
	}
}
