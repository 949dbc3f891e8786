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

// newTestPrompter is a prompter with typed lines.
func newTestPrompter(ctx context.Context, typed string) (prompter, *strings.Builder) {
	out := &strings.Builder{}
	i := prompter{ctx: ctx, in: bufio.NewReader(strings.NewReader(typed)), out: out}
	i.readHidden = func() (string, error) { return i.in.ReadString('\n') }
	i.saveTerminal = func() func() { return func() {} }
	return i, out
}

func TestPrompterAsksForEverything(t *testing.T) {
	t.Parallel()
	found := []find.Broker{
		{URL: "mqtt://one:1883", Origin: "here"},
		{URL: "mqtt://two:1883", Origin: "there", Asks: true},
	}
	i, out := newTestPrompter(t.Context(), "2\nuser\nhunter2\n0123\ns3$cret\nhttps://example.org/\nAlice, Bob\n")
	a, err := i.promptAll(found)
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := config.Parse("config.yaml", []byte(a.render(string(example))), nil, vocabulary())
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

func TestPrompterAcceptsEmptyAnswers(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"": "mqtt://one:1883", "\n\n\n": "mqtt://one:1883", "7\n": "mqtt://7",
		"homeserver.lan:1884\n":      "mqtt://homeserver.lan:1884",
		"wss://x.example.org/mqtt\n": "wss://x.example.org/mqtt",
	} {
		i, _ := newTestPrompter(t.Context(), typed)
		a, err := i.promptAll([]find.Broker{{URL: "mqtt://one:1883"}})
		if err != nil || a.broker.URL != want || a.clientID != "" || a.profiles != nil {
			t.Errorf("%q: %+v, %v", typed, a, err)
		}
	}
	i, _ := newTestPrompter(t.Context(), "")
	if a, err := i.promptAll(nil); err != nil || a.broker.URL != "" {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestPrompterStopsOnInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errStopped)
	silent, typed := io.Pipe()
	defer func() { _ = typed.Close() }()
	i := prompter{ctx: ctx, in: bufio.NewReader(silent), out: io.Discard}
	if _, err := i.promptAll(nil); !errors.Is(err, errStopped) {
		t.Errorf("%v", err)
	}
}

// An interrupted password prompt restores the terminal.
func TestPrompterRestoresTerminalOnInterrupt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	i, _ := newTestPrompter(ctx, "")
	silent, typed := io.Pipe()
	defer func() { _ = typed.Close() }()
	echo := true
	i.saveTerminal = func() func() {
		before := echo
		return func() { echo = before }
	}
	i.readHidden = func() (string, error) {
		echo = false
		cancel(errStopped)
		_, err := silent.Read(make([]byte, 1))
		return "", err
	}
	if _, err := i.promptSecret("?"); !errors.Is(err, errStopped) || !echo {
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
	example, err := os.ReadFile("../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	given := answers{
		clientID: "1", clientSecret: secret.New("2"),
		stateDir: chooseStateDir(filepath.Join(file, "state")),
	}
	path := filepath.Join(folder, "config.yaml")
	c, _, err := config.Parse(path, []byte(given.render(string(example))), nil, vocabulary())
	if err != nil || c.StateDir != filepath.Join(folder, "state") {
		t.Errorf("%+v, %v", c, err)
	}
}
