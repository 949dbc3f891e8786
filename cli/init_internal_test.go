// SPDX-License-Identifier: MIT

package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/setup"
)

// newTestQuestions asks with typed lines.
func newTestQuestions(t *testing.T, typed string) (*questions, *strings.Builder) {
	t.Helper()
	out := &strings.Builder{}
	p := prompter{ctx: t.Context(), in: bufio.NewReader(strings.NewReader(typed)), out: out}
	p.readHidden = func() (string, error) { return p.in.ReadString('\n') }
	p.saveTerminal = func() func() { return func() {} }
	return newQuestions(p, testFile(t)), out
}

func testFile(t *testing.T) setup.File {
	t.Helper()
	return setup.File{Path: "config.yaml", Example: readExample(t), Vocabulary: vocabulary()}
}

func readExample(t *testing.T) string {
	t.Helper()
	example, err := os.ReadFile("../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(example)
}

func TestInitAsksForEverything(t *testing.T) {
	t.Parallel()
	found := []find.Broker{
		{URL: "mqtt://one:1883", Origin: "here"},
		{URL: "mqtt://two:1883", Origin: "there", Asks: true},
	}
	q, out := newTestQuestions(t, "2\nuser\nhunter2\n0123\ns3$cret\nhttps://example.org/\nAlice, Bob\n")
	a, err := q.askAll(found)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Parse("config.yaml", []byte(a.Render(readExample(t))), nil, vocabulary())
	if err != nil {
		t.Fatal(err)
	}
	if c.MQTT.URL != "mqtt://two:1883" || c.MQTT.Username != "user" || c.MQTT.Password.Reveal() != "hunter2" ||
		c.Withings.ClientID != "0123" || c.Withings.ClientSecret.Reveal() != "s3$cret" ||
		c.Withings.CallbackURL != "https://example.org/" ||
		len(c.Withings.Profiles) != 2 || c.Withings.Profiles[1].Name != "Bob" {
		t.Errorf("%+v", c)
	}
	if !strings.Contains(out.String(), "  2  mqtt://two:1883 (there)") || strings.Contains(out.String(), "hunter2") {
		t.Errorf("asked:\n%s", out)
	}
}

// A broker that is entered is asked about like one that was found.
func TestInitAsksForUserAndPasswordOfAnyBroker(t *testing.T) {
	t.Parallel()
	q, _ := newTestQuestions(t, "homeserver.lan\nuser\nhunter2\n")
	a, err := q.askAll(nil)
	if err != nil || a.Broker.URL != "mqtt://homeserver.lan" || a.Broker.Username != "user" ||
		a.Broker.Password.Reveal() != "hunter2" {
		t.Errorf("%+v, %v", a, err)
	}
	known := find.Broker{URL: "mqtt://core:1883", Username: "addons", Password: secret.New("pw")}
	q, out := newTestQuestions(t, "\n0123\ns3cret\n")
	if a, err = q.askAll([]find.Broker{known}); err != nil || a.ClientID != "0123" || a.Broker.Username != "addons" {
		t.Errorf("%+v, %v; asked:\n%s", a, err, out)
	}
}

func TestInitAsksAgainAfterAMistake(t *testing.T) {
	t.Parallel()
	const hexSecret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	q, out := newTestQuestions(t, "ftp://nas\nmqtt://nas\n\n\nexample\nhttps://example.org/\n"+
		hexSecret+"\nAlice, alice\nbridge\nAlice\n")
	a, err := q.askAll(nil)
	if err != nil || a.Broker.URL != "mqtt://nas" || a.CallbackURL != "https://example.org/" ||
		!slices.Equal(a.Profiles, []string{"Alice"}) {
		t.Errorf("%+v, %v; asked:\n%s", a, err, out)
	}
	if got := strings.Count(out.String(), "This cannot be used: "); got != 5 || strings.Contains(out.String(), hexSecret) {
		t.Errorf("%d mistakes in\n%s", got, out)
	}
}

func TestInitAcceptsEmptyAnswers(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "mqtt://one:1883", "\n\n\n": "mqtt://one:1883", "7\n": "mqtt://7",
		"homeserver.lan:1884\n":      "mqtt://homeserver.lan:1884",
		"wss://x.example.org/mqtt\n": "wss://x.example.org/mqtt",
	} {
		q, _ := newTestQuestions(t, typed)
		a, err := q.askAll([]find.Broker{{URL: "mqtt://one:1883"}})
		if err != nil || a.Broker.URL != want || a.ClientID != "" || a.Profiles != nil {
			t.Errorf("%q: %+v, %v", typed, a, err)
		}
	}
	q, _ := newTestQuestions(t, "")
	if a, err := q.askAll(nil); err != nil || a.Broker.URL != "" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestInitStopsOnInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStopped)
	silent, typed := io.Pipe()
	defer func() { _ = typed.Close() }()
	p := prompter{ctx: ctx, in: bufio.NewReader(silent), out: io.Discard}
	if _, err := newQuestions(p, testFile(t)).askAll(nil); !errors.Is(err, errStopped) {
		t.Errorf("%v", err)
	}
}

// An interrupted password prompt restores the terminal.
func TestPrompterRestoresTerminalOnInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	silent, typed := io.Pipe()
	defer func() { _ = typed.Close() }()
	echo := true
	p := prompter{ctx: ctx, out: io.Discard}
	p.saveTerminal = func() func() {
		before := echo
		return func() { echo = before }
	}
	p.readHidden = func() (string, error) {
		echo = false
		cancel(errStopped)
		_, err := silent.Read(make([]byte, 1))
		return "", err
	}
	if _, err := p.promptSecret("?"); !errors.Is(err, errStopped) || !echo {
		t.Errorf("%v, echo %v", err, echo)
	}
}

// A regular user may not create the default state directory.
func TestInitChoosesWritableStateFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if other := chooseStateDir(filepath.Join(folder, "a", "b")); other != "" {
		t.Errorf("%q for a folder that can be created", other)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	given := setup.Answers{
		ClientID: "1", ClientSecret: secret.New("2"),
		StateDir: chooseStateDir(filepath.Join(file, "state")),
	}
	path := filepath.Join(folder, "config.yaml")
	c, _, err := config.Parse(path, []byte(given.Render(readExample(t))), nil, vocabulary())
	if err != nil || c.StateDir != filepath.Join(folder, "state") {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestBrokerBesideContainer: outside a container the name is not asked for.
func TestBrokerBesideContainer(t *testing.T) {
	t.Parallel()
	if besideContainer(false) != nil || len(besideContainer(true)) != 1 {
		t.Error("the name of the other container is asked for outside a container")
	}
}
