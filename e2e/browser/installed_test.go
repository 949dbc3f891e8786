// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
	"vitals2mqtt/web/ingresstest"
)

// installed is a program that somebody else has started: from a package, an
// archive or an image. It has no configuration yet.
type installed struct {
	page     string // where a browser finds it; with a path behind ingress
	code     string // what the set-up asks for first, if the page is open to others
	broker   string // its URL as the program reaches it; "" accepts what the set-up proposes
	callback string
	password string // of the page, if the set-up asks for one
	cloud    struct {
		ClientID     string `json:"client_id"`
		ClientSecret string `json:"client_secret"`
	}
}

// TestSetUpOfAnInstalledProgram does the set-up of a program that already runs
// without a configuration, in Chromium, until the page shows values. It is for
// the checks of packages and images, and is skipped without V2M_PAGE:
//
//	vitals2mqtt simulate --listen 127.0.0.1:8100 --json >cloud.json &
//	V2M_WITHINGS_API_URL=http://127.0.0.1:8100 V2M_WITHINGS_ACCOUNT_URL=http://127.0.0.1:8100 \
//	  vitals2mqtt run >program.log 2>&1 &        # the program under test, as it was installed
//	V2M_PAGE=http://127.0.0.1:8099/ V2M_PAGE_CLOUD=$PWD/cloud.json V2M_PAGE_LOG=$PWD/program.log \
//	  V2M_PAGE_BROKER=mqtt://127.0.0.1:1883 \
//	  go test -tags e2e -count=1 -timeout 10m -run '^TestSetUpOfAnInstalledProgram$' ./e2e/browser
//
// Program and browser must both reach the simulated cloud under its address.
// V2M_PAGE_CODE is the code of the set-up, V2M_PAGE_LOG a file with the output
// of the program, which has it; neither is needed where the page listens on
// loopback. Without V2M_PAGE_BROKER the proposed broker is used. The page's
// password becomes V2M_PAGE_PASSWORD, if the set-up asks for one. With
// V2M_PAGE=ingress://HOST:PORT the test stands between browser and program, as
// Home Assistant does for its apps; its requests come from loopback
// (V2M_WEB_INGRESS_FROM). Alice is the only profile: afterwards the broker has
// vitals2mqtt/alice/weight_kg.
func TestSetUpOfAnInstalledProgram(t *testing.T) {
	t.Parallel()
	if os.Getenv(installedVariable) == "" {
		t.Skip(installedVariable + " names no running program")
	}
	p := findInstalled(t)
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page "+p.page, func() bool {
		reply, err := clitest.Browser().Do(clitest.Get(t, p.page+"/"))
		if err != nil {
			return false
		}
		return reply.Body.Close() == nil && reply.StatusCode < http.StatusInternalServerError
	}))
	n := newcomer{visit(t, browser.Phone(), p.page+"/"), t}
	p.enter(n, p.code)
	done := map[string]bool{}
	for at := location(n); at != "summary"; at = location(n) {
		if done[at] {
			t.Fatalf("the step %s is not left:\n%s", at, ask[string](t, n.Tab, "document.querySelector('main').innerText"))
		}
		done[at] = true
		p.answer(n, at)
	}
	n.step("summary", "", nil)
	none(t, "finding", n.Findings())

	// The program starts with the configuration and serves another page, which
	// may ask for its password.
	signIn := p.page + "/profiles/alice/sign-in"
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page of the sign-in", func() bool {
		if n.Go(signIn) != nil {
			return false
		}
		if is, err := browser.Ask[bool](n.Tab, "!!document.querySelector('form[action$=\"/sign-in\"] #password')"); err == nil && is {
			p.enter(n, p.password)
		}
		is, err := browser.Ask[bool](n.Tab, "!!document.getElementById('consent')")
		return err == nil && is
	}))
	n.Forget() // what failed while the program started
	signInByPaste(t, n.Tab, p.callback)
	clitest.Must(t, n.Go(p.page+"/"))
	clitest.Must(t, n.Wait("document.querySelectorAll('section .big').length > 0"))
	none(t, "finding", n.Findings())
}

// installedVariable names a program that is tested where it is installed.
const installedVariable = "V2M_PAGE"

func findInstalled(t *testing.T) installed {
	t.Helper()
	p := installed{
		page:     strings.TrimSuffix(os.Getenv(installedVariable), "/"),
		code:     os.Getenv("V2M_PAGE_CODE"),
		broker:   os.Getenv("V2M_PAGE_BROKER"),
		callback: "https://example.org/",
		password: cmp.Or(os.Getenv("V2M_PAGE_PASSWORD"), "an invented password"),
	}
	if target, ingress := strings.CutPrefix(p.page, "ingress://"); ingress {
		proxy := ingresstest.New(target)
		server := httptest.NewServer(proxy)
		t.Cleanup(server.Close)
		p.page = server.URL + proxy.Prefix
	}
	clitest.Must(t, json.Unmarshal([]byte(clitest.ReadFile(t, os.Getenv("V2M_PAGE_CLOUD"))), &p.cloud))
	if log := os.Getenv("V2M_PAGE_LOG"); log != "" && p.code == "" {
		codes := regexp.MustCompile(`(?m)\bCode: (\w+)\s*$`).FindAllStringSubmatch(clitest.ReadFile(t, log), -1)
		if len(codes) > 0 {
			p.code = codes[len(codes)-1][1] // of the last start
		}
	}
	return p
}

// location is the last part of the path, which names a step of the set-up.
func location(n newcomer) string {
	n.t.Helper()
	return ask[string](n.t, n.Tab, "location.pathname.split('/').at(-1)")
}

// enter types a code or a password, if one is asked for.
func (p installed) enter(n newcomer, password string) {
	n.t.Helper()
	if location(n) != "sign-in" || !ask[bool](n.t, n.Tab, "!!document.querySelector('.entry #password')") {
		return
	}
	if password == "" {
		n.t.Fatal("the set-up asks for its code: name the program's output in V2M_PAGE_LOG")
	}
	enter(n.t, n.Tab, password)
}

// answer answers one step.
func (p installed) answer(n newcomer, step string) {
	n.t.Helper()
	switch step {
	case "application":
		n.step(step, "", map[string]string{"#client_id": p.cloud.ClientID, "#client_secret": p.cloud.ClientSecret})
	case "callback":
		n.step(step, "", map[string]string{"[name=callback_other]": p.callback}, "#other")
	case "people":
		n.step(step, "", map[string]string{"[name=name]": "Alice"})
	case "broker":
		if p.broker == "" {
			n.step(step, "", nil)
			return
		}
		n.step(step, "", map[string]string{"[name=url]": p.broker}, "#other")
	case "password":
		n.step(step, "", map[string]string{"#password": p.password, "#repeated": p.password})
	default:
		n.t.Fatalf("this is no step of the set-up: %s\n%s", step, ask[string](n.t, n.Tab, "document.body.innerText"))
	}
}
