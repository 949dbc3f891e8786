// SPDX-License-Identifier: MIT

package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/tokenstore"
)

// A refresh changes the token, but is not a sign-in; the one on the daemon's
// page is.
func TestLoginAtDaemonIgnoresTokenRefresh(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
	state := filepath.Join(folder, "state")
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+", password: page}")
	clitest.SignIn(t, path, "Alice")
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/status", "online"))
	login := clitest.StartProgram(t, "--config", path, "login", "alice")
	_, err := login.Stdout.WaitForLine(ctx, "The running daemon handles")
	clitest.Must(t, err)

	tokens, err := tokenstore.New(state)
	clitest.Must(t, err)
	unlock, err := tokens.Lock(ctx, "alice")
	clitest.Must(t, err)
	token, err := tokens.Load(ctx, "alice")
	clitest.Must(t, err)
	token.Expiry = token.Expiry.Add(time.Second)
	clitest.Must(t, tokens.Save(ctx, "alice", token))
	unlock()
	select {
	case <-login.Ended:
		t.Fatalf("a refresh counted as a sign-in: %d\n%s%s", login.Code, login.Stdout, login.Stderr)
	case <-time.After(300 * time.Millisecond): // it polls every 20 ms
	}

	ask := func(target string) *http.Request {
		request := clitest.Get(t, target)
		request.SetBasicAuth("any", "page")
		return request
	}
	link, err := clitest.RedirectOf(ask("http://" + address + "/login/alice"))
	clitest.Must(t, err)
	landed, err := clitest.Consent(ctx, link, "Alice", "allow")
	clitest.Must(t, err)
	if _, err := clitest.RedirectOf(ask(landed)); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	login.ExpectExit(t, 0)
	if !strings.Contains(login.Stdout.String(), "Alice is signed in.") {
		t.Errorf("the success is not reported:\n%s", login.Stdout)
	}
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
	if strings.Contains(daemon.Stderr.String(), "wrong password") {
		t.Errorf("the login does not know the page's password:\n%s", daemon.Stderr)
	}
}
