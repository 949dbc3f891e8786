package cli_test

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
)

// page is what a person sees: without the markup.
func page(t *testing.T, address string) string {
	t.Helper()
	reply, err := browser().Do(get(t, "http://"+address+"/"))
	must(t, err)
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	must(t, err)
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(body), " ")
}

// paged writes a configuration for a daemon with a page, and returns the address
// of that.
func (o *outside) paged(t *testing.T, path, brokerURL, more string) (address string) {
	t.Helper()
	address = freePort(t)
	write(t, path, o.settings("[Alice]", "all")+more+fmt.Sprintf(
		"mqtt: {url: %q}\nweb: {listen: %q}\nstate_dir: %q\n", brokerURL, address, filepath.Join(filepath.Dir(path), "state")))
	return address
}

// shows waits until the page says something, and never meanwhile that all is well.
func shows(t *testing.T, address, badge string, wants ...string) {
	t.Helper()
	var text string
	err := await(t.Context(), "the page to say "+strings.Join(wants, ", "), func() bool {
		text = page(t, address)
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
	if strings.Contains(text, "all is well") || strings.Contains(text, "online") {
		t.Errorf("the page says\n%s", text)
	}
}

func TestPageSaysThatTheBrokerRefusesAndNobodyIsSignedIn(t *testing.T) {
	t.Parallel()
	o := outsideFor(t)
	strict, err := broker.Start(broker.Options{Username: "vitals", Password: secret.New("br0ker"), Log: zerolog.Nop()})
	must(t, err)
	t.Cleanup(func() { must(t, strict.Close()) })
	path := filepath.Join(t.TempDir(), "config.yaml")
	address := o.paged(t, path, strict.URL(), "")
	_, err = start(t, "--config", path, "run").stderr.line(t.Context(), "page is up")
	must(t, err)
	shows(t, address, "sign-in needed", "not working", "The broker refuses the user name or password", "mqtt.password",
		"Alice is not signed in", "1 further finding")
	view := overview(t, address)
	if view.Healthy || view.Verdict.Level != "failed" || !view.Alive {
		t.Errorf("healthy %t, alive %t, %+v", view.Healthy, view.Alive, view.Verdict)
	}
}

// signedIn runs a daemon with a page until all is well.
func (o *outside) signedIn(t *testing.T) (address string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	address = o.paged(t, path, o.broker.URL(), "")
	signIn(t, path, "Alice")
	_, err := start(t, "--config", path, "run").stderr.line(t.Context(), "page is up")
	must(t, err)
	must(t, await(t.Context(), "the page to say that all is well", func() bool {
		return strings.Contains(page(t, address), "all is well")
	}))
	return address
}

func TestPageSaysThatAnEndpointFails(t *testing.T) {
	t.Parallel()
	o := outsideFor(t)
	address := o.signedIn(t)
	o.cloud.SetFaults(simulator.Fault{Call: "measure getmeas", Status: 293, Text: "invalid parameters"})
	shows(t, address, "needs attention", "The Withings API fails for Alice at measure/getmeas", "Since ")
}

func TestPageSaysThatTheConsentIsGone(t *testing.T) {
	t.Parallel()
	o := outsideFor(t)
	address := o.signedIn(t)
	o.cloud.Withdraw("Alice")
	must(t, await(t.Context(), "the page to say that something is wrong with Alice", func() bool {
		view := overview(t, address)
		return !view.Healthy && view.People[0].State != "online" && !strings.Contains(page(t, address), "all is well")
	}))
}

// TestPageIsInTheUnitsOfTheProfile reads the whole page of a daemon.
func TestPageIsInTheUnitsOfTheProfile(t *testing.T) {
	t.Parallel()
	ctx, o := t.Context(), outsideFor(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	address := o.paged(t, path, o.broker.URL(), "  units: imperial\n")
	signIn(t, path, "Alice")
	_, err := start(t, "--config", path, "run").stderr.line(t.Context(), "page is up")
	must(t, err)
	var text string
	must(t, await(ctx, "values of the night", func() bool {
		text = page(t, address)
		return strings.Contains(text, "Total sleep") && strings.Contains(text, "Weight")
	}))
	for _, want := range []string{` lb `, ` h \d+ min `, ` \d+ \w{3} \d{4} \d\d:\d\d `} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("nothing like %q on the page", want)
		}
	}
	for _, never := range []string{`\d kg `, `\dT\d\d:`, `\d{3,} s `, ` O(N|FF) `} {
		if found := regexp.MustCompile(never).FindString(text); found != "" {
			t.Errorf("%q is on the page", found)
		}
	}
	for _, value := range overview(t, address).People[0].Values {
		if value.Key == "weight_kg" && (value.Unit != "kg" || !strings.HasSuffix(value.Shown, " lb") || strings.Contains(value.Text, " ")) {
			t.Errorf("the JSON view has %+v", value)
		}
	}
}
