package cli_test

import (
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

// consentAsBob follows a link to a sign-in and consents as Bob. The error is what the page
// says in the end.
func consentAsBob(t *testing.T, page string) error {
	t.Helper()
	link, err := redirectOf(get(t, page))
	must(t, err)
	landed, err := consent(t.Context(), link, "Bob", "allow")
	must(t, err)
	_, err = redirectOf(get(t, landed))
	return err
}

// confirmationOf wants the page to ask about the former account.
func confirmationOf(t *testing.T, question *regexp.Regexp, page error) string {
	t.Helper()
	if page == nil || !strings.Contains(page.Error(), "409 Conflict") || !strings.Contains(page.Error(), "in with a different account") {
		t.Fatalf("the callback page says %v", page)
	}
	found := question.FindStringSubmatch(page.Error())
	if found == nil {
		t.Fatalf("the page asks nothing: %v", page)
	}
	return found[1]
}

// expectBobRefused pastes Bob's consent for Alice.
func expectBobRefused(t *testing.T, o *harness, path, when string) {
	t.Helper()
	login := startProgram(t, "--config", path, "login", "alice", "--paste")
	code, err := loginByPaste(t.Context(), login, "Bob", "allow")
	must(t, err)
	for _, words := range []string{
		"this account differs from the one Alice was signed in with", "nothing changed", "login alice --paste --replace",
	} {
		if code != 1 || !strings.Contains(login.stderr.String(), words) {
			t.Errorf("%s: exit %d without %q: %s", when, code, words, login.stderr)
		}
	}
	if got := o.broker.Retained()["vitals2mqtt/alice/weight_kg"]; got != "61.1" {
		t.Errorf("%s: the weight is %q", when, got)
	}
}

// TestAnotherAccountNeedsReplace pastes Bob's consent for Alice, while she is signed
// in and when only her values are left.
func TestAnotherAccountNeedsReplace(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	writeFile(t, path, o.config("[Alice]", "[weight_kg]"))
	signIn(t, path, "Alice")
	o.cloud.Weigh("Alice", "61.1", time.Now().Add(-time.Minute)) // clock: the daemon lives now
	o.cloud.Weigh("Bob", "91.9", time.Now().Add(-time.Minute))   // clock: the daemon lives now
	run(t, "--config", path, "once").expect(t, 0)
	expectBobRefused(t, o, path, "signed in")
	run(t, "--config", path, "once").expect(t, 0) // as Alice, still
	run(t, "--config", path, "logout", "alice").expect(t, 0)
	expectBobRefused(t, o, path, "signed out")

	login := startProgram(t, "--config", path, "login", "alice", "--paste", "--replace")
	if code, err := loginByPaste(ctx, login, "Bob", "allow"); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, login.stderr)
	}
	run(t, "--config", path, "once").expect(t, 0)
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", "91.9"))
}

// TestPageAsksBeforeReplacingAccount has Bob sign in as Alice at the daemon,
// who first keeps her account and then lets it go.
func TestPageAsksBeforeReplacingAccount(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), startHarness(t), t.TempDir(), freeAddress(t)
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+"}")
	signIn(t, path, "Alice")
	o.cloud.Weigh("Alice", "61.1", time.Now().Add(-time.Minute)) // clock: the daemon lives now
	o.cloud.Weigh("Bob", "91.9", time.Now().Add(-time.Minute))   // clock: the daemon lives now
	daemon := startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", "61.1"))
	login := startProgram(t, "--config", path, "login", "alice", "--replace")
	_, err := login.stdout.waitForLine(ctx, "asks for confirmation")
	must(t, err)

	question := regexp.MustCompile(`name="confirmation" value="([A-Z0-9]+)"`)
	page := "http://" + address + "/login/alice"
	answer := func(question, answer, want string) {
		t.Helper()
		form := url.Values{"confirmation": {question}, "answer": {answer}}
		body := strings.NewReader(form.Encode())
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+"/oauth/callback?replace", body)
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
	first := confirmationOf(t, question, consentAsBob(t, page))
	answer(first, "keep", "Alice keeps the previous account")
	answer(first, "replace", "this confirmation was already used")
	synced := getOverview(t, address).Profiles[0].LastSync
	must(t, waitFor(ctx, "two more polls", func() bool {
		now := getOverview(t, address).Profiles[0].LastSync
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

	answer(confirmationOf(t, question, consentAsBob(t, page)), "replace", "Alice is signed in")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/weight_kg", "91.9"))
	login.expectExit(t, 0)
	daemon.interrupts <- os.Interrupt
	daemon.expectExit(t, 0)
}

// TestLoginByBrowserReportsOtherAccount is the page of the command itself.
func TestLoginByBrowserReportsOtherAccount(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), startHarness(t), t.TempDir()
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+freeAddress(t)+"}")
	signIn(t, path, "Alice")
	login := startProgram(t, "--config", path, "login", "alice")
	address, err := login.stdout.waitForLine(ctx, "/login/alice")
	must(t, err)
	if err := consentAsBob(t, address); err == nil || !strings.Contains(err.Error(), "409 Conflict") {
		t.Errorf("the callback page says %v", err)
	}
	_, err = login.stdout.waitForLine(ctx, "login alice --replace")
	must(t, err)
	login.interrupts <- os.Interrupt
	login.expectExit(t, 1)

	login = startProgram(t, "--config", path, "login", "alice", "--replace")
	_, err = login.stdout.waitForLine(ctx, "/login/alice")
	must(t, err)
	if err := consentAsBob(t, address); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	login.expectExit(t, 0)
}
