// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// shownValues is the output of show --json.
type shownValues struct {
	Profile, Source string
	Values          []shownValue
	Missing         []struct{ Key, Reason string }
}

type shownValue struct {
	Key, Value, Unit, Text string
	MeasuredAt             string `json:"measured_at"`
	AgeSeconds             int64  `json:"age_seconds"`
}

// show runs show --json.
func show(t *testing.T, path string, args ...string) (shown shownValues) {
	t.Helper()
	got := clitest.Run(t, append([]string{"--config", path, "show", "--json"}, args...)...)
	got.Expect(t, 0)
	clitest.Must(t, json.Unmarshal([]byte(got.Stdout), &shown))
	return shown
}

func TestShowPrintsTheValuesOfDaemonAndStore(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	address := clitest.FreeAddress(t)
	path := o.Configure(t, folder, "[{name: Alice, units: uk}]", "[weight_kg, height_m, sleep_score, urine_ph, battery_level_pct]",
		"web: {listen: "+address+", password: hunter2}")
	run := func(args ...string) clitest.Result {
		return clitest.Run(t, append([]string{"--config", path, "show"}, args...)...)
	}
	run("alice").Expect(t, 4, "Alice: sign-in needed: vitals2mqtt login alice")
	run("carol").Expect(t, 2, `unknown profile "carol"`)
	clitest.SignIn(t, path, "Alice")
	clitest.Run(t, "--config", path, "once").Expect(t, 0)

	stored := show(t, path, "alice")
	if stored.Source != "stored" || stored.Profile != "alice" || len(stored.Values) < 4 {
		t.Fatalf("%+v", stored)
	}
	run("Alice").Expect(t, 0, "KEY", "weight_kg", " st ", "lb", "ago", "Body Cardio", "battery_level_pct", "1 sensor has no value",
		"vitals2mqtt status alice", "no running daemon")
	run("alice", "urine_ph", "weight_kg").Expect(t, 0, "weight_kg", "urine_ph has no value: never received")
	run("alice", "urine_ph").Expect(t, 1, "no value of urine_ph: never received")
	run("alice", "bone_mass_kg").Expect(t, 1, "not configured")
	run("alice", "wieght_kg").Expect(t, 2, `unknown sensor "wieght_kg", did you mean "weight_kg"?`)
	run("alice", "zzzzzzzzz").Expect(t, 2, "`vitals2mqtt sensors` lists them")

	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page", func() bool { return show(t, path, "alice").Source == "daemon" }))
	running := show(t, path, "alice")
	for i := range running.Values {
		running.Values[i].AgeSeconds = stored.Values[i].AgeSeconds
	}
	if !slices.Equal(running.Values, stored.Values) {
		t.Errorf("the daemon has\n%+v, the stored state\n%+v", running.Values, stored.Values)
	}
	ordered := show(t, path, "alice", "weight_kg", "height_m", "urine_ph")
	if len(ordered.Values) != 2 || ordered.Values[0].Key != "weight_kg" || ordered.Values[0].Unit != "kg" ||
		len(ordered.Missing) != 1 || ordered.Missing[0].Reason != "never_delivered" {
		t.Errorf("%+v", ordered)
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}
