// SPDX-License-Identifier: MIT

package daemon_test

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
)

// pageText is the page without markup.
func pageText(t *testing.T, address string) string {
	t.Helper()
	reply, err := clitest.Browser().Do(clitest.Get(t, "http://"+address+"/"))
	clitest.Must(t, err)
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	clitest.Must(t, err)
	text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(body), " ")
	return " " + strings.Join(strings.Fields(text), " ") + " "
}

// configurePage writes a configuration for a daemon with a page.
func configurePage(t *testing.T, o *clitest.Harness, settings ...string) (path, address string) {
	t.Helper()
	address = clitest.FreeAddress(t)
	return o.Configure(t, t.TempDir(), "[Alice]", "all", append(settings, "web: {listen: "+address+"}")...), address
}

// waitForPage waits until the page shows texts and a problem.
func waitForPage(t *testing.T, address, badge string, wants ...string) {
	t.Helper()
	var text string
	err := clitest.WaitFor(t.Context(), "the page to say "+strings.Join(wants, ", "), func() bool {
		text = pageText(t, address)
		for _, want := range append(wants, badge) {
			if !strings.Contains(text, want) {
				return false
			}
		}
		return true
	})
	if err != nil {
		t.Fatalf("%v; it says\n%s", err, strings.Join(strings.Fields(text), " "))
	}
	if strings.Contains(text, "All is well") || strings.Contains(text, "online") {
		t.Errorf("the page says\n%s", text)
	}
}

func TestPageShowsRefusedBrokerAndMissingSignIn(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	strict, err := broker.Start(broker.Options{Username: "vitals", Password: secret.New("br0ker"), Log: zerolog.Nop()})
	clitest.Must(t, err)
	t.Cleanup(func() { clitest.Must(t, strict.Close()) })
	path, address := configurePage(t, o, "mqtt: {url: "+strict.URL()+"}")
	_, err = clitest.StartProgram(t, "--config", path, "run").Stderr.WaitForLine(t.Context(), "page listening")
	clitest.Must(t, err)
	waitForPage(t, address, "sign-in needed", "The broker rejects the user name or password",
		"mqtt.password",
		"Alice is not signed in", "1 more finding")
	view := clitest.GetOverview(t, address)
	if view.Healthy || view.Verdict.Level != "failed" || !view.Alive {
		t.Errorf("healthy %t, alive %t, %+v", view.Healthy, view.Alive, view.Verdict)
	}
}

// startSignedIn runs a daemon with a page until it is healthy.
func startSignedIn(t *testing.T, o *clitest.Harness) string {
	t.Helper()
	path, address := configurePage(t, o)
	clitest.SignIn(t, path, "Alice")
	_, err := clitest.StartProgram(t, "--config", path, "run").Stderr.WaitForLine(t.Context(), "page listening")
	clitest.Must(t, err)
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page to say healthy", func() bool {
		return strings.Contains(pageText(t, address), "All is well")
	}))
	return address
}

func TestPageShowsFailingEndpoint(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	address := startSignedIn(t, o)
	o.Cloud.SetFaults(simulator.Fault{Call: "measure getmeas", Status: 293, Text: "invalid parameters"})
	waitForPage(t, address, "needs attention", "The Withings API fails for Alice at measure/getmeas", "Since ")
}

func TestPageShowsRevokedConsent(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	address := startSignedIn(t, o)
	o.Cloud.Withdraw("Alice")
	clitest.Must(t, clitest.WaitFor(t.Context(), "the page to say that something is wrong with Alice", func() bool {
		view := clitest.GetOverview(t, address)
		return !view.Healthy && view.Profiles[0].State != "online" && !strings.Contains(pageText(t, address), "All is well")
	}))
}

// The whole page shows the units of the profile.
func TestPageUsesProfileUnits(t *testing.T) {
	t.Parallel()
	ctx, o := t.Context(), clitest.Start(t)
	path, address := configurePage(t, o, "  units: imperial")
	clitest.SignIn(t, path, "Alice")
	_, err := clitest.StartProgram(t, "--config", path, "run").Stderr.WaitForLine(t.Context(), "page listening")
	clitest.Must(t, err)
	var text string
	clitest.Must(t, clitest.WaitFor(ctx, "values of the night", func() bool {
		text = pageText(t, address)
		return strings.Contains(text, "Last night") && strings.Contains(text, " lb ")
	}))
	for _, want := range []string{` lb `, ` h \d+ min `, ` \d\d:\d\d – \d\d:\d\d `} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("nothing like %q on the page: %s", want, text)
		}
	}
	for _, never := range []string{`\d kg `, `\dT\d\d:`, `\d{3,} s `, ` O(N|FF) `} {
		if found := regexp.MustCompile(never).FindString(text); found != "" {
			t.Errorf("%q is on the page", found)
		}
	}
	for _, value := range clitest.GetOverview(t, address).Profiles[0].Values {
		if value.Key == "weight_kg" &&
			(value.Unit != "kg" || !strings.HasSuffix(value.Shown, " lb") || strings.Contains(value.Text, " ")) {
			t.Errorf("the JSON view has %+v", value)
		}
	}
}
