// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// installation is one installation of the program: a configuration and a state
// folder.
type installation struct {
	binary, config, state string
	page                  string // URL, if it has one
	cloud                 *cloud
	names                 []string // of the profiles
	awaited               []string // keys; with a value for each, a profile is complete
}

// options are what installations differ in.
type options struct {
	cloud    *cloud
	broker   string   // HOST:PORT
	schedule string   // "@every 5m" if empty
	names    []string // of the profiles
	page     bool
	keys     []string // the measurements to publish; all if empty
	adaptive bool     // asks as the program does by default, not for everything
}

// newInstallation makes an installation without state.
func (h *testbed) newInstallation(ctx context.Context, binary string, o options) (installation, error) {
	h.files++
	folder := filepath.Join(h.folder, fmt.Sprintf("home-%d", h.files))
	at := installation{
		binary: binary,
		config: filepath.Join(folder, "config.yaml"),
		state:  filepath.Join(folder, "state"),
		cloud:  o.cloud,
		names:  o.names,

		awaited: []string{"weight_kg", "sleep_state"},
	}
	web := "{enabled: false}"
	if o.page {
		listen, err := freePort(ctx)
		if err != nil {
			return installation{}, err
		}
		web = fmt.Sprintf("{listen: %q}", listen)
		at.page = "http://" + listen + "/"
	}
	optional := ""
	everything, err := h.hasPolling(ctx, binary)
	if err != nil {
		return installation{}, err
	}
	if everything && !o.adaptive {
		optional += "  polling: everything\n"
	}
	if len(o.keys) > 0 {
		at.awaited = o.keys[:1]
		optional += "  measurements: [" + strings.Join(o.keys, ", ") + "]\n"
	}
	if o.schedule == "" {
		o.schedule = "@every 5m"
	}
	text := fmt.Sprintf(`withings:
  client_id: %s
  client_secret: %s
  api_url: %s
  account_url: %s
  schedule: %q
  requests_per_minute: 100000
  profiles: [%s]
%smqtt: {url: "mqtt://%s"}
web: %s
state_dir: %s
`, o.cloud.ClientID, o.cloud.ClientSecret, o.cloud.URL, o.cloud.URL, o.schedule,
		strings.Join(o.names, ", "), optional, o.broker, web, at.state)
	if err := os.MkdirAll(filepath.Join(at.state, "tokens"), 0o700); err != nil {
		return installation{}, err
	}
	return at, os.WriteFile(at.config, []byte(text), 0o600)
}

// reschedule sets another interval of polls.
func (at installation) reschedule(every time.Duration) error {
	text, err := os.ReadFile(at.config)
	if err != nil {
		return err
	}
	changed := regexp.MustCompile(`"@every [^"]*"`).ReplaceAllString(string(text), `"@every `+every.String()+`"`)
	return os.WriteFile(at.config, []byte(changed), 0o600) //nolint:gosec // ours
}

// hasPolling reports whether a version of the program can be told to ask for
// everything in each poll; those that cannot always do.
func (h *testbed) hasPolling(ctx context.Context, binary string) (bool, error) {
	if has, known := h.canAskEverything[binary]; known {
		return has, nil
	}
	h.files++
	example := filepath.Join(h.folder, fmt.Sprintf("example-%d.yaml", h.files))
	p, err := start(ctx, binary, "--config", example, "init", "--no-find")
	if err != nil {
		return false, err
	}
	if err := p.wait(ctx); err != nil {
		return false, err
	}
	text, err := os.ReadFile(example) //nolint:gosec // ours
	if err != nil {
		return false, err
	}
	h.canAskEverything[binary] = strings.Contains(string(text), "\n  #polling: ")
	return h.canAskEverything[binary], nil
}

// start starts the program with a command.
func (at installation) start(ctx context.Context, command ...string) (*process, error) {
	args := append([]string{at.cloud.environment(), at.binary, "--config", at.config}, command...)
	return start(ctx, "env", args...) // it becomes the program: the process is the same
}

// run starts the daemon.
func (at installation) run(ctx context.Context) (*process, error) { return at.start(ctx, "run") }

// ofPeople is an installation of the simulator's people, signed in.
func (h *testbed) ofPeople(ctx context.Context, o options) (installation, error) {
	if err := h.signIn(ctx); err != nil {
		return installation{}, err
	}
	if o.names == nil {
		o.names = people[:]
	}
	o.cloud = h.cloud
	at, err := h.newInstallation(ctx, h.binary, o)
	if err != nil {
		return installation{}, err
	}
	for _, name := range o.names {
		file := strings.ToLower(name) + ".json"
		data, err := os.ReadFile(filepath.Join(h.tokens, file)) //nolint:gosec // ours
		if err != nil {
			return installation{}, err
		}
		//nolint:gosec // a folder of our own
		if err := os.WriteFile(filepath.Join(at.state, "tokens", file), data, 0o600); err != nil {
			return installation{}, err
		}
	}
	return at, nil
}

// ofMany is an installation of accounts of a bulk cloud, all signed in.
func (h *testbed) ofMany(ctx context.Context, n int, o options) (installation, error) {
	o.names = make([]string, n)
	for i := range o.names {
		o.names[i] = fmt.Sprintf("person%d", i)
	}
	at, err := h.newInstallation(ctx, h.binary, o)
	if err != nil {
		return installation{}, err
	}
	store, err := tokenstore.New(at.state)
	if err != nil {
		return installation{}, err
	}
	for i, name := range o.names {
		err := store.Save(ctx, name, withings.Token{
			UserID:  strconv.Itoa(1000 + i),
			Access:  secret.New("access-" + name),
			Refresh: secret.New("refresh-" + name),
			Expiry:  time.Now().Add(24 * time.Hour),
			Scopes:  []string{"user.info", "user.metrics", "user.activity"},
		})
		if err != nil {
			return installation{}, err
		}
	}
	return at, nil
}
