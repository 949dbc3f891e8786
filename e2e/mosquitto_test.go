// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// configure writes the configuration of the broker, and of the program with
// these profiles.
func (h *testbed) configure(profiles string) {
	t := h.t
	t.Helper()
	passwords := filepath.Join(h.folder, "passwords")
	command := exec.CommandContext(t.Context(), "mosquitto_passwd", "-b", "-c", passwords, "vitals", "s3cret-broker")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, port, _ := strings.Cut(h.broker, ":")
	h.write("mosquitto.conf", fmt.Sprintf(
		"listener %s 127.0.0.1\nallow_anonymous false\npassword_file %s\nuser root\n", port, passwords))
	h.config = h.write("config.yaml", fmt.Sprintf(`withings:
  client_id: %s
  client_secret: %s
  api_url: %s
  account_url: %s
  base_url: http://%s
  requests_per_minute: 100000
  schedule: "@every 2s"
  profiles: [%s]
mqtt: {url: "mqtt://%s", username: vitals, password: s3cret-broker}
web: {listen: "%s"}
state_dir: %s
`, h.cloud.ClientID, h.cloud.ClientSecret, h.cloud.APIURL, h.cloud.APIURL, h.page, profiles, h.broker,
		h.page, filepath.Join(h.folder, "state")))
}

func (h *testbed) write(name, text string) string {
	h.t.Helper()
	path := filepath.Join(h.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
	return path
}

func (h *testbed) mosquitto() *process {
	h.t.Helper()
	p := start(h.t, "mosquitto", "-c", filepath.Join(h.folder, "mosquitto.conf"))
	p.line("running")
	return p
}

func (h *testbed) program(args ...string) *process {
	h.t.Helper()
	return start(h.t, binary, append([]string{"--config", h.config}, args...)...)
}

func (h *testbed) subscribe() *process {
	h.t.Helper()
	host, port, _ := strings.Cut(h.broker, ":")
	return start(h.t, "mosquitto_sub", "-h", host, "-p", port, "-u", "vitals", "-P", "s3cret-broker", "-v",
		"-t", "vitals2mqtt/#", "-t", "homeassistant/#")
}

// login signs a profile in by pasting: the test follows the link, allows, and
// pastes the URL that it is redirected to.
func (h *testbed) login(name string) *process {
	h.t.Helper()
	p := h.program("login", name, "--paste")
	consent := strings.TrimSpace(p.line("/oauth2_user/authorize2?"))
	landed := h.consent(name, consent)
	if _, err := fmt.Fprintln(p.stdin, landed); err != nil {
		h.t.Fatal(err)
	}
	return p
}

// consent submits the consent page and returns the redirect.
func (h *testbed) consent(name, consent string) (landed string) {
	h.t.Helper()
	link, err := url.Parse(consent)
	if err != nil {
		h.t.Fatal(err)
	}
	form := url.Values{"profile": {name}, "decision": {"allow"}, "scope": strings.Split(link.Query().Get("scope"), ",")}
	reply, err := browser().PostForm(link.String(), form) //nolint:noctx // bounded by the test
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if landed = reply.Header.Get("Location"); landed == "" {
		h.t.Fatalf("consenting ended with %s", reply.Status)
	}
	return landed
}

// browser follows no redirects.
func browser() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// visit gets an address and returns the redirect and the body.
func (h *testbed) visit(address string) (landed, text string) {
	h.t.Helper()
	reply, err := browser().Get(address) //nolint:noctx // bounded by the test
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return reply.Header.Get("Location"), string(body)
}

// withoutVolatile removes what changes with every poll.
func withoutVolatile(tree map[string]string) map[string]string {
	clean := maps.Clone(tree)
	maps.DeleteFunc(clean, func(topic, _ string) bool {
		return strings.Contains(topic, "/health") || strings.Contains(topic, "/last_sync") ||
			strings.Contains(topic, "/sync_problem") || strings.HasSuffix(topic, "/event")
	})
	return clean
}

func (h *testbed) awaitBoth(subscriber *process) map[string]string {
	h.t.Helper()
	await(h.t, "both profiles' values", func() bool {
		tree := subscriber.messages()
		for _, topic := range []string{"vitals2mqtt/alice", "vitals2mqtt/bob"} { // Each is published after the values in it.
			if !strings.Contains(tree[topic], `"sleep_score":`) || !strings.Contains(tree[topic], `"weight_kg":`) {
				return false
			}
		}
		// Not sleep_state: it covers the last hours only, and the clock is real.
		return tree["vitals2mqtt/alice/sleep_score"] != "" && tree["vitals2mqtt/alice/weight_kg"] != "" &&
			tree["vitals2mqtt/bob/sleep_score"] != "" && tree["vitals2mqtt/bob/weight_kg"] != "" &&
			tree["vitals2mqtt/alice/status"] == "online" && tree["vitals2mqtt/bob/status"] == "online" &&
			strings.Contains(tree["vitals2mqtt/alice/authorization/detail"], "OFF") &&
			strings.Contains(tree["vitals2mqtt/bob/authorization/detail"], "OFF") &&
			tree["vitals2mqtt/bridge/state"] == "online"
	})
	return subscriber.messages()
}

// awaitHistories waits until the page says that all years of everybody are read
// and the broker has what is published at the end: more topics come meanwhile.
func (h *testbed) awaitHistories(subscriber *process) {
	h.t.Helper()
	await(h.t, "the histories", func() bool {
		reply, err := http.Get("http://" + h.page + "/api/overview") //nolint:noctx // bounded by the test
		if err != nil {
			return false
		}
		defer func() { _ = reply.Body.Close() }()
		var overview struct {
			People []struct {
				Slug        string `json:"slug"`
				HeldBack    int    `json:"held_back"`
				HistoryRead bool   `json:"history_read"`
			} `json:"people"`
		}
		if err := json.NewDecoder(reply.Body).Decode(&overview); err != nil {
			return false
		}
		tree := subscriber.messages()
		for _, p := range overview.People {
			last := tree["vitals2mqtt/"+p.Slug+"/held_back/detail"]
			if !p.HistoryRead || last != fmt.Sprintf(`{"value":%d}`, p.HeldBack) {
				return false
			}
		}
		return len(overview.People) > 0
	})
}

// TestAgainstMosquitto signs two profiles in beside a running daemon, restarts
// the broker empty, and kills the daemon.
func TestAgainstMosquitto(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	mosquitto := h.mosquitto()
	subscriber := h.subscribe()
	if code := h.program("once").wait(); code != 4 {
		t.Errorf("once without a sign-in ended with %d, want 4", code)
	}
	daemon := h.program("run")
	daemon.line("vitals2mqtt login alice")
	// The sign-in happens beside the running daemon, which picks the token up.
	for _, name := range []string{"Alice", "Bob"} {
		if code := h.login(name).wait(); code != 0 {
			t.Fatalf("login %s ended with %d", name, code)
		}
	}
	h.awaitHistories(subscriber)
	before := h.awaitBoth(subscriber)

	// The broker dies and comes back empty.
	mosquitto.stop(syscall.SIGKILL)
	h.mosquitto()
	again := h.subscribe()
	h.awaitBoth(again)
	diff := ""
	t.Cleanup(func() {
		if t.Failed() && diff != "" {
			t.Logf("before the broker's restart (-), after (+):\n%s", diff)
		}
	})
	await(t, "the whole tree, as it was", func() bool {
		diff = cmp.Diff(withoutVolatile(h.mergeVolatile(before, again)), withoutVolatile(again.messages()))
		return diff == ""
	})

	// The daemon is killed: the will is published, and the next one continues.
	daemon.stop(syscall.SIGKILL)
	await(t, "the last will", func() bool { return again.messages()["vitals2mqtt/bridge/state"] == "offline" })
	daemon = h.program("run")
	await(t, "the daemon online again", func() bool { return again.messages()["vitals2mqtt/bridge/state"] == "online" })

	if code := h.program("run").wait(); code != 1 {
		t.Errorf("a second daemon on the same state folder ended with %d, want 1", code)
	}
	h.runCheckCommands()
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("after SIGTERM the exit code is %d", code)
	}
	await(t, "the offline message", func() bool { return again.messages()["vitals2mqtt/bridge/state"] == "offline" })
	h.expectNoSecrets(daemon)
}

// mergeVolatile takes from the newer tree what may have changed: only
// bridge/info.
func (h *testbed) mergeVolatile(before map[string]string, now *process) map[string]string {
	want := maps.Clone(before)
	want["vitals2mqtt/bridge/info"] = now.messages()["vitals2mqtt/bridge/info"]
	return want
}

// runCheckCommands runs the commands that check a running daemon.
func (h *testbed) runCheckCommands() {
	h.t.Helper()
	for _, row := range []struct {
		args []string
		want string
	}{
		{[]string{"check", "--live"}, "ok    broker"},
		{[]string{"profiles"}, "user.metrics"},
		{[]string{"healthcheck"}, "ok"},
		{[]string{"discovery", "alice"}, "vitals2mqtt/alice/weight_kg/detail"},
	} {
		p := h.program(row.args...)
		if code := p.wait(); code != 0 || !strings.Contains(strings.Join(p.output(), "\n"), row.want) {
			h.t.Errorf("%v ended with %d:\n%s", row.args, code, strings.Join(p.output(), "\n"))
		}
	}
}

// expectNoSecrets fails when the daemon wrote a secret, a token or a health
// value.
func (h *testbed) expectNoSecrets(daemon *process) {
	h.t.Helper()
	log := strings.Join(daemon.output(), "\n")
	secrets := []string{"s3cret-broker", h.cloud.ClientSecret}
	tokens, err := filepath.Glob(filepath.Join(h.folder, "state", "tokens", "*.json"))
	if err != nil || len(tokens) != 2 {
		h.t.Fatalf("token files %v, %v", tokens, err)
	}
	for _, path := range tokens {
		text, err := os.ReadFile(path)
		if err != nil {
			h.t.Fatal(err)
		}
		secrets = slices.Concat(secrets, regexp.MustCompile(`[0-9a-f]{40}`).FindAllString(string(text), -1))
	}
	if len(secrets) < 6 {
		h.t.Fatalf("only %d secrets to look for", len(secrets))
	}
	for _, secret := range secrets {
		if strings.Contains(log, secret) {
			h.t.Errorf("the log holds a secret:\n%s", log)
		}
	}
}

// TestBrokerStartsLater starts the broker after the daemon.
func TestBrokerStartsLater(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	for _, name := range []string{"Alice", "Bob"} {
		if code := h.login(name).wait(); code != 0 {
			t.Fatalf("login %s ended with %d", name, code)
		}
	}
	if code := h.program("check", "--live").wait(); code != 5 {
		t.Errorf("check --live without a broker ended with %d, want 5", code)
	}
	daemon := h.program("run")
	daemon.line("broker connection failed")
	h.mosquitto()
	h.awaitBoth(h.subscribe())
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
}

// TestSignInThroughThePage signs in with a browser, first at the running
// daemon, then at the listener of `login` alone.
func TestSignInThroughThePage(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	h.mosquitto()
	subscriber := h.subscribe()
	daemon := h.program("run")
	daemon.line("started")
	login := h.program("login", "Alice")
	login.line("The running daemon handles")
	address := strings.TrimSpace(login.line("/login/alice"))
	consent, _ := h.visit(address)
	if _, text := h.visit(h.consent("Alice", consent)); !strings.Contains(text, "Alice") {
		t.Errorf("the callback page says %s", text)
	}
	if code := login.wait(); code != 0 {
		t.Errorf("login beside the daemon ended with %d", code)
	}
	await(t, "alice's values", func() bool { return subscriber.messages()["vitals2mqtt/alice/weight_kg"] != "" })

	// Bob chooses Alice on the consent page: refused with an explanation,
	// nothing stored.
	consent, _ = h.visit("http://" + h.page + "/login/bob")
	if _, text := h.visit(h.consent("Alice", consent)); !strings.Contains(text, "the wrong person was signed in") {
		t.Errorf("wrong message for the wrong account: %s", text)
	}
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	login = h.program("login", "Bob")
	address = strings.TrimSpace(login.line("/login/bob"))
	await(t, "the listener", func() bool {
		reply, err := browser().Head(address) //nolint:noctx // bounded by the test
		if err == nil {
			_ = reply.Body.Close()
		}
		return err == nil
	})
	consent, _ = h.visit(address)
	h.visit(h.consent("Bob", consent))
	if code := login.wait(); code != 0 {
		t.Errorf("login alone ended with %d", code)
	}
	login.line("Bob is signed in")
}
