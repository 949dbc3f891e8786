// SPDX-License-Identifier: MIT

package decimal_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"vitals2mqtt/internal/decimal"
)

func TestNewPrintsExactly(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		mantissa int64
		exponent int
		want     string
	}{
		{79300, -3, "79.3"},
		{793, -1, "79.3"},
		{793000, -4, "79.3"},
		{7, 0, "7"},
		{0, -3, "0"},
		{0, 99, "0"},
		{5, 2, "500"},
		{-1000, -3, "-1"},
		{-5, -3, "-0.005"},
		{1, -1, "0.1"},
		{12, -2, "0.12"},
		{123, -2, "1.23"},
		{math.MaxInt64, 0, "9223372036854775807"},
		{math.MinInt64, -1, "-922337203685477580.8"},
	} {
		got, err := decimal.New(row.mantissa, row.exponent)
		if err != nil || got.String() != row.want {
			t.Errorf("%d × 10^%d = %q, %v; want %q", row.mantissa, row.exponent, got, err, row.want)
		}
	}
	for _, exponent := range []int{31, -31, 1 << 40} {
		if _, err := decimal.New(1, exponent); !errors.Is(err, decimal.ErrRange) {
			t.Errorf("exponent %d: %v, want ErrRange", exponent, err)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"7": "7", "7.0": "7", "0.910": "0.91", "-3.50": "-3.5", "1e3": "1000", "12E-1": "1.2", "-0.0": "0", "+4": "4",
	} {
		if got, err := decimal.Parse(text); err != nil || got.String() != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", ".", ".5", "x", "1.2.3", "0x1", "NaN", "Inf", "1e", "1_000", " 1", "1e2e3", "1.-5",
		"-",
	} {
		if got, err := decimal.Parse(text); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", text, got)
		}
	}
}

func TestRound(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text   string
		places int
		want   string
	}{
		{"1.005", 2, "1.01"},
		{"1.0049", 2, "1"},
		{"-1.005", 2, "-1.01"},
		{"2.5", 0, "3"},
		{"0.049", 1, "0"},
		{"0.05", 1, "0.1"},
		{"123", 2, "123"},
		{"0.0000001", 2, "0"},
		{"99.995", 2, "100"},
	} {
		value, err := decimal.Parse(row.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := value.Round(row.places).String(); got != row.want {
			t.Errorf("%s to %d places = %s, want %s", row.text, row.places, got, row.want)
		}
	}
}

func TestIntShiftSign(t *testing.T) {
	t.Parallel()
	value, _ := decimal.Parse("0.91")
	percent, err := value.Shift(2)
	if n, ok := percent.Int(); err != nil || !ok || n != 91 {
		t.Errorf("0.91 × 100 = %v, %v", percent, err)
	}
	if _, ok := value.Int(); ok {
		t.Error("0.91 is not an integer")
	}
	huge, _ := decimal.New(1, 30)
	if _, ok := huge.Int(); ok {
		t.Error("10^30 does not fit an int64")
	}
	if value.Sign() != 1 || decimal.FromInt(-2).Sign() != -1 || (decimal.Decimal{}).Sign() != 0 {
		t.Error("signs are wrong")
	}
}

func TestJSONRoundTripIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		mantissa := rapid.Int64().Draw(t, "mantissa")
		exponent := rapid.IntRange(-12, 6).Draw(t, "exponent")
		value, err := decimal.New(mantissa, exponent)
		if err != nil {
			t.Skip("out of range")
		}
		want := new(big.Rat).SetInt64(mantissa)
		power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(exponent, -exponent))), nil))
		if exponent < 0 {
			want.Quo(want, power)
		} else {
			want.Mul(want, power)
		}
		got, ok := new(big.Rat).SetString(value.String())
		if !ok || got.Cmp(want) != 0 {
			t.Fatalf("%d × 10^%d printed as %s", mantissa, exponent, value)
		}
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var back decimal.Decimal
		if err := json.Unmarshal(encoded, &back); err != nil && !errors.Is(err, decimal.ErrRange) {
			t.Fatal(err)
		} else if err == nil && back != value {
			t.Fatalf("%s came back as %s", value, back)
		}
	})
}

func TestFixedPadsToPlaces(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text   string
		places int
		want   string
	}{
		{"17.773", 2, "17.77"},
		{"17.775", 2, "17.78"},
		{"68.4", 2, "68.40"},
		{"68", 1, "68.0"},
		{"68", 0, "68"},
		{"67.5", 0, "68"},
		{"-0.04", 1, "0.0"},
		{"-1.96", 1, "-2.0"},
		{"1200", 1, "1200.0"},
		{"1.25", -1, "1.25"},
	} {
		number, err := decimal.Parse(row.text)
		if err != nil {
			t.Fatal(err)
		}
		if got := number.Fixed(row.places); got != row.want {
			t.Errorf("%s with %d places is %q, want %q", row.text, row.places, got, row.want)
		}
	}
}
