// SPDX-License-Identifier: MIT

package history_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vitals2mqtt/history"
)

func TestReplacedDevices(t *testing.T) {
	t.Parallel()
	const first, second, third = 1, 2, 3
	for _, test := range []struct {
		name    string
		records []storedRecord
		want    []int // hours from noon
	}{
		{"one device", []storedRecord{weightOf(1, 1, 80_000).of(first), weightOf(2, 2, 80_000).of(first)}, nil},
		{"entered by hand between", []storedRecord{weightOf(1, 1, 80_000).of(first), weightOf(2, 2, 80_000)}, nil},
		{"one after the other", []storedRecord{
			weightOf(1, 1, 80_000).of(first), weightOf(2, 2, 80_000).of(first), weightOf(3, 3, 80_000).of(second),
			weightOf(4, 4, 80_000).of(third),
		}, []int{3, 4}},
		{"in turns", []storedRecord{
			weightOf(1, 1, 80_000).of(first), weightOf(2, 2, 80_000).of(second), weightOf(3, 3, 80_000).of(first),
		}, nil},
		{"two in turns, one of them replaced", []storedRecord{
			weightOf(1, 1, 80_000).of(first), weightOf(2, 2, 80_000).of(second), weightOf(3, 3, 80_000).of(first),
			weightOf(4, 4, 80_000).of(third), weightOf(5, 5, 80_000).of(first),
		}, []int{4}},
		{"may be another person's", []storedRecord{
			weightOf(1, 1, 80_000).of(first), weightOf(2, 2, 80_000).of(second).attributed(1),
		}, nil},
	} {
		archive := fillReal(t, test.records)
		series, err := archive.Range(t.Context(), history.Range{User: testUser, Key: "weight_kg", Replacements: true})
		must(t, err)
		var got []int
		for _, r := range series.Replacements {
			got = append(got, int(r.At.Sub(noon())/time.Hour))
			if r.Device == "" {
				t.Errorf("%s: no device", test.name)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: want(-) got(+)\n%s", test.name, diff)
		}
	}
}
