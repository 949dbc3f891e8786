// SPDX-License-Identifier: MIT

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

	"vitals2mqtt/cli/clitest"
)

// consentAsBob follows a link to a sign-in and consents as Bob. The error holds
// the final page.
func consentAsBob(t *testing.T, page string) error {
	t.Helper()
	link, err := clitest.RedirectOf(clitest.Get(t, page))
	clitest.Must(t, err)
	landed, err := clitest.Consent(t.Context(), link, "Bob", "allow")
	clitest.Must(t, err)
	_, err = clitest.RedirectOf(clitest.Get(t, landed))
	return err
}

// confirmationOf finds the confirmation that the page asks for.
func confirmationOf(t *testing.T, question *regexp.Regexp, page error) string {
	t.Helper()
	if page == nil || !strings.Contains(page.Error(), "409 Conflict") ||
		!strings.Contains(page.Error(), "in with a different account") {
		t.Fatalf("the callback page says %v", page)
	}
	found := question.FindStringSubmatch(page.Error())
	if found == nil {
		t.Fatalf("the page has no confirmation: %v", page)
	}
	return found[1]
}

// expectBobRefused pastes Bob's consent for Alice.
func expectBobRefused(t *testing.T, o *clitest.Harness, path, when string) {
	t.Helper()
	login := clitest.StartProgram(t, "--config", path, "login", "alice", "--paste")
	code, err := clitest.LoginByPaste(t.Context(), login, "Bob", "allow")
	clitest.Must(t, err)
	for _, words := range []string{
		"this account differs from the one Alice was signed in with", "nothing changed",
		"login alice --paste --replace",
	} {
		if code != 1 || !strings.Contains(login.Stderr.String(), words) {
			t.Errorf("%s: exit %d without %q: %s", when, code, words, login.Stderr)
		}
	}
	if got := o.Broker.Retained()["vitals2mqtt/alice/weight_kg"]; got != "61.1" {
		t.Errorf("%s: the weight is %q", when, got)
	}
}

// Bob's consent is pasted for Alice while she is signed in, and when only her
// values are left.
func TestAnotherAccountNeedsReplace(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, path, o.Config("[Alice]", "[weight_kg]"))
	clitest.SignIn(t, path, "Alice")
	o.Cloud.Weigh("Alice", "61.1", time.Now().Add(-time.Minute)) // clock: the daemon uses the real time
	o.Cloud.Weigh("Bob", "91.9", time.Now().Add(-time.Minute))   // clock: the daemon uses the real time
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	expectBobRefused(t, o, path, "signed in")
	clitest.Run(t, "--config", path, "once").Expect(t, 0) // as Alice, still
	clitest.Run(t, "--config", path, "logout", "alice").Expect(t, 0)
	expectBobRefused(t, o, path, "signed out")

	login := clitest.StartProgram(t, "--config", path, "login", "alice", "--paste", "--replace")
	if code, err := clitest.LoginByPaste(ctx, login, "Bob", "allow"); code != 0 || err != nil {
		t.Fatalf("exit %d, %v: %s", code, err, login.Stderr)
	}
	clitest.Run(t, "--config", path, "once").Expect(t, 0)
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "91.9"))
}

// Bob signs in as Alice at the daemon; the first time the previous account is
// kept, the second time it is replaced.
func TestPageAsksBeforeReplacingAccount(t *testing.T) {
	t.Parallel()
	ctx, o, folder, address := t.Context(), clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+"}")
	clitest.SignIn(t, path, "Alice")
	o.Cloud.Weigh("Alice", "61.1", time.Now().Add(-time.Minute)) // clock: the daemon uses the real time
	o.Cloud.Weigh("Bob", "91.9", time.Now().Add(-time.Minute))   // clock: the daemon uses the real time
	daemon := clitest.StartProgram(t, "--config", path, "run")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "61.1"))
	login := clitest.StartProgram(t, "--config", path, "login", "alice", "--replace")
	_, err := login.Stdout.WaitForLine(ctx, "asks for confirmation")
	clitest.Must(t, err)

	question := regexp.MustCompile(`name="confirmation" value="([A-Z0-9]+)"`)
	page := "http://" + address + "/login/alice"
	answer := func(question, answer, want string) {
		t.Helper()
		form := url.Values{"confirmation": {question}, "answer": {answer}}
		body := strings.NewReader(form.Encode())
		target := "http://" + address + "/oauth/callback?replace"
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, body)
		clitest.Must(t, err)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		reply, err := clitest.Browser().Do(request)
		clitest.Must(t, err)
		defer func() { _ = reply.Body.Close() }()
		text, err := io.ReadAll(reply.Body)
		clitest.Must(t, err)
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is answered with %s %s", answer, reply.Status, text)
		}
	}
	first := confirmationOf(t, question, consentAsBob(t, page))
	answer(first, "keep", "Alice keeps the previous account")
	answer(first, "replace", "This choice was already made")
	synced := clitest.GetOverview(t, address).Profiles[0].LastSync
	clitest.Must(t, clitest.WaitFor(ctx, "two more polls", func() bool {
		now := clitest.GetOverview(t, address).Profiles[0].LastSync
		return now.After(synced.Add(2 * time.Second))
	}))
	if got := o.Broker.Retained()["vitals2mqtt/alice/weight_kg"]; got != "61.1" {
		t.Errorf("the weight is %q although the account was kept", got)
	}
	select {
	case <-login.Ended:
		t.Fatalf("that counted as a sign-in:\n%s%s", login.Stdout, login.Stderr)
	default:
	}

	answer(confirmationOf(t, question, consentAsBob(t, page)), "replace", "Alice is signed in")
	clitest.Must(t, o.WaitRetained(ctx, "vitals2mqtt/alice/weight_kg", "91.9"))
	login.ExpectExit(t, 0)
	daemon.Interrupts <- os.Interrupt
	daemon.ExpectExit(t, 0)
}

// The page of the command itself asks for the confirmation.
func TestLoginByBrowserReportsOtherAccount(t *testing.T) {
	t.Parallel()
	ctx, o, folder := t.Context(), clitest.Start(t), t.TempDir()
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+clitest.FreeAddress(t)+"}")
	clitest.SignIn(t, path, "Alice")
	login := clitest.StartProgram(t, "--config", path, "login", "alice")
	address, err := login.Stdout.WaitForLine(ctx, "/login/alice")
	clitest.Must(t, err)
	if err := consentAsBob(t, address); err == nil || !strings.Contains(err.Error(), "409 Conflict") {
		t.Errorf("the callback page says %v", err)
	}
	_, err = login.Stdout.WaitForLine(ctx, "login alice --replace")
	clitest.Must(t, err)
	login.Interrupts <- os.Interrupt
	login.ExpectExit(t, 1)

	login = clitest.StartProgram(t, "--config", path, "login", "alice", "--replace")
	_, err = login.Stdout.WaitForLine(ctx, "/login/alice")
	clitest.Must(t, err)
	if err := consentAsBob(t, address); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	login.ExpectExit(t, 0)
}
