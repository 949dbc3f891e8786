package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
)

// questioned is an interview with somebody who types these lines.
func questioned(ctx context.Context, typed string) (interview, *strings.Builder) {
	out := &strings.Builder{}
	i := interview{ctx: ctx, in: bufio.NewReader(strings.NewReader(typed)), out: out}
	i.hidden = func() (string, error) { return i.in.ReadString('\n') }
	i.terminal = func() func() { return func() {} }
	return i, out
}

func TestInterview(t *testing.T) {
	t.Parallel()
	found := []find.Broker{{URL: "mqtt://one:1883", Origin: "here"}, {URL: "mqtt://two:1883", Origin: "there", Asks: true}}
	i, out := questioned(t.Context(), "2\nuser\nhunter2\n0123\ns3$cret\nhttps://example.org/\nAlice, Bob\n")
	a, err := i.ask(found)
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Parse("config.yaml", []byte(a.fill(string(example))), nil, vocabulary())
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

func TestInterviewLeavesForLater(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "mqtt://one:1883", "\n\n\n": "mqtt://one:1883", "7\n": "mqtt://7", "homeserver.lan:1884\n": "mqtt://homeserver.lan:1884",
		"wss://x.example.org/mqtt\n": "wss://x.example.org/mqtt",
	} {
		i, _ := questioned(t.Context(), typed)
		a, err := i.ask([]find.Broker{{URL: "mqtt://one:1883"}})
		if err != nil || a.broker.URL != want || a.clientID != "" || a.people != nil {
			t.Errorf("%q: %+v, %v", typed, a, err)
		}
	}
	i, _ := questioned(t.Context(), "")
	if a, err := i.ask(nil); err != nil || a.broker.URL != "" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestInterviewIsStopped(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStopped)
	silent, typed := io.Pipe()
	defer func() { _ = typed.Close() }()
	i := interview{ctx: ctx, in: bufio.NewReader(silent), out: io.Discard}
	if _, err := i.ask(nil); !errors.Is(err, errStopped) {
		t.Errorf("%v", err)
	}
}

// Whoever is stopped at a password gets the terminal back as it was.
func TestInterviewIsStoppedAtAPassword(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	i, _ := questioned(ctx, "")
	silent, typed := io.Pipe()
	defer func() { _ = typed.Close() }()
	echo := true
	i.terminal = func() func() {
		before := echo
		return func() { echo = before }
	}
	i.hidden = func() (string, error) {
		echo = false
		cancel(errStopped)
		_, err := silent.Read(make([]byte, 1))
		return "", err
	}
	if _, err := i.secret("?"); !errors.Is(err, errStopped) || !echo {
		t.Errorf("%v, echo %v", err, echo)
	}
}

// An ordinary user may not make the folder that a service has.
func TestInitNamesAStateFolderThatCanBeMade(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if other := stateDirFor(filepath.Join(folder, "a", "b")); other != "" {
		t.Errorf("%q for a folder that can be made", other)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	given := answers{clientID: "1", clientSecret: secret.New("2"), stateDir: stateDirFor(filepath.Join(file, "state"))}
	path := filepath.Join(folder, "config.yaml")
	c, _, err := config.Parse(path, []byte(given.fill(string(example))), nil, vocabulary())
	if err != nil || c.StateDir != filepath.Join(folder, "state") {
		t.Errorf("%+v, %v", c, err)
	}
}
