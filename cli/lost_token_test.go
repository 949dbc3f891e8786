package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/web"
)

// loseToken lets a token expire, and the disk fail in the worst moment: when the
// cloud has just replaced the token. It returns the cloud's address.
func (o *harness) loseToken(t *testing.T, state, profile string) string {
	t.Helper()
	tokens, err := tokenstore.New(state)
	must(t, err)
	token, err := tokens.Load(t.Context(), profile)
	must(t, err)
	token.Expiry = time.Now().Add(-time.Minute) // clock: the program judges expiry by it
	must(t, tokens.Save(t.Context(), profile, token))
	cloud, err := url.Parse(o.cloudURL)
	must(t, err)
	proxy := httputil.NewSingleHostReverseProxy(cloud)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	proxy.ModifyResponse = func(answer *http.Response) error {
		folder := filepath.Join(state, "tokens")
		if answer.Request.URL.Path != "/v2/oauth2" {
			return nil
		}
		if err := os.Rename(folder, folder+".gone"); err != nil {
			return err
		}
		return os.WriteFile(folder, nil, 0o600)
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

func TestOnceReportsLostToken(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	writeFile(t, path, o.config("[Alice]", "[weight_kg]"))
	signIn(t, path, "Alice")
	environ := []string{"V2M_WITHINGS_API_URL=" + o.loseToken(t, filepath.Join(folder, "state"), "alice")}
	runWith(t, withEnviron(environ...), "--config", path, "once").expect(t, 1, "must sign in again")
	must(t, o.waitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", "")) // it was good for that
}

func TestOnceStopsOnInterrupt(t *testing.T) {
	t.Parallel()
	o, folder := startHarness(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	writeFile(t, path, o.config("[Alice]", "[weight_kg]", "mqtt: {url: mqtt://127.0.0.1:9}"))
	signIn(t, path, "Alice")
	once := startProgram(t, "--config", path, "once")
	_, err := once.stderr.waitForLine(t.Context(), "broker connection failed")
	must(t, err)
	once.interrupts <- os.Interrupt
	once.expectExit(t, 1)
	if !strings.Contains(once.stderr.String(), "stopped by signal") {
		t.Errorf("it says %s", once.stderr)
	}
}

func TestPageShowsUnstorableToken(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), startHarness(t), t.TempDir(), freeAddress(t)
	state := filepath.Join(folder, "state")
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+"}")
	signIn(t, path, "Alice")
	writeFile(t, path, strings.Replace(readFile(t, path), "api_url: "+o.cloudURL, "api_url: "+o.loseToken(t, state, "alice"), 1))
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	var problem string
	must(t, waitFor(ctx, "the page to tell", func() bool {
		problem = getOverview(t, address).Profiles[0].Problem
		return strings.Contains(problem, "the newest token could not be stored")
	}))
	if strings.Contains(problem, "getmeas") {
		t.Errorf("endpoints have a table of their own: %s", problem)
	}
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
}

// getOverview is what the page knows.
func getOverview(t *testing.T, address string) (shown web.Overview) {
	t.Helper()
	reply, err := browser().Do(get(t, "http://"+address+"/api/overview"))
	must(t, err)
	defer func() { _ = reply.Body.Close() }()
	must(t, json.NewDecoder(reply.Body).Decode(&shown))
	return shown
}

// TestDisabledPageIsNotLinked looks for the address of a page that nobody serves.
func TestDisabledPageIsNotLinked(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	writeFile(t, path, o.config("[Alice, Bob]", "[weight_kg]"))
	signIn(t, path, "Alice")
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	must(t, o.waitRetained(ctx, "vitals2mqtt/bob/status", "offline"))
	_, err := daemon.stderr.waitForLine(ctx, "sign-in needed")
	must(t, err)
	for topic, payload := range o.broker.Retained() {
		if strings.Contains(payload, "8099") || strings.Contains(payload, "configuration_url") || strings.Contains(payload, "sign_in_url") {
			t.Errorf("%s names a page that is not there: %s", topic, payload)
		}
	}
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
	if strings.Contains(daemon.stderr.String(), "8099") {
		t.Errorf("the log names a page that is not there:\n%s", daemon.stderr)
	}
}
