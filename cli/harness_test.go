package cli_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
)

// harness is what a daemon talks to: a simulated cloud with two invented people
// and a broker, both on loopback.
type harness struct {
	cloud    *simulator.Cloud
	cloudURL string
	broker   *broker.Broker
	stop     func() error
}

// newHarness has an application with these callbacks registered; none is any.
func newHarness(callbacks ...string) (*harness, error) {
	cloud := simulator.New(simulator.Options{
		Seed:         7,
		RedirectURLs: callbacks,
		People: []simulator.Person{
			{Name: "Alice", HeightCM: 171, WeightG: 68_400, Scale: true, Mat: true, Days: 5},
			{Name: "Bob", HeightCM: 183, WeightG: 86_900, Scale: true, Cuff: true, Days: 5},
		},
		Knobs: simulator.Knobs{PerMinute: -1},
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
	return &harness{
		cloud: cloud, cloudURL: "http://" + listener.Addr().String(), broker: mqttBroker,
		stop: sync.OnceValue(func() error {
			cancel()
			return errors.Join(<-served, mqttBroker.Close())
		}),
	}, nil
}

func startHarness(t *testing.T, callbacks ...string) *harness {
	t.Helper()
	o, err := newHarness(callbacks...)
	must(t, err)
	t.Cleanup(func() { must(t, o.stop()) })
	return o
}

// config returns a configuration for the simulated cloud. Sections that the
// settings leave out are the harness's broker, no page, and a state directory
// beside the file.
func (o *harness) config(profiles, measurements string, settings ...string) string {
	lines := append([]string{
		"withings:",
		"  client_id: " + o.cloud.ClientID(),
		"  client_secret: " + o.cloud.ClientSecret(),
		"  api_url: " + o.cloudURL,
		"  account_url: " + o.cloudURL,
		`  schedule: "@every 1s"`,
		"  requests_per_minute: 6000",
		"  profiles: " + profiles,
		"  measurements: " + measurements,
	}, settings...)
	for _, line := range []string{"mqtt: {url: " + o.broker.URL() + "}", "web: {enabled: false}", "state_dir: state"} {
		section, _, _ := strings.Cut(line, " ")
		if !slices.ContainsFunc(settings, func(s string) bool { return strings.HasPrefix(s, section) }) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// configure writes such a configuration into a folder.
func (o *harness) configure(t *testing.T, folder, profiles, measurements string, settings ...string) (path string) {
	t.Helper()
	return writeFile(t, filepath.Join(folder, "config.yaml"), o.config(profiles, measurements, settings...))
}

// waitRetained waits until the broker holds something.
func (o *harness) waitRetained(ctx context.Context, topic, want string) error {
	err := waitFor(ctx, topic+" "+want, func() bool {
		got := o.broker.Retained()[topic]
		return got != "" && (want == "" || got == want)
	})
	if err != nil {
		return fmt.Errorf("%w; it is %q", err, o.broker.Retained()[topic])
	}
	return nil
}

// waitCleared waits until the broker holds something no more.
func (o *harness) waitCleared(ctx context.Context, topic string) error {
	return waitFor(ctx, topic+" to go", func() bool { return o.broker.Retained()[topic] == "" })
}

// browser follows no redirect: a test looks at each.
func browser() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// consent is what a person does on the consent page; it returns where the
// browser is sent.
func consent(ctx context.Context, link, person, decision string) (string, error) {
	page, err := url.Parse(link)
	if err != nil {
		return "", err
	}
	form := url.Values{"profile": {person}, "decision": {decision}, "scope": strings.Split(page.Query().Get("scope"), ",")}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, link, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return redirectOf(request)
}

// redirectOf returns where an address leads.
func redirectOf(request *http.Request) (string, error) {
	reply, err := browser().Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = reply.Body.Close() }()
	if landed := reply.Header.Get("Location"); landed != "" {
		return landed, nil
	}
	text, err := io.ReadAll(reply.Body)
	return "", errors.Join(fmt.Errorf("%s leads nowhere: %s %s", request.URL, reply.Status, text), err)
}

// loginByPaste signs a person in as somebody without a browser on this machine does:
// the link is followed elsewhere, the answer is pasted.
func loginByPaste(ctx context.Context, p *process, person, decision string) (code int, err error) {
	defer func() { _ = p.stdin.Close() }()
	link, err := p.stdout.waitForLine(ctx, "/oauth2_user/authorize2?")
	if err != nil {
		return 0, fmt.Errorf("%w\n%s", err, p.stderr)
	}
	landed, err := consent(ctx, link, person, decision)
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Fprintln(p.stdin, landed); err != nil {
		return 0, err
	}
	return p.wait(ctx)
}

// signIn is the way to a token for tests about something else.
func signIn(t *testing.T, config string, people ...string) {
	t.Helper()
	for _, person := range people {
		p := startProgram(t, "--config", config, "login", person, "--paste")
		if code, err := loginByPaste(t.Context(), p, person, "allow"); err != nil || code != 0 {
			t.Fatalf("login %s: %d, %v\n%s", person, code, err, p.stderr)
		}
	}
}

// freeAddress is an address of this machine that is not in use.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	must(t, listener.Close())
	return listener.Addr().String()
}
