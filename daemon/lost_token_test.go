// SPDX-License-Identifier: MIT

package daemon_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/tokenstore"
)

// loseToken makes a token expire, and the disk fail right after the cloud has
// replaced the token. It returns the address of the cloud.
func loseToken(t *testing.T, o *clitest.Harness, state, profile string) string {
	t.Helper()
	tokens, err := tokenstore.New(state)
	clitest.Must(t, err)
	token, err := tokens.Load(t.Context(), profile)
	clitest.Must(t, err)
	token.Expiry = time.Now().Add(-time.Minute) // clock: the program judges expiry by it
	clitest.Must(t, tokens.Save(t.Context(), profile, token))
	cloud, err := url.Parse(o.CloudURL)
	clitest.Must(t, err)
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
	o, folder := clitest.Start(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]"))
	clitest.SignIn(t, path, "Alice")
	environ := []string{"V2M_WITHINGS_API_URL=" + loseToken(t, o, filepath.Join(folder, "state"), "alice")}
	clitest.RunWith(t, clitest.WithEnviron(environ...), "--config", path, "once").Expect(t, 1, "must sign in again")
	clitest.Must(t, o.WaitRetained(t.Context(), "vitals2mqtt/alice/weight_kg", "")) // the lost token was valid
}

func TestOnceStopsOnInterrupt(t *testing.T) {
	t.Parallel()
	o, folder := clitest.Start(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]", "mqtt: {url: mqtt://127.0.0.1:9}"))
	clitest.SignIn(t, path, "Alice")
	once := clitest.StartProgram(t, "--config", path, "once")
	_, err := once.Stderr.WaitForLine(t.Context(), "broker connection failed")
	clitest.Must(t, err)
	once.Interrupts <- os.Interrupt
	once.ExpectExit(t, 1)
	if !strings.Contains(once.Stderr.String(), "stopped by signal") {
		t.Errorf("it says %s", once.Stderr)
	}
}

func TestPageShowsUnstorableToken(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
	state := filepath.Join(folder, "state")
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+"}")
	clitest.SignIn(t, path, "Alice")
	losing := loseToken(t, o, state, "alice")
	text := strings.Replace(clitest.ReadFile(t, path), "api_url: "+o.CloudURL, "api_url: "+losing, 1)
	clitest.WriteFile(t, path, text)
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	var problem string
	clitest.Must(t, clitest.WaitFor(ctx, "the page to report it", func() bool {
		problem = clitest.GetOverview(t, address).Profiles[0].Problem
		return strings.Contains(problem, "The newest token of Alice is in memory only")
	}))
	if strings.Contains(problem, "getmeas") {
		t.Errorf("the problem names an endpoint: %s", problem)
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}

// The address of a disabled page is not published.
func TestDisabledPageIsNotLinked(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice, Bob]", "[weight_kg]"))
	clitest.SignIn(t, path, "Alice")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", ""))
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/bob/status", "offline"))
	_, err := daemon.Stderr.WaitForLine(ctx, "sign-in needed")
	clitest.Must(t, err)
	for topic, payload := range o.Broker.Retained() {
		if strings.Contains(payload, "8099") || strings.Contains(payload, "configuration_url") ||
			strings.Contains(payload, "sign_in_url") {
			t.Errorf("%s links to the disabled page: %s", topic, payload)
		}
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	if strings.Contains(daemon.Stderr.String(), "8099") {
		t.Errorf("the log links to the disabled page:\n%s", daemon.Stderr)
	}
}
