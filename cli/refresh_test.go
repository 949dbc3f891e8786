// SPDX-License-Identifier: MIT

package cli_test

import (
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/simulator"
)

// startForRefresh starts a daemon that polls once an hour, with Alice signed
// in. Each refresh then takes the seconds that the daemon leaves between polls.
func startForRefresh(t *testing.T, web string) (o *clitest.Harness, refresh func(args ...string) clitest.Result) {
	t.Helper()
	o = clitest.Start(t)
	path := o.Configure(t, t.TempDir(), "[Alice, Bob]", "[weight_kg]", "web: "+web)
	clitest.WriteFile(t, path, strings.Replace(clitest.ReadFile(t, path), "@every 1s", "@every 1h", 1))
	refresh = func(args ...string) clitest.Result {
		return clitest.Run(t, append([]string{"--config", path, "refresh"}, args...)...)
	}
	refresh().Expect(t, 1, "no daemon is running", "vitals2mqtt run")
	refresh("carol").Expect(t, 2, `unknown profile "carol"`)
	clitest.SignIn(t, path, "Alice")
	run := clitest.StartProgram(t, "--config", path, "--log", "debug", "run")
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/bridge/state", "online"))
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", ""))
	_, err := run.Stderr.WaitForLine(t.Context(), "history read") // or it would find the weigh-in
	clitest.Must(t, err)
	o.Cloud.Weigh("Alice", "71.3", time.Now()) // clock: the daemon uses the real time
	return o, refresh
}

func TestRefreshByPage(t *testing.T) {
	t.Parallel()
	o, refresh := startForRefresh(t, "{listen: "+clitest.FreeAddress(t)+", password: hunter2}")
	refresh("alice").Expect(t, 0, "Alice: polled, 1 value changed: weight_kg 71.30 kg")
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", "71.3"))
	o.Cloud.AddFault(simulator.Fault{Call: "measure *", Status: 2555})
	refresh("alice").Expect(t, 1, "Alice: failed: The Withings API fails for Alice at measure/getmeas")
	o.Cloud.SetFaults()
	refresh().Expect(t, 4, "Alice: polled, nothing new", "Bob: not signed in: vitals2mqtt login bob",
		"1 of 2 profiles not refreshed: sign-in needed")
	o.Cloud.Withdraw("Alice")
	refresh("alice").Expect(t, 1, "Alice: failed: The Withings API refuses to refresh the token of Alice; that may be temporary. Wait,")
}

func TestRefreshByMQTT(t *testing.T) {
	t.Parallel()
	o, refresh := startForRefresh(t, "{enabled: false}")
	refresh("--json").Expect(t, 4, `"profile": "alice"`, `"result": "ok"`, `"result": "sign-in needed"`)
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", "71.3"))
	o.Cloud.AddFault(simulator.Fault{Call: "measure *", HTTP: 404})
	refresh("alice").Expect(t, 1, "Alice: failed: ", "1 of 1 profile not refreshed")
}

func TestRefreshSaysWhyThePageRefuses(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	web := "web: {listen: " + clitest.FreeAddress(t) + ", password: hunter2}"
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", web)
	clitest.StartProgram(t, "--config", path, "run")
	environ := clitest.WithEnviron("V2M_WEB_PASSWORD=hunter3")
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page", func() bool {
		return strings.Contains(clitest.RunWith(t, environ, "--config", path, "refresh").Stderr, "web.password")
	}))
	clitest.RunWith(t, environ, "--config", path, "refresh").Expect(t, 1, "another web.password than this configuration")
}
