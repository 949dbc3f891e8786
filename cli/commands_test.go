// SPDX-License-Identifier: MIT

package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
)

func TestLoginByBrowserWithoutDaemon(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice, Bob]", "[weight_kg]", "web: {listen: "+clitest.FreeAddress(t)+"}")
	clitest.SignIn(t, path, "Bob")
	login := clitest.StartProgram(t, "--config", path, "login", "alice")
	address, err := login.Stdout.WaitForLine(ctx, "/login/alice")
	clitest.Must(t, err)
	link, err := clitest.RedirectOf(clitest.Get(t, address))
	clitest.Must(t, err)

	// After a denial the page stays for the next attempt.
	landed, err := clitest.Consent(ctx, link, "Alice", "refuse")
	clitest.Must(t, err)
	if _, err := clitest.RedirectOf(clitest.Get(t, landed)); err == nil ||
		!strings.Contains(err.Error(), "Access was denied") {
		t.Errorf("the callback page says %v", err)
	}
	// Likewise after the wrong account.
	link, err = clitest.RedirectOf(clitest.Get(t, address))
	clitest.Must(t, err)
	landed, err = clitest.Consent(ctx, link, "Bob", "allow")
	clitest.Must(t, err)
	if _, err := clitest.RedirectOf(clitest.Get(t, landed)); err == nil ||
		!strings.Contains(err.Error(), "This is the account of Bob") {
		t.Errorf("the callback page says %v", err)
	}
	link, err = clitest.RedirectOf(clitest.Get(t, address))
	clitest.Must(t, err)
	landed, err = clitest.Consent(ctx, link, "Alice", "allow")
	clitest.Must(t, err)
	if _, err := clitest.RedirectOf(clitest.Get(t, landed)); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	login.ExpectExit(t, 0)
	if !strings.Contains(login.Stdout.String(), "Alice is signed in.") {
		t.Errorf("the success is not reported:\n%s", login.Stdout)
	}
	clitest.Run(t, "--config", path, "profiles").Expect(t, 0, "user.metrics")
}

func TestLoginStopsOnInterrupt(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+clitest.FreeAddress(t)+"}")
	for words, args := range map[string][]string{
		"Open this address in a browser": {"login", "alice"},
		"it here within 30":              {"login", "alice", "--paste"},
	} {
		login := clitest.StartProgram(t, append([]string{"--config", path}, args...)...)
		_, err := login.Stdout.WaitForLine(t.Context(), words)
		clitest.Must(t, err)
		login.Interrupts <- os.Interrupt
		login.ExpectExit(t, 1)
		if !strings.Contains(login.Stderr.String(), "stopped by signal") {
			t.Errorf("%v says %s", args, login.Stderr)
		}
	}
}

func TestHealthcheckReportsDaemonHealth(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct {
		code  int
		words string
	}{
		http.StatusOK:                 {0, "ok"},
		http.StatusServiceUnavailable: {1, "the daemon is unhealthy: 503"},
	} {
		page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/healthz" {
				t.Errorf("the health check requested %s", r.URL)
			}
			w.WriteHeader(status)
		}))
		t.Cleanup(page.Close)
		environ := []string{"V2M_WEB_LISTEN=" + page.Listener.Addr().String()}
		path := writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9")
		clitest.RunWith(t, clitest.WithEnviron(environ...), "--config", path, "healthcheck").
			Expect(t, want.code, want.words)
	}
}

func TestSimulateServesUntilInterrupted(t *testing.T) {
	t.Parallel()
	cloud := clitest.StartProgram(t, "simulate", "--json", "--listen", "127.0.0.1:0", "--seed", "3")
	line, err := cloud.Stdout.WaitForLine(t.Context(), "client_id")
	clitest.Must(t, err)
	var facts struct {
		APIURL     string `json:"api_url"`
		ControlURL string `json:"control_url"`
		Secret     string `json:"client_secret"`
		People     []struct{ Name, UserID string }
	}
	clitest.Must(t, json.Unmarshal([]byte(line), &facts))
	if len(facts.People) != 2 || facts.People[0].Name != "Alice" || facts.People[0].UserID == "" || facts.Secret == "" {
		t.Errorf("the connection settings are %s", line)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, facts.ControlURL+"weigh",
		strings.NewReader(`{"person":"Alice","kg":"81.4"}`))
	clitest.Must(t, err)
	if _, err := clitest.RedirectOf(request); err == nil || !strings.Contains(err.Error(), `200 OK {"id":`) {
		t.Errorf("weighing: %v", err)
	}
	taken := strings.TrimPrefix(facts.APIURL, "http://")
	clitest.Run(t, "simulate", "--listen", taken).Expect(t, 1, "cannot listen on "+taken)
	cloud.Interrupts <- os.Interrupt
	cloud.ExpectExit(t, 0)

	// The same seed gives the same people, printed as text.
	again := clitest.StartProgram(t, "simulate", "--listen", "127.0.0.1:0", "--seed", "3")
	_, err = again.Stdout.WaitForLine(t.Context(), "Press Ctrl-C")
	clitest.Must(t, err)
	for _, fact := range []string{facts.Secret, "Alice (" + facts.People[0].UserID + ")", "curl -d '"} {
		if !strings.Contains(again.Stdout.String(), fact) {
			t.Errorf("no %q in\n%s", fact, again.Stdout)
		}
	}
}

// TestSimulateKeepsTheQuota counts the requests that the simulated cloud takes
// before it refuses one for their number.
func TestSimulateKeepsTheQuota(t *testing.T) {
	t.Parallel()
	const some = 130
	for _, row := range []struct {
		args  []string
		taken int
	}{
		{nil, 120},
		{[]string{"--per-minute", "3"}, 3},
		{[]string{"--per-minute", "0"}, some},
	} {
		cloud := clitest.StartProgram(t, append([]string{"simulate", "--json", "--listen", "127.0.0.1:0"}, row.args...)...)
		line, err := cloud.Stdout.WaitForLine(t.Context(), "client_id")
		clitest.Must(t, err)
		var facts struct {
			APIURL string `json:"api_url"`
		}
		clitest.Must(t, json.Unmarshal([]byte(line), &facts))
		taken := 0
		for range some {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, facts.APIURL+"/measure",
				strings.NewReader("action=getmeas"))
			clitest.Must(t, err)
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			_, err = clitest.RedirectOf(request)
			if err == nil || !strings.Contains(err.Error(), `"status":`) {
				t.Fatalf("%v: %v", row.args, err)
			}
			if !strings.Contains(err.Error(), `"status":601`) {
				taken++
			}
		}
		if taken != row.taken {
			t.Errorf("%v: %d requests were taken, want %d", row.args, taken, row.taken)
		}
		cloud.Interrupts <- os.Interrupt
		cloud.ExpectExit(t, 0)
	}
	clitest.Run(t, "simulate", "--per-minute=-1").Expect(t, 2, "0 means no limit")
}

func TestDemoPrintsValuesAndStops(t *testing.T) {
	t.Parallel()
	demo := clitest.StartProgram(t, "demo", "--speed", "100")
	for _, words := range []string{
		"mosquitto_sub -h 127.0.0.1 -p ", "vitals2mqtt/alice/weight_kg ", "vitals2mqtt/bob/spo2_pct ",
		"vitals2mqtt/alice/event {",
	} {
		_, err := demo.Stdout.WaitForLine(t.Context(), words)
		clitest.Must(t, err)
	}
	demo.Interrupts <- os.Interrupt
	demo.ExpectExit(t, 0)
	if stderr := demo.Stderr.String(); stderr != "" {
		t.Errorf("the demo reports problems:\n%s", stderr)
	}
}
