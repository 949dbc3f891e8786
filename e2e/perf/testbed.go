package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"vitals2mqtt/simulator"
)

// testbed is the stripped program, a simulated cloud in this process, and the
// tokens of two people.
type testbed struct {
	module        string
	folder        string
	binary        string
	progress      io.Writer
	brokerName    string
	cloud         *simulator.Cloud
	cloudURL      string
	tokens        string // a state folder that holds nothing but tokens
	stopCloud     context.CancelFunc
	serving       errgroup.Group
	installations int
}

// people are those of the simulator.
var people = [...]string{"Alice", "Bob"} //nolint:gochecknoglobals // there are no constant arrays

// newBuildOnlyTestbed builds the program, and nothing else yet.
func newBuildOnlyTestbed(ctx context.Context, progress io.Writer) (_ *testbed, err error) {
	module, err := moduleFolder(ctx)
	if err != nil {
		return nil, err
	}
	h := &testbed{module: module, progress: progress, stopCloud: func() {}, brokerName: brokerName(ctx)}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if h.folder, err = os.MkdirTemp("", "vitals2mqtt-perf-"); err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	h.binary = filepath.Join(h.folder, "vitals2mqtt")
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", h.binary, "."}
	build := exec.CommandContext(ctx, "go", args...) //nolint:gosec // ours
	build.Dir, build.Env = module, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return h, nil
}

// newTestbed builds the program and signs all people in.
func newTestbed(ctx context.Context, progress io.Writer) (_ *testbed, err error) {
	h, err := newBuildOnlyTestbed(ctx, progress)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	// The quota is lifted so that many polls fit into little time.
	h.cloud = simulator.New(simulator.Options{Seed: 1, Knobs: simulator.Knobs{PerMinute: -1}})
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h.cloudURL = "http://" + listener.Addr().String()
	serving, stop := context.WithCancel(ctx)
	h.stopCloud = stop
	h.serving.Go(func() error { return h.cloud.Serve(serving, listener) })

	// How much a poll reads depends on the sleep of the last hours: both have
	// just woken up, which is the most there can be.
	for _, name := range people {
		if err := h.control(ctx, "night", `{"person":"`+name+`"}`); err != nil {
			return nil, err
		}
	}
	visit, err := h.newInstallation(ctx, "127.0.0.1:1", "@every 5m")
	if err != nil {
		return nil, err
	}
	for _, name := range people {
		if err := h.login(ctx, visit, name); err != nil {
			return nil, fmt.Errorf("signing %s in: %w", name, err)
		}
	}
	h.tokens = filepath.Join(visit.state, "tokens")
	return h, nil
}

func (h *testbed) close() error {
	h.stopCloud()
	return errors.Join(h.serving.Wait(), os.RemoveAll(h.folder))
}

// installation is one installation of the program: a configuration and a state
// folder.
type installation struct {
	config, state, page string

	profiles int // 0 = the simulator's people
}

// newInstallation makes an installation; with tokens, their people are signed
// in, and there is no other state.
func (h *testbed) newInstallation(ctx context.Context, broker, schedule string) (installation, error) {
	h.installations++
	folder := filepath.Join(h.folder, fmt.Sprintf("home-%d", h.installations))
	page, err := freePort(ctx)
	if err != nil {
		return installation{}, err
	}
	at := installation{
		config: filepath.Join(folder, "config.yaml"),
		state:  filepath.Join(folder, "state"),
		page:   "http://" + page + "/",
	}
	text := fmt.Sprintf(`withings:
  client_id: %s
  client_secret: %s
  api_url: %s
  account_url: %s
  schedule: %q
  requests_per_minute: 100000
  profiles: [%s]
mqtt: {url: "mqtt://%s"}
web: {listen: "%s"}
state_dir: %s
`, h.cloud.ClientID(), h.cloud.ClientSecret(), h.cloudURL, h.cloudURL, schedule,
		strings.Join(people[:], ", "), broker, page, at.state)
	if err := os.MkdirAll(filepath.Join(at.state, "tokens"), 0o700); err != nil {
		return installation{}, err
	}
	if err := os.WriteFile(at.config, []byte(text), 0o600); err != nil {
		return installation{}, err
	}
	if h.tokens == "" {
		return at, nil
	}
	tokens, err := filepath.Glob(filepath.Join(h.tokens, "*.json"))
	if err != nil || len(tokens) != len(people) {
		return installation{}, fmt.Errorf("%d token files, want %d", len(tokens), len(people))
	}
	for _, path := range tokens {
		data, err := os.ReadFile(path) //nolint:gosec // ours
		if err != nil {
			return installation{}, err
		}
		//nolint:gosec // a folder of our own
		if err := os.WriteFile(filepath.Join(at.state, "tokens", filepath.Base(path)), data, 0o600); err != nil {
			return installation{}, err
		}
	}
	return at, nil
}

// run starts the daemon.
func (h *testbed) run(ctx context.Context, at installation) (*process, error) {
	return start(ctx, h.binary, "--config", at.config, "run")
}

// login signs a person in by pasting: it follows the link, allows, and pastes
// the URL that it is redirected to.
func (h *testbed) login(ctx context.Context, at installation, name string) error {
	p, err := start(ctx, h.binary, "--config", at.config, "login", name, "--paste")
	if err != nil {
		return err
	}
	consent, err := p.line(ctx, "/oauth2_user/authorize2?")
	if err != nil {
		return err
	}
	link, err := url.Parse(consent)
	if err != nil {
		return err
	}
	landed, err := giveConsent(ctx, link, name)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(p.stdin, landed); err != nil {
		return err
	}
	return p.wait(ctx)
}

// giveConsent sends the consent form, and returns the redirect.
func giveConsent(ctx context.Context, link *url.URL, name string) (string, error) {
	form := url.Values{"profile": {name}, "decision": {"allow"}, "scope": strings.Split(link.Query().Get("scope"), ",")}
	status, header, err := request(ctx, http.MethodPost, link.String(), "application/x-www-form-urlencoded", form.Encode())
	if err != nil {
		return "", err
	}
	landed := header.Get("Location")
	if landed == "" {
		return "", fmt.Errorf("consenting ended with %d", status)
	}
	return landed, nil
}

// control sends a command to the simulated cloud.
func (h *testbed) control(ctx context.Context, command, body string) error {
	status, _, err := request(ctx, http.MethodPost, h.cloudURL+"/control/"+command, "application/json", body)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%s: the simulated cloud returned %d", command, status)
	}
	return err
}

// request sends a request without following redirects.
func request(ctx context.Context, method, address, kind, body string) (int, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", kind)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	reply, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = reply.Body.Close() }()
	_, err = io.Copy(io.Discard, reply.Body)
	return reply.StatusCode, reply.Header, err
}

// moduleFolder is where go.mod is.
func moduleFolder(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("run it inside the repository: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// freePort is a loopback address on which nothing listens.
func freePort(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
