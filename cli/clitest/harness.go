// SPDX-License-Identifier: MIT

// Package clitest runs the whole program in tests: against a simulated cloud
// and an embedded broker, over sockets of this machine.
package clitest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/web"
)

// Harness is what a daemon connects to: a simulated cloud with two invented
// people and a broker, both on loopback. The people do nothing by themselves
// while a test runs, in the morning neither.
type Harness struct {
	Cloud    *simulator.Cloud
	CloudURL string
	Broker   *broker.Broker
	Stop     func() error
}

// shortHistory is how many days before the start of a harness have data.
const shortHistory = 5

// New starts a harness whose application has these callbacks registered; with
// none it accepts any.
func New(callbacks ...string) (*Harness, error) { return NewWithHistory(shortHistory, callbacks...) }

// NewWithHistory starts a harness whose people have data of so many days.
func NewWithHistory(days int, callbacks ...string) (*Harness, error) {
	cloud := simulator.New(simulator.Options{
		Seed:         7,
		RedirectURLs: callbacks,
		People: []simulator.Person{
			{Name: "Alice", HeightCM: 171, WeightG: 68_400, Scale: true, Mat: true, Days: days, Rests: true},
			{Name: "Bob", HeightCM: 183, WeightG: 86_900, Scale: true, Cuff: true, Days: days, Rests: true},
		},
		Knobs: simulator.Knobs{PerMinute: -1, Strict: true},
	})
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	mqttBroker, err := broker.Start(broker.Options{Log: zerolog.Nop()})
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- cloud.Serve(ctx, listener) }()
	return &Harness{
		Cloud:    cloud,
		CloudURL: "http://" + listener.Addr().String(),
		Broker:   mqttBroker,
		Stop: sync.OnceValue(func() error {
			cancel()
			return errors.Join(<-served, mqttBroker.Close())
		}),
	}, nil
}

// Start starts a harness that the end of the test stops.
func Start(t *testing.T, callbacks ...string) *Harness {
	t.Helper()
	o, err := New(callbacks...)
	Must(t, err)
	t.Cleanup(func() { Must(t, o.Stop()) })
	return o
}

// Config returns a configuration for the simulated cloud. Sections that the
// settings leave out are the harness's broker, no page, and a state directory
// beside the file.
func (o *Harness) Config(profiles, measurements string, settings ...string) string {
	lines := append([]string{
		"withings:",
		"  client_id: " + o.Cloud.ClientID(),
		"  client_secret: " + o.Cloud.ClientSecret(),
		"  api_url: " + o.CloudURL,
		"  account_url: " + o.CloudURL,
		`  schedule: "@every 1s"`,
		`  polling: everything`, // tests wait for what the next poll brings
		"  requests_per_minute: 6000",
		"  profiles: " + profiles,
		"  measurements: " + measurements,
	}, settings...)
	for _, line := range []string{"mqtt: {url: " + o.Broker.URL() + "}", "web: {enabled: false}", "state_dir: state"} {
		section, _, _ := strings.Cut(line, " ")
		if !slices.ContainsFunc(settings, func(s string) bool { return strings.HasPrefix(s, section) }) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// Configure writes such a configuration into a folder.
func (o *Harness) Configure(t *testing.T, folder, profiles, measurements string, settings ...string) (path string) {
	t.Helper()
	return WriteFile(t, filepath.Join(folder, "config.yaml"), o.Config(profiles, measurements, settings...))
}

// WaitRetained waits until the broker retains a topic; "" waits for any
// payload.
func (o *Harness) WaitRetained(ctx context.Context, topic, want string) error {
	err := WaitFor(ctx, topic+" "+want, func() bool {
		got := o.Broker.Retained()[topic]
		return got != "" && (want == "" || got == want)
	})
	if err != nil {
		return fmt.Errorf("%w; it is %q", err, o.Broker.Retained()[topic])
	}
	return nil
}

// WaitCleared waits until the broker no longer retains a topic.
func (o *Harness) WaitCleared(ctx context.Context, topic string) error {
	return WaitFor(ctx, topic+" to be cleared", func() bool { return o.Broker.Retained()[topic] == "" })
}

// Browser returns a client that follows no redirects.
func Browser() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Consent submits the consent page as a person; it returns where the browser is
// redirected to.
func Consent(ctx context.Context, link, person, decision string) (string, error) {
	page, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	scopes := strings.Split(page.Query().Get("scope"), ",")
	form := url.Values{"profile": {person}, "decision": {decision}, "scope": scopes}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, link, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return RedirectOf(request)
}

// RedirectOf returns where a request is redirected to.
func RedirectOf(request *http.Request) (string, error) {
	reply, err := Browser().Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = reply.Body.Close() }()
	if landed := reply.Header.Get("Location"); landed != "" {
		return landed, nil
	}
	text, err := io.ReadAll(reply.Body)
	return "", errors.Join(fmt.Errorf("%s does not redirect: %s %s", request.URL, reply.Status, text), err)
}

// LoginByPaste completes `login --paste`: it follows the link and pastes the
// address that it is redirected to.
func LoginByPaste(ctx context.Context, p *Process, person, decision string) (code int, err error) {
	defer func() { _ = p.Stdin.Close() }()
	link, err := p.Stdout.WaitForLine(ctx, "/oauth2_user/authorize2?")
	if err != nil {
		return 0, fmt.Errorf("%w\n%s", err, p.Stderr)
	}
	landed, err := Consent(ctx, link, person, decision)
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Fprintln(p.Stdin, landed); err != nil {
		return 0, err
	}
	_ = p.Stdin.Close() // otherwise it would ask again after a mistake
	return p.Wait(ctx)
}

// SignIn signs people in, for tests that start with a signed-in profile.
func SignIn(t *testing.T, config string, people ...string) {
	t.Helper()
	for _, person := range people {
		p := StartProgram(t, "--config", config, "login", person, "--paste")
		if code, err := LoginByPaste(t.Context(), p, person, "allow"); err != nil || code != 0 {
			t.Fatalf("login %s: %d, %v\n%s", person, code, err, p.Stderr)
		}
	}
}

// FreeAddress is an address of this machine that is not in use. Its port is
// below those that systems give away themselves, so that no other socket of a
// test gets it before it is listened on.
func FreeAddress(t *testing.T) string {
	t.Helper()
	const first, count = 20_000, 12_000
	for range count {
		port := first + (os.Getpid()*131+int(lastPort.Add(1)))%count
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address); err == nil {
			Must(t, listener.Close())
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

// lastPort counts the ports that FreeAddress has tried.
var lastPort atomic.Int32 //nolint:gochecknoglobals // tests of a process run at the same time

// Get returns a request for an address.
func Get(t *testing.T, address string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	Must(t, err)
	return request
}

// GetOverview returns what the page at an address shows.
func GetOverview(t *testing.T, address string) (shown web.Overview) {
	t.Helper()
	reply, err := Browser().Do(Get(t, "http://"+address+"/api/overview"))
	Must(t, err)
	defer func() { _ = reply.Body.Close() }()
	Must(t, json.NewDecoder(reply.Body).Decode(&shown))
	return shown
}
