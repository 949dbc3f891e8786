// SPDX-License-Identifier: MIT

package config_test

import (
	"testing"
	"time"

	"vitals2mqtt/config"
)

func TestBoundsOfKeep(t *testing.T) {
	t.Parallel()
	for span, valid := range map[string]bool{
		"forever": true, "60d": true, "59d": false, "9w": true, "8w": false, "1y": true, "200y": true, "201y": false,
		"73000d": true, "73001d": false, "0d": false, "-90d": false, "+90d": false, "010y": false, "12m": false, "90": false,
		"1.5y": false, "90 d": false, "99999999999999999999d": false, "Forever": false,
	} {
		if _, _, err := config.Load("", minimalEnv("V2M_HISTORY_KEEP="+span), vocabulary()); (err == nil) != valid {
			t.Errorf("%s: %v", span, err)
		}
	}
}

func TestBeginOfKeep(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, time.February, 29, 12, 0, 0, 0, time.UTC)
	for span, want := range map[string]string{
		"forever": "0001-01-01", "60d": "2023-12-31", "10w": "2023-12-21", "10y": "2014-03-01",
	} {
		c, _, err := config.Load("", minimalEnv("V2M_HISTORY_KEEP="+span), vocabulary())
		if err != nil {
			t.Fatal(err)
		}
		if got := c.History.Keep.Begin(now).Format(time.DateOnly); got != want || c.History.Keep.IsForever() != (span == "forever") {
			t.Errorf("%s begins on %s, want %s", span, got, want)
		}
	}
}
