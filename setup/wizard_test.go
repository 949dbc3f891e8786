// SPDX-License-Identifier: MIT

package setup_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"vitals2mqtt/config"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/setup"
)

// newWizard returns a set-up in a new folder whose proofs succeed.
func newWizard(t *testing.T, change func(*setup.Options)) *setup.Wizard {
	t.Helper()
	example, err := os.ReadFile("../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	options := setup.Options{
		File: setup.File{
			Path:       filepath.Join(t.TempDir(), "config.yaml"),
			Example:    string(example),
			Vocabulary: config.Vocabulary{Keys: sensors.Keys()},
		},
		Search:           func(context.Context) []find.Broker { return nil },
		ProveApplication: func(context.Context, *config.Config) []setup.Problem { return nil },
		ProveBroker:      func(context.Context, *config.Config) []setup.Problem { return nil },
		CheckPlace:       func(*config.Config) []setup.Problem { return nil },
	}
	if change != nil {
		change(&options)
	}
	w := setup.New(options)
	ctx, stop := context.WithCancel(context.Background())
	var searching sync.WaitGroup
	searching.Go(func() { w.Run(ctx) })
	t.Cleanup(func() {
		stop()
		searching.Wait()
	})
	return w
}

// answer gives all answers.
func answer(t *testing.T, w *setup.Wizard) {
	t.Helper()
	ctx := t.Context()
	for step, problems := range map[setup.Step][]setup.Problem{
		setup.StepApplication: w.SetApplication(ctx, "0123", secret.New("s3$cret")),
		setup.StepCallback:    w.SetCallback(ctx, "https://example.org/", "http://home.lan:8099"),
		setup.StepPeople:      w.SetPeople(ctx, []string{"Alice", " Bob "}, "uk"),
		setup.StepBroker:      w.SetBroker(ctx, setup.BrokerChoice{URL: "homeserver.lan"}),
	} {
		if len(problems) > 0 {
			t.Fatalf("%s: %v", step, problems)
		}
	}
}

func codes(problems []setup.Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Code)
	}
	return strings.Join(all, " ")
}

func TestWizardWritesWhatWasAnswered(t *testing.T) {
	t.Parallel()
	w := newWizard(t, nil)
	if got := w.State().Next; got != setup.StepApplication {
		t.Errorf("it begins with %s", got)
	}
	if got := codes(w.Write(0, true)); got != setup.CodeChanged {
		t.Errorf("without answers: %q", got)
	}
	answer(t, w)
	summary := w.Summary()
	if strings.Contains(summary.Text, "s3$") || !strings.Contains(summary.Text, `client_secret: "•••"`) {
		t.Error("the summary has the secret")
	}
	if problems := w.Write(summary.Revision, false); len(problems) > 0 {
		t.Fatal(problems)
	}
	select {
	case <-w.Done():
	default:
		t.Error("it is not done")
	}
	c, _, err := config.Load(summary.Path, nil, config.Vocabulary{Keys: sensors.Keys()})
	if err != nil {
		t.Fatal(err)
	}
	if c.Withings.ClientSecret.Reveal() != "s3$cret" || c.Withings.CallbackURL != "https://example.org/" ||
		c.Withings.BaseURL != "http://home.lan:8099" || len(c.Withings.Profiles) != 2 ||
		c.Withings.Profiles[1].Name != "Bob" || c.Withings.Profiles[1].Units != "uk" ||
		c.MQTT.URL != "mqtt://homeserver.lan" {
		t.Errorf("%+v", c)
	}
	if problems := w.Write(summary.Revision, false); len(problems) > 0 {
		t.Errorf("a second window: %v", problems)
	}
}

// TestStepIsDoneOnlyWhenItIsProved: neither a refusal nor an answer that the
// configuration does not accept changes anything; a warning does not stop.
func TestStepIsDoneOnlyWhenItIsProved(t *testing.T) {
	t.Parallel()
	found := []setup.Problem{{Code: "refused"}}
	w := newWizard(t, func(o *setup.Options) {
		o.ProveApplication = func(context.Context, *config.Config) []setup.Problem { return found }
	})
	if got := codes(w.SetApplication(t.Context(), "0123", secret.New("wrong"))); got != "refused" {
		t.Errorf("%q", got)
	}
	if state := w.State(); state.Next != setup.StepApplication || state.HasSecret || state.ClientID != "" {
		t.Errorf("%+v", state)
	}
	found[0].Warning = true
	if got := codes(w.SetApplication(t.Context(), "0123", secret.New("right"))); got != "" {
		t.Errorf("%q", got)
	}
	state := w.State()
	if state.Next != setup.StepCallback || codes(state.Warnings[setup.StepApplication]) != "refused" {
		t.Errorf("%+v", state)
	}
	if got := codes(w.SetPeople(t.Context(), []string{"Alice", "alice"}, "metric")); got != setup.CodeInvalid {
		t.Errorf("%q", got)
	}
	if got := codes(w.SetBroker(t.Context(), setup.BrokerChoice{URL: "embedded", Open: true})); got != setup.CodeNeedsUser {
		t.Errorf("%q", got)
	}
}

// TestFoundBrokerBringsItsUser: Home Assistant's is found with its user, whom
// nobody has to type.
func TestFoundBrokerBringsItsUser(t *testing.T) {
	t.Parallel()
	var proved find.Broker
	known := find.Broker{URL: "mqtt://core-mosquitto:1883", Username: "addons", Password: secret.New("hunter2")}
	w := newWizard(t, func(o *setup.Options) {
		o.Search = func(context.Context) []find.Broker { return []find.Broker{known} }
		o.ProveBroker = func(_ context.Context, c *config.Config) []setup.Problem {
			proved = find.Broker{URL: c.MQTT.URL, Username: c.MQTT.Username, Password: c.MQTT.Password}
			return nil
		}
	})
	if got := codes(w.SetBroker(t.Context(), setup.BrokerChoice{URL: known.URL})); got != "" || proved != known {
		t.Errorf("%q, proved %+v", got, proved)
	}
	if state := w.State(); !state.Broker.Password.IsEmpty() || !state.HasBrokerPassword {
		t.Errorf("the state has the password: %+v", state)
	}
	// The password is kept while the broker and the user stay the same.
	same := setup.BrokerChoice{URL: known.URL, Username: "addons"}
	if got := codes(w.SetBroker(t.Context(), same)); got != "" || proved.Password.Reveal() != "hunter2" {
		t.Errorf("%q, proved %+v", got, proved)
	}
	other := setup.BrokerChoice{URL: "mqtt://other", Username: "addons"}
	if got := codes(w.SetBroker(t.Context(), other)); got != "" || !proved.Password.IsEmpty() {
		t.Errorf("another broker gets the password: %q, %+v", got, proved)
	}
}

// TestCredentialsInBrokerURLAreMoved: a URL is shown, and what is typed into it
// is newer than the user name that the form shows.
func TestCredentialsInBrokerURLAreMoved(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ url, username, password, want, wantUser, wantPassword string }{
		{"mqtt://me:hunter2@nas", "", "", "mqtt://nas", "me", "hunter2"},
		{"me:hunter2@nas:1884", "", "", "mqtt://nas:1884", "me", "hunter2"},
		{"wss://me:p%40ss@nas/mqtt?x=1", "", "", "wss://nas/mqtt?x=1", "me", "p@ss"},
		{"mqtt://me@nas", "", "hunter2", "mqtt://nas", "me", "hunter2"},
		{"mqtt://me:hunter2@nas", "former", "other", "mqtt://nas", "me", "hunter2"},
		{"mqtt://nas", "me", "hunter2", "mqtt://nas", "me", "hunter2"},
	} {
		var proved find.Broker
		w := newWizard(t, func(o *setup.Options) {
			o.ProveBroker = func(_ context.Context, c *config.Config) []setup.Problem {
				proved = find.Broker{URL: c.MQTT.URL, Username: c.MQTT.Username, Password: c.MQTT.Password}
				return nil
			}
		})
		choice := setup.BrokerChoice{URL: row.url, Username: row.username, Password: secret.New(row.password)}
		problems := w.SetBroker(t.Context(), choice)
		want := find.Broker{URL: row.want, Username: row.wantUser, Password: secret.New(row.wantPassword)}
		state := w.State()
		if len(problems) > 0 || proved != want || state.Broker.URL != row.want || state.Broker.Username != row.wantUser {
			t.Errorf("%s: %v, proved %+v, state %+v", row.url, problems, proved, state.Broker)
		}
		if text := w.Summary().Text; strings.Contains(text, row.wantPassword) {
			t.Errorf("%s: the summary has the password", row.url)
		}
	}
	// An @ that is not encoded leaves open where the password ends.
	w := newWizard(t, nil)
	if got := codes(w.SetBroker(t.Context(), setup.BrokerChoice{URL: "ws://me:a@b/c@nas"})); got != setup.CodeInvalid {
		t.Errorf("%q", got)
	}
}

func TestPasswordIsAskedForWherePageIsOpen(t *testing.T) {
	t.Parallel()
	w := newWizard(t, func(o *setup.Options) {
		o.NeedsPassword = true
		o.File.Environ = []string{"V2M_WEB_LISTEN=0.0.0.0:8099"}
	})
	answer(t, w)
	if got := w.State().Next; got != setup.StepPassword {
		t.Errorf("next is %s", got)
	}
	for _, row := range [][3]string{
		{"", "", setup.CodeMissing},
		{"short", "short", setup.CodeTooShort},
		{"correct horse", "correct house", setup.CodeDifferent},
		{"correct horse", "correct horse", ""},
		{"", "", ""}, // kept
	} {
		if got := codes(w.SetPassword(t.Context(), secret.New(row[0]), secret.New(row[1]))); got != row[2] {
			t.Errorf("%q, %q: %q", row[0], row[1], got)
		}
	}
	if problems := w.Write(w.Summary().Revision, false); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestFormerFilesAreKept(t *testing.T) {
	t.Parallel()
	w := newWizard(t, nil)
	answer(t, w)
	summary := w.Summary()
	for name, text := range map[string]string{summary.Path: "own", summary.Path + ".bak.1": "older"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !w.Summary().Exists {
		t.Error("the file is not noticed")
	}
	if got := codes(w.Write(summary.Revision, false)); got != setup.CodeExists {
		t.Errorf("unasked: %q", got)
	}
	if problems := w.Write(summary.Revision, true); len(problems) > 0 || w.Backup() != summary.Path+".bak.2" {
		t.Errorf("%v, kept as %s", problems, w.Backup())
	}
	for name, want := range map[string]string{".bak.1": "older", ".bak.2": "own"} {
		if text, err := os.ReadFile(summary.Path + name); err != nil || string(text) != want {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}

// TestExampleIsReplacedOnlyWhileItIsUntouched: it may be edited by hand while
// the set-up is open.
func TestExampleIsReplacedOnlyWhileItIsUntouched(t *testing.T) {
	t.Parallel()
	var file setup.File
	w := newWizard(t, func(o *setup.Options) {
		o.Replaceable = true
		file = o.File
	})
	save := func(text string) {
		t.Helper()
		if err := os.WriteFile(file.Path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	answer(t, w)
	save(file.Example)
	summary := w.Summary()
	if summary.Exists {
		t.Error("the example is taken for a file of the user")
	}
	const own = "# by hand\n"
	save(own)
	if !w.Summary().Exists {
		t.Error("the change is not noticed")
	}
	if got := codes(w.Write(summary.Revision, false)); got != setup.CodeExists {
		t.Errorf("unasked: %q", got)
	}
	if text, err := os.ReadFile(file.Path); err != nil || string(text) != own {
		t.Errorf("%q, %v", text, err)
	}
	save(file.Example)
	if problems := w.Write(summary.Revision, false); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestUnwritablePlaceIsAProblemInWords(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	w := newWizard(t, func(o *setup.Options) { o.File.Path = filepath.Join(file, "config.yaml") })
	answer(t, w)
	problems := w.Write(w.Summary().Revision, false)
	if codes(problems) != setup.CodeUnwritable || !strings.Contains(problems[0].Text, "cannot write the configuration") {
		t.Errorf("%+v", problems)
	}
	select {
	case <-w.Done():
		t.Error("it is done")
	default:
	}
}

// TestWindowsRace: of several windows one writes the file, and it is whole.
func TestWindowsRace(t *testing.T) {
	t.Parallel()
	w := newWizard(t, nil)
	answer(t, w)
	summary := w.Summary()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_ = w.State()
			_ = w.SetPeople(t.Context(), []string{"Alice", "Bob"}, "uk")
			_ = w.Write(w.Summary().Revision, false)
		})
	}
	group.Wait()
	if err := errors.Join(missing(summary.Path), missing(summary.Path+".bak.1")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file was replaced: %v", err)
	}
	if _, _, err := config.Load(summary.Path, nil, config.Vocabulary{Keys: sensors.Keys()}); err != nil {
		t.Error(err)
	}
}

func missing(path string) error {
	_, err := os.Stat(path)
	return err
}
