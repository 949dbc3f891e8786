// SPDX-License-Identifier: MIT

package display_test

import (
	"testing"
	"time"

	"vitals2mqtt/display"
)

func TestMarksOfAnAxis(t *testing.T) {
	t.Parallel()
	english, german := display.Reader{Language: display.English}, display.Reader{Language: display.German}
	for _, row := range []struct {
		got, want string
	}{
		{english.Mark(70.1+0.2, "kg"), "70.3\u00a0kg"},
		{english.Mark(10_000, "steps"), "10\u202f000\u00a0steps"},
		{english.Mark(-0.5, "kg"), "\u22120.5\u00a0kg"},
		{english.Mark(100, ""), "100"},
		{german.Mark(7, "h"), german.Mark(7, "") + "\u00a0h"},
	} {
		if row.got != row.want {
			t.Errorf("%q, want %q", row.got, row.want)
		}
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, time.February, 1, 8, 0, 0, 0, time.UTC)
	midnight := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		to   time.Time
		want string
	}{
		{midnight, "1 Feb 2026 to 28 Feb 2026"},
		{midnight.Add(time.Hour), "1 Feb 2026 to 1 Mar 2026"},
		{from.Add(time.Hour), "1 Feb 2026 08:00 to 1 Feb 2026 09:00"},
	} {
		if got := display.English.Period(from, row.to); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}
