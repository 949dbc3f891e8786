package cli_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestAnotherAccountNeedsReplace pastes Bob's consent for Alice, while she is signed
// in and when only her values are left.
func TestAnotherAccountNeedsReplace(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), outsideFor(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	o.configuration(t, path, o.broker.URL(), "[Alice]", "[weight_kg]")
	signIn(t, path, "Alice")
	o.cloud.Weigh("Alice", "61.1", time.Now().Add(-time.Minute))
	o.cloud.Weigh("Bob", "91.9", time.Now().Add(-time.Minute))
	run(t, "", nil, "--config", path, "once").expect(t, 0)
	refused := func(when string) {
		t.Helper()
		login := start(t, "--config", path, "login", "alice", "--paste")
		code, err := pasting(ctx, login, "Bob", "allow")
		must(t, err)
		for _, words := range []string{"not the account that Alice was signed in with before", "nothing was changed", "login alice --paste --replace"} {
			if code != 1 || !strings.Contains(login.stderr.String(), words) {
				t.Errorf("%s: exit %d without %q: %s", when, code, words, login.stderr)
			}
		}
		if got := o.broker.Retained()["vitals2mqtt/alice/weight_kg"]; got != "61.1" {
			t.Errorf("%s: the weight is %q", when, got)
		}
	}
	refused("signed in")
	run(t, "", nil, "--config", path, "once").expect(t, 0) // as Alice, still
	run(t, "", nil, "--config", path, "logout", "alice").expect(t, 0)
	refused("signed out")

	login := start(t, "--config", path, "login", "alice", "--paste", "--replace")
	if code, err := pasting(ctx, login, "Bob", "allow"); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, login.stderr)
	}
	run(t, "", nil, "--config", path, "once").expect(t, 0)
	must(t, o.retained(ctx, "vitals2mqtt/alice/weight_kg", "91.9"))
}

// TestThePageAsksBeforeItReplacesAnAccount has Bob sign in as Alice at the daemon,
// who first keeps her account and then lets it go.
func TestThePageAsksBeforeItReplacesAnAccount(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), outsideFor(t), t.TempDir(), freePort(t)
	path := write(t, filepath.Join(folder, "config.yaml"), o.settings("[Alice]", "[weight_kg]")+fmt.Sprintf(
		"mqtt: {url: %q}\nweb: {listen: %q}\nstate_dir: %q\n", o.broker.URL(), address, filepath.Join(folder, "state")))
	signIn(t, path, "Alice")
	o.cloud.Weigh("Alice", "61.1", time.Now().Add(-time.Minute))
	o.cloud.Weigh("Bob", "91.9", time.Now().Add(-time.Minute))
	daemon := start(t, "--config", path, "run")
	must(t, o.retained(ctx, "vitals2mqtt/alice/weight_kg", "61.1"))
	login := start(t, "--config", path, "login", "alice", "--replace")
	_, err := login.stdout.line(ctx, "asks once more")
	must(t, err)

	question := regexp.MustCompile(`name="question" value="([A-Z0-9]+)"`)
	asBob := func() string {
		t.Helper()
		link, err := visit(get(t, "http://"+address+"/login/alice"))
		must(t, err)
		landed, err := consent(ctx, link, "Bob", "allow")
		must(t, err)
		_, err = visit(get(t, landed))
		if err == nil || !strings.Contains(err.Error(), "409 Conflict") || !strings.Contains(err.Error(), "signed in with another account") {
			t.Fatalf("the callback page says %v", err)
		}
		found := question.FindStringSubmatch(err.Error())
		if found == nil {
			t.Fatalf("the page asks nothing: %v", err)
		}
		return found[1]
	}
	answer := func(question, answer, want string) {
		t.Helper()
		form := url.Values{"question": {question}, "answer": {answer}}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/oauth/replace", strings.NewReader(form.Encode()))
		must(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		reply, err := browser().Do(request)
		must(t, err)
		defer func() { _ = reply.Body.Close() }()
		text, err := io.ReadAll(reply.Body)
		must(t, err)
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is answered with %s %s", answer, reply.Status, text)
		}
	}
	first := asBob()
	answer(first, "keep", "Alice stays with the former account")
	answer(first, "replace", "nobody waits for this answer")
	synced := overview(t, address).People[0].LastSync
	must(t, await(ctx, "two more polls", func() bool {
		now := overview(t, address).People[0].LastSync
		return now.After(synced.Add(2 * time.Second))
	}))
	if got := o.broker.Retained()["vitals2mqtt/alice/weight_kg"]; got != "61.1" {
		t.Errorf("the weight is %q although the account was kept", got)
	}
	select {
	case <-login.ended:
		t.Fatalf("the login takes that for a sign-in:\n%s%s", login.stdout, login.stderr)
	default:
	}

	answer(asBob(), "replace", "Alice is signed in")
	must(t, o.retained(ctx, "vitals2mqtt/alice/weight_kg", "91.9"))
	login.ends(t, 0)
	daemon.interrupts <- os.Interrupt
	daemon.ends(t, 0)
}

// TestLoginByBrowserTellsOfAnotherAccount is the page of the command itself.
func TestLoginByBrowserTellsOfAnotherAccount(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), outsideFor(t), t.TempDir()
	path := write(t, filepath.Join(folder, "config.yaml"), o.settings("[Alice]", "[weight_kg]")+fmt.Sprintf(
		"mqtt: {url: %q}\nweb: {listen: %q}\nstate_dir: %q\n", o.broker.URL(), freePort(t), filepath.Join(folder, "state")))
	signIn(t, path, "Alice")
	asBob := func(login *process) error {
		t.Helper()
		address, err := login.stdout.line(ctx, "/login/alice")
		must(t, err)
		link, err := visit(get(t, address))
		must(t, err)
		landed, err := consent(ctx, link, "Bob", "allow")
		must(t, err)
		_, err = visit(get(t, landed))
		return err
	}
	login := start(t, "--config", path, "login", "alice")
	if err := asBob(login); err == nil || !strings.Contains(err.Error(), "409 Conflict") {
		t.Errorf("the callback page says %v", err)
	}
	_, err := login.stdout.line(ctx, "login alice --replace")
	must(t, err)
	login.interrupts <- os.Interrupt
	login.ends(t, 1)

	login = start(t, "--config", path, "login", "alice", "--replace")
	if err := asBob(login); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	login.ends(t, 0)
}
