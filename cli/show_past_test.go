// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// archiveHourly stores invented weigh-ins in grams, one an hour.
func archiveHourly(t *testing.T, stateDir string, first time.Time, grams ...int64) {
	t.Helper()
	account, found, err := bridge.LoadStoredAccount(checkpoint.OpenReadOnly(stateDir), "alice")
	if err != nil || !found {
		t.Fatalf("no stored account: %v", err)
	}
	archive, err := history.Open(t.Context(), history.Options{Path: filepath.Join(stateDir, "history.db")})
	clitest.Must(t, err)
	batch := sensors.Batch{Kind: sensors.KindMeasures, Zone: "Europe/Berlin"}
	for i, weight := range grams {
		value, err := decimal.New(weight, -3)
		clitest.Must(t, err)
		at := first.Add(time.Duration(i) * time.Hour).Unix()
		batch.Records = append(batch.Records, sensors.Record{
			ID:       at,
			At:       at,
			Modified: at,
			Model:    "Body Cardio",
			Fields:   []sensors.Field{{Name: "1", Position: sensors.NoPosition, Value: sensors.Number(value)}},
		})
	}
	options := sensors.ApplyOptions{Now: first.AddDate(1, 0, 0)}
	_, err = archive.Apply(t.Context(), account.UserID, batch, options, sensors.Progress{})
	clitest.Must(t, err)
	clitest.Must(t, archive.Close())
}

func TestShowPrintsThePast(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[{name: Alice, units: uk}]", "[weight_kg, height_m, bmi]", "")
	run := func(args ...string) clitest.Result {
		return clitest.Run(t, append([]string{"--config", path, "show"}, args...)...)
	}
	run("alice", "--since", "7d").Expect(t, 4, "Alice: sign-in needed")
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	archiveHourly(t, filepath.Join(folder, "state"), time.Date(2020, 3, 1, 7, 0, 0, 0, time.UTC), 80_000, 82_000, 81_000)
	year := []string{"--since", "2020", "--until", "2021"}

	run(append(year, "alice", "weight_kg")...).Expect(t, 0, "TIME", "1 Mar 2020 08:00  12 st 8.4 lb", "1 Mar 2020 10:00  12 st 10.6 lb")
	run(append(year, "alice", "weight_kg", "height_m", "--bucket", "day")...).Expect(t, 0, "DAY", "MIN", "COUNT",
		"1 Mar 2020  12 st 10.6 lb  12 st 8.4 lb  12 st 12.8 lb  12 st 10.6 lb  3", "height_m has no values in that time")
	run(append(year, "alice")...).Expect(t, 0, "KEY", "weight_kg  3")
	run("alice", "--since", "2019", "--until", "2020").Expect(t, 1, "no values in that time")
	run("alice", "--since", "yesterday").Expect(t, 2, `"yesterday" is not a time; use for example 7d`)
	run("alice", "--since", "2021", "--until", "2020").Expect(t, 2, "--until must be later than --since")
	run("alice", "--bucket", "decade").Expect(t, 2, "--bucket must be one of")
	run("alice", "--since", "7d", "wieght_kg").Expect(t, 2, `did you mean "weight_kg"?`)
	run("alice", "--since", "7d", "bmi").Expect(t, 2, "bmi is computed from other sensors and not kept in the archive")

	var shown struct {
		Profile string
		Series  []struct {
			Key, Unit, Bucket string
			Points            []struct {
				Time  string
				Value float64
			}
		}
	}
	got := run(append(year, "alice", "weight_kg", "--json")...)
	got.Expect(t, 0)
	clitest.Must(t, json.Unmarshal([]byte(got.Stdout), &shown))
	if len(shown.Series) != 1 || shown.Series[0].Unit != "kg" || len(shown.Series[0].Points) != 3 ||
		shown.Series[0].Points[1].Value != 82 || shown.Series[0].Points[1].Time != "2020-03-01T09:00:00+01:00" {
		t.Errorf("%s", got.Stdout)
	}
}

// TestShowLimitsTheLinesOfThePast has more values than fit on a screen.
func TestShowLimitsTheLinesOfThePast(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "")
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	var weights []int64
	for i := range 120 {
		weights = append(weights, 80_000+int64(i))
	}
	archiveHourly(t, filepath.Join(folder, "state"), time.Date(2020, 3, 1, 7, 0, 0, 0, time.UTC), weights...)
	args := []string{"--config", path, "show", "alice", "weight_kg", "--since", "2020", "--until", "2021"}
	for want, more := range map[int][]string{7: nil, 121: {"--bucket", "none"}} {
		got := clitest.Run(t, append(args, more...)...)
		got.Expect(t, 0)
		if lines := strings.Count(got.Stdout, "\n"); lines != want {
			t.Errorf("%v: %d lines, want %d", more, lines, want)
		}
	}
}
