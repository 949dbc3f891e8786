package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func get(t *testing.T, address string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	must(t, err)
	return request
}

func TestLoginByBrowserWithoutDaemon(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice, Bob]", "[weight_kg]", "web: {listen: "+freeAddress(t)+"}")
	signIn(t, path, "Bob")
	login := startProgram(t, "--config", path, "login", "alice")
	address, err := login.stdout.waitForLine(ctx, "/login/alice")
	must(t, err)
	link, err := redirectOf(get(t, address))
	must(t, err)

	// First a refusal, which ends nothing: the page stays for the next try.
	landed, err := consent(ctx, link, "Alice", "refuse")
	must(t, err)
	if _, err := redirectOf(get(t, landed)); err == nil || !strings.Contains(err.Error(), "Access was denied") {
		t.Errorf("the callback page says %v", err)
	}
	// Nor does the wrong person.
	link, err = redirectOf(get(t, address))
	must(t, err)
	landed, err = consent(ctx, link, "Bob", "allow")
	must(t, err)
	if _, err := redirectOf(get(t, landed)); err == nil || !strings.Contains(err.Error(), "another profile") {
		t.Errorf("the callback page says %v", err)
	}
	link, err = redirectOf(get(t, address))
	must(t, err)
	landed, err = consent(ctx, link, "Alice", "allow")
	must(t, err)
	if _, err := redirectOf(get(t, landed)); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	login.expectExit(t, 0)
	if !strings.Contains(login.stdout.String(), "Alice is signed in.") {
		t.Errorf("it says nothing of success:\n%s", login.stdout)
	}
	run(t, "--config", path, "profiles").expect(t, 0, "user.metrics")
}

func TestLoginStopsOnInterrupt(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+freeAddress(t)+"}")
	for words, args := range map[string][]string{
		"Open this address in a browser": {"login", "alice"},
		"paste it here":                  {"login", "alice", "--paste"},
	} {
		login := startProgram(t, append([]string{"--config", path}, args...)...)
		_, err := login.stdout.waitForLine(t.Context(), words)
		must(t, err)
		login.interrupts <- os.Interrupt
		login.expectExit(t, 1)
		if !strings.Contains(login.stderr.String(), "stopped by signal") {
			t.Errorf("%v says %s", args, login.stderr)
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
				t.Errorf("the health check asked for %s", r.URL)
			}
			w.WriteHeader(status)
		}))
		t.Cleanup(page.Close)
		environ := []string{"V2M_WEB_LISTEN=" + page.Listener.Addr().String()}
		runWith(t, withEnviron(environ...), "--config", writeMinimalConfig(t, "secret", "mqtt://127.0.0.1:9"), "healthcheck").expect(t, want.code, want.words)
	}
}

func TestSimulateServesUntilInterrupted(t *testing.T) {
	t.Parallel()
	cloud := startProgram(t, "simulate", "--json", "--listen", "127.0.0.1:0", "--seed", "3")
	line, err := cloud.stdout.waitForLine(t.Context(), "client_id")
	must(t, err)
	var facts struct {
		APIURL     string `json:"api_url"`
		ControlURL string `json:"control_url"`
		Secret     string `json:"client_secret"`
		People     []struct{ Name, UserID string }
	}
	must(t, json.Unmarshal([]byte(line), &facts))
	if len(facts.People) != 2 || facts.People[0].Name != "Alice" || facts.People[0].UserID == "" || facts.Secret == "" {
		t.Errorf("the facts are %s", line)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, facts.ControlURL+"weigh",
		strings.NewReader(`{"person":"Alice","kg":"81.4"}`))
	must(t, err)
	if _, err := redirectOf(request); err == nil || !strings.Contains(err.Error(), `200 OK {"id":`) {
		t.Errorf("weighing: %v", err)
	}
	taken := strings.TrimPrefix(facts.APIURL, "http://")
	run(t, "simulate", "--listen", taken).expect(t, 1, "cannot listen on "+taken)
	cloud.interrupts <- os.Interrupt
	cloud.expectExit(t, 0)

	// The same seed is the same world, told to people this time.
	again := startProgram(t, "simulate", "--listen", "127.0.0.1:0", "--seed", "3")
	_, err = again.stdout.waitForLine(t.Context(), "Press Ctrl-C")
	must(t, err)
	for _, fact := range []string{facts.Secret, "Alice (" + facts.People[0].UserID + ")", "curl -d '"} {
		if !strings.Contains(again.stdout.String(), fact) {
			t.Errorf("nothing of %s in\n%s", fact, again.stdout)
		}
	}
}

func TestDemoPrintsValuesAndStops(t *testing.T) {
	t.Parallel()
	demo := startProgram(t, "demo", "--speed", "100")
	for _, words := range []string{
		"mosquitto_sub -h 127.0.0.1 -p ", "vitals2mqtt/alice/weight_kg ", "vitals2mqtt/bob/spo2_pct ", "vitals2mqtt/alice/event {",
	} {
		_, err := demo.stdout.waitForLine(t.Context(), words)
		must(t, err)
	}
	demo.interrupts <- os.Interrupt
	demo.expectExit(t, 0)
	if said := demo.stderr.String(); said != "" {
		t.Errorf("a demo has nothing to complain about:\n%s", said)
	}
}
