package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/tokenstore"
)

// TestLoginAtDaemonIgnoresTokenRefresh has the token change as a refresh changes
// it, which is no sign-in, and then signs in on the daemon's page.
func TestLoginAtDaemonIgnoresTokenRefresh(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), startHarness(t), t.TempDir(), freeAddress(t)
	state := filepath.Join(folder, "state")
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+", password: page}")
	signIn(t, path, "Alice")
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/status", "online"))
	login := startProgram(t, "--config", path, "login", "alice")
	_, err := login.stdout.waitForLine(ctx, "The running daemon handles")
	must(t, err)

	tokens, err := tokenstore.New(state)
	must(t, err)
	unlock, err := tokens.Lock(ctx, "alice")
	must(t, err)
	token, err := tokens.Load(ctx, "alice")
	must(t, err)
	token.Expiry = token.Expiry.Add(time.Second)
	must(t, tokens.Save(ctx, "alice", token))
	unlock()
	select {
	case <-login.ended:
		t.Fatalf("a refresh was taken for a sign-in: %d\n%s%s", login.code, login.stdout, login.stderr)
	case <-time.After(300 * time.Millisecond): // it polls every 20 ms
	}

	ask := func(target string) *http.Request {
		request := get(t, target)
		request.SetBasicAuth("anybody", "page")
		return request
	}
	link, err := redirectOf(ask("http://" + address + "/login/alice"))
	must(t, err)
	landed, err := consent(ctx, link, "Alice", "allow")
	must(t, err)
	if _, err := redirectOf(ask(landed)); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	login.expectExit(t, 0)
	if !strings.Contains(login.stdout.String(), "Alice is signed in.") {
		t.Errorf("it says nothing of success:\n%s", login.stdout)
	}
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
	if strings.Contains(daemon.stderr.String(), "wrong password") {
		t.Errorf("the login does not know the page's password:\n%s", daemon.stderr)
	}
}
