// SPDX-License-Identifier: MIT

package config_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// For any file: no panic, either a complete configuration or problems with
// places, and never the secret.
func FuzzParse(f *testing.F) {
	for _, folder := range []string{"good", "bad"} {
		paths, err := os.ReadDir("testdata/" + folder)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile("testdata/" + folder + "/" + path.Name())
			if err == nil && strings.HasSuffix(path.Name(), ".yaml") {
				f.Add(data)
			}
		}
	}
	const canary = "Canary/0451:x@y"
	f.Fuzz(func(t *testing.T, data []byte) {
		c, warnings, err := config.Source{
			Name: "config.yaml", Data: data, Env: []string{"TEST_SECRET=" + canary}, Vocabulary: vocabulary(),
			Open: func(string) ([]byte, error) { return nil, os.ErrNotExist },
		}.Parse()
		if listed := formatWarnings(warnings); strings.Contains(listed, canary) {
			t.Errorf("a warning prints a variable's value: %s", listed)
		}
		if err != nil {
			var problems config.Errors
			if !errors.As(err, &problems) || len(problems) == 0 || strings.Contains(err.Error(), canary) || c != nil {
				t.Errorf("%T %v", err, err)
			}
			for _, p := range problems {
				if p.Code == config.CodeSyntax && (p.Line < 1 || p.Column < 1) {
					t.Errorf("no place: %v", p)
				}
			}
			return
		}
		if c.Withings.ClientID == "" || c.Withings.ClientSecret.IsEmpty() || len(c.Withings.Profiles) == 0 ||
			c.Digest() == "" {
			t.Errorf("%+v", c)
		}
		for _, network := range slices.Concat(c.Notifications.TrustedProxies, c.Notifications.Sources) {
			if !network.IsValid() || network != network.Masked() {
				t.Errorf("network %v", network)
			}
		}
		s := c.Notifications.RelaxedSchedule
		if s.IsEmpty() != (s.Spec == "") || !s.IsEmpty() && s.Next(time.Unix(0, 0)).IsZero() {
			t.Errorf("relaxed schedule %v", s)
		}
		for _, row := range c.Withings.ExtraTypes {
			if _, taken := sensors.Lookup(row.Key); taken || row.Key == "" || row.Name == "" || row.Measure <= 0 {
				t.Errorf("%+v", row)
			}
		}
		for _, p := range c.Withings.Profiles {
			if !slices.Contains(units.Systems(), p.Units) {
				t.Errorf("units %q", p.Units)
			}
			if p.Slug == "" || len(p.Measurements) == 0 || p.Schedule.Next(time.Unix(0, 0)).IsZero() {
				t.Errorf("%+v", p)
			}
		}
	})
}

// For any schedule: no panic, and an accepted one is due later than now.
func FuzzSchedule(f *testing.F) {
	for _, spec := range []string{
		"@every 5m", "@hourly", "*/15 6-23 * * 1-5", "TZ=", "CRON_TZ=Europe/Berlin", "CRON_TZ=Europe/Berlin 0 2 * * *",
		"0 0 29 2 *", ", , , , ,", "*/9223372036854775807 * * * *", "TZ=UTC TZ=UTC", "@every 9999999h",
	} {
		f.Add(spec)
	}
	now := time.Date(2026, time.March, 29, 0, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, spec string) {
		s, err := config.ParseSchedule(spec)
		if err == nil && !s.Next(now).After(now) {
			t.Errorf("%q comes due at %v", spec, s.Next(now))
		}
	})
}
