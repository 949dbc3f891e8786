// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/health"
	"vitals2mqtt/simulator"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// overviewVerdict is the verdict of the daemon's page; it is empty while the
// daemon reloads.
func overviewVerdict(t *testing.T, address string) (verdict health.Verdict) {
	t.Helper()
	request := clitest.Get(t, "http://"+address+"/api/overview")
	request.SetBasicAuth("any", "page")
	reply, err := clitest.Browser().Do(request)
	if err != nil {
		return health.Verdict{}
	}
	defer func() { _ = reply.Body.Close() }()
	var overview struct {
		Verdict health.Verdict `json:"verdict"`
	}
	clitest.Must(t, json.NewDecoder(reply.Body).Decode(&overview))
	return overview.Verdict
}

// reportRow is what the tests read of `doctor --json`.
type reportRow struct{ Check, Level, Code, Text, Cure string }

func doctorRows(t *testing.T, result clitest.Result) []reportRow {
	t.Helper()
	var report struct{ Findings []reportRow }
	clitest.Must(t, json.Unmarshal([]byte(result.Stdout), &report))
	return report.Findings
}

// daemonFault is something that goes wrong while a daemon runs.
type daemonFault struct {
	// before changes the state folder before the daemon starts; sabotage breaks
	// something once it is online. Either may be nil.
	before   func(t *testing.T, o *clitest.Harness, stateDir string)
	sabotage func(t *testing.T, o *clitest.Harness, config string, daemon *clitest.Process)
	// codes are those of which the daemon finds at least one.
	codes []health.Code
	exit  int
	// never are texts that would contradict the verdict.
	never []string
}

func daemonFaults() map[string]daemonFault {
	return map[string]daemonFault{
		"consent withdrawn a moment ago": {
			sabotage: func(_ *testing.T, o *clitest.Harness, _ string, _ *clitest.Process) { o.Cloud.Withdraw("Alice") },
			codes:    []health.Code{health.CodeRefreshRetrying},
			never:    []string{"token accepted", "does at its next poll"},
		},
		"consent withdrawn hours ago": {
			before: refuseForHours,
			codes:  []health.Code{health.CodeSignInNeeded},
			exit:   4,
			never:  []string{"token accepted", "token_refresh_due"},
		},
		"endpoint failing": {
			sabotage: func(_ *testing.T, o *clitest.Harness, _ string, _ *clitest.Process) {
				o.Cloud.SetFaults(simulator.Fault{Call: "measure getmeas", Status: 293, Text: "invalid parameters"})
			},
			codes: []health.Code{health.CodeEndpointFailing},
			exit:  1,
		},
		"client secret wrong": {
			sabotage: func(t *testing.T, o *clitest.Harness, config string, daemon *clitest.Process) {
				t.Helper()
				clitest.WriteFile(t, config, strings.ReplaceAll(clitest.ReadFile(t, config), o.Cloud.ClientSecret(), "c0ffee"))
				// Before that, the token would be refreshed with the right secret.
				_, err := daemon.Stderr.WaitForLine(t.Context(), "configuration reloaded")
				clitest.Must(t, err)
				o.Cloud.Advance(4 * time.Hour) // the access token lapses
			},
			codes: []health.Code{health.CodeApplicationCredentials},
			exit:  1,
			never: []string{"token accepted", "vitals2mqtt login"},
		},
		"broker gone": {
			sabotage: func(_ *testing.T, o *clitest.Harness, _ string, _ *clitest.Process) { _ = o.Broker.Close() },
			codes:    []health.Code{health.CodeBrokerUnreachable},
			exit:     5,
			never:    []string{"connected to mqtt"},
		},
	}
}

// refuseForHours withdraws Alice's consent, and stores that the refresh of her
// token was refused for hours.
func refuseForHours(t *testing.T, o *clitest.Harness, stateDir string) {
	t.Helper()
	store, err := tokenstore.New(stateDir)
	clitest.Must(t, err)
	token, err := store.Load(t.Context(), "alice")
	clitest.Must(t, err)
	now := time.Now() // clock: the program judges how long ago it was
	token.Refusals = withings.Refusals{
		Count:  7,
		First:  now.Add(-5 * time.Hour),
		Last:   now.Add(-time.Minute),
		Final:  true,
		Status: 503,
	}
	o.Cloud.Withdraw("Alice")
	token.Expiry = now.Add(-time.Hour)
	clitest.Must(t, store.Save(t.Context(), "alice", token))
}

// Whatever is wrong while a daemon runs: the doctor repeats the codes of its
// verdict, and its own look from outside does not say the opposite.
func TestDoctorRepeatsTheVerdictOfTheDaemon(t *testing.T) {
	t.Parallel()
	for name, fault := range daemonFaults() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, folder, address := clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
			config := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+", password: page}")
			clitest.SignIn(t, config, "Alice")
			if fault.before != nil {
				fault.before(t, o, filepath.Join(folder, "state"))
			}
			daemon := clitest.StartProgram(t, "--config", config, "run")
			if err := o.WaitRetained(t.Context(), "vitals2mqtt/alice/status", ""); err != nil {
				t.Fatalf("%v\n%s", err, daemon.Stderr)
			}
			if fault.sabotage != nil {
				fault.sabotage(t, o, config, daemon)
			}
			var verdict health.Verdict
			if err := clitest.WaitFor(t.Context(), "the verdict", func() bool {
				verdict = overviewVerdict(t, address)
				return slices.ContainsFunc(fault.codes, verdict.Has)
			}); err != nil {
				t.Fatalf("%v: %+v\n%s", err, verdict, daemon.Stderr)
			}
			got := clitest.Run(t, "--config", config, "doctor", "--json")
			fault.check(t, verdict, got)
			fault.checkDump(t, clitest.Run(t, "--config", config, "dump"))
			if t.Failed() {
				t.Logf("%+v\n%s%s\n%s", verdict, got.Stdout, got.Stderr, daemon.Stderr)
			}
		})
	}
}

// check holds the report against the verdict.
func (f daemonFault) check(t *testing.T, verdict health.Verdict, got clitest.Result) {
	t.Helper()
	if got.Code != f.exit {
		t.Errorf("exit code %d, want %d", got.Code, f.exit)
	}
	rows := doctorRows(t, got)
	for _, s := range verdict.Findings {
		if !slices.Contains(f.codes, s.Code) {
			continue // may pass meanwhile
		}
		if !slices.ContainsFunc(rows, func(r reportRow) bool { return r.Check == "daemon" && r.Code == string(s.Code) }) {
			t.Errorf("the doctor does not say %s", s.Code)
		}
	}
	for _, text := range append(f.never, "reports no problem") {
		if strings.Contains(got.Stdout, text) {
			t.Errorf("the doctor says %q", text)
		}
	}
}

// checkDump looks for the codes of the verdict in a bundle, which has no names.
func (f daemonFault) checkDump(t *testing.T, got clitest.Result) {
	t.Helper()
	var bundle struct {
		Verdict struct {
			Source   string
			Findings []struct{ Code health.Code }
		}
	}
	clitest.Must(t, json.Unmarshal([]byte(got.Stdout), &bundle))
	has := slices.ContainsFunc(bundle.Verdict.Findings, func(row struct{ Code health.Code }) bool {
		return slices.Contains(f.codes, row.Code)
	})
	if !has || bundle.Verdict.Source != "daemon" || strings.Contains(strings.ToLower(got.Stdout), "alice") {
		t.Errorf("the dump has %+v\n%s", bundle.Verdict, got.Stdout)
	}
}

// A daemon that cannot be asked is judged by what it has stored.
func TestDoctorReadsWhatIsStored(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ daemons, doctors, code string }{
		"page disabled":  {"{enabled: false}", "{enabled: false}", "daemon_page_disabled"},
		"other password": {"{listen: ADDRESS, password: page}", "{listen: ADDRESS, password: other}", "daemon_silent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, folder, address := clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
			web := func(settings string) string { return "web: " + strings.Replace(settings, "ADDRESS", address, 1) }
			config := o.Configure(t, folder, "[Alice]", "[weight_kg]", web(row.daemons))
			clitest.SignIn(t, config, "Alice")
			refuseForHours(t, o, filepath.Join(folder, "state"))
			daemon := clitest.StartProgram(t, "--config", config, "run")
			clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/status", "offline"))
			other := filepath.Join(folder, "doctor.yaml")
			clitest.WriteFile(t, other, o.Config("[Alice]", "[weight_kg]", web(row.doctors)))
			got := clitest.Run(t, "--config", other, "doctor", "--json")
			got.Expect(t, 4)
			var codes []string
			for _, r := range doctorRows(t, got) {
				if r.Check == "daemon" {
					codes = append(codes, r.Code)
				}
			}
			if !slices.Equal(codes, []string{row.code, "sign_in_needed"}) {
				t.Errorf("the doctor has %v\n%s\n%s", codes, got.Stdout, daemon.Stderr)
			}
		})
	}
}
