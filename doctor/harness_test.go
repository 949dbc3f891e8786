// SPDX-License-Identifier: MIT

package doctor_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/doctor"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/push"
	"vitals2mqtt/sensors"
	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// harness is a setup without problems until a test breaks it: an API, a broker,
// a state directory, and what a running daemon leaves on the broker.
type harness struct {
	t      *testing.T
	cloud  *simulator.Cloud
	api    *httptest.Server
	page   *httptest.Server // the daemon's page, its notifications too
	broker *broker.Broker
	client *withings.Client
	store  *tokenstore.File
	folder *checkpoint.Folder // held as long as the daemon runs
	daemon *mqtt.Client
	dir    string
	secret string
	input  doctor.Input
}

// setup is what a harness is built from.
type setup struct {
	broker broker.Options
	// mqtt is appended to the configuration of the broker.
	mqtt   string
	scopes []string
	// answer is how the page responds; nil is healthy.
	answer http.HandlerFunc
}

func newHarness(t *testing.T, p setup) *harness {
	t.Helper()
	s := &harness{t: t, dir: filepath.Join(t.TempDir(), "state"), secret: push.NewSecret()}
	s.cloud = simulator.New(simulator.Options{
		Seed: 3, People: simtest.People(1), Knobs: simulator.Knobs{Strict: true},
	})
	s.api = httptest.NewServer(s.cloud)
	t.Cleanup(s.api.Close)
	if p.answer == nil {
		p.answer = func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/notify/") && r.URL.Path != "/notify/"+s.secret {
				w.WriteHeader(http.StatusNotFound)
			}
		}
	}
	s.page = httptest.NewServer(p.answer)
	t.Cleanup(s.page.Close)
	s.broker = simtest.Broker(t, p.broker)
	s.configure(p)
	s.signInProfiles(p.scopes)
	s.startDaemon()
	return s
}

// configure reads a configuration as the program does, and makes the input.
func (s *harness) configure(p setup) {
	s.t.Helper()
	listen := strings.TrimPrefix(s.page.URL, "http://")
	text := fmt.Sprintf(`withings: {client_id: %s, client_secret: %s, api_url: %q, profiles: [Alice], base_url: %q}
mqtt: {url: %q%s}
web: {listen: %q}
notifications: {public_url: %q}
state_dir: %q
`, s.cloud.ClientID(), s.cloud.ClientSecret(), s.api.URL, s.page.URL, s.broker.URL(), p.mqtt, listen, s.page.URL, s.dir)
	c, _, err := config.Parse("config.yaml", []byte(text), nil, config.Vocabulary{Keys: sensors.Keys()})
	must(s.t, err)
	options := withings.Options{
		ClientID: c.Withings.ClientID, ClientSecret: c.Withings.ClientSecret, APIURL: s.api.URL, AccountURL: s.api.URL,
		Transport: &http.Transport{DisableKeepAlives: true}, RetryDelay: time.Millisecond,
	}
	s.client, err = withings.New(options)
	must(s.t, err)
	cloud, err := doctor.NewCloud(options, s.dir)
	must(s.t, err)
	s.input = doctor.Input{
		Config: c, Source: "config.yaml", CallbackURL: s.page.URL + "/oauth/callback", PageURL: s.page.URL + "/",
		Site: discovery.Site{
			Tree:     topics.Tree{Base: c.MQTT.BaseTopic, Discovery: c.HomeAssistant.DiscoveryPrefix},
			Identity: discovery.Identity{Instance: "0123abcd"}, Views: discovery.Views{Bare: true, Detail: true},
		},
		Folder: doctor.StateFolder(s.dir), Cloud: cloud, Web: doctor.NewWeb(),
		Timeout: 2 * time.Minute, EchoTimeout: 2 * time.Minute,
		Profiles: []doctor.Profile{{
			Name: "Alice", Slug: "alice", Keys: []string{"weight_kg", "sleep_score", "activity_steps_today"},
			WantedCategories: func([]string) []withings.Category {
				return []withings.Category{withings.CategoryWeight, withings.CategorySleep}
			},
		}},
	}
	if p.broker.Allow != nil || p.broker.DiscardRetained {
		s.input.EchoTimeout = 2 * time.Second // something never comes back
	}
	s.report() // nothing
	s.input.Broker = func(ctx context.Context, i mqtt.ProbeOptions) (mqtt.ProbeResult, error) {
		return mqtt.Probe(ctx, mqtt.Options{
			URL: c.MQTT.URL, Username: c.MQTT.Username, Password: c.MQTT.Password, ClientID: "doctor",
		}, i)
	}
	s.input.ProbeListener = func(ctx context.Context, plain string) error {
		return push.Probe(s.page.Listener.Addr, secret.New(plain))(ctx)
	}
}

// signInProfiles signs Alice in and subscribes her notifications.
func (s *harness) signInProfiles(scopes []string) {
	s.t.Helper()
	var err error
	s.store, err = tokenstore.New(s.dir)
	must(s.t, err)
	s.signIn("alice", "Alice", scopes...)
	must(s.t, os.WriteFile(filepath.Join(s.dir, "notify.secret"), []byte(s.secret+"\n"), 0o600))
	for _, category := range []withings.Category{withings.CategoryWeight, withings.CategorySleep} {
		if len(scopes) > 0 && !slices.Contains(scopes, category.Scope()) {
			continue
		}
		must(s.t, s.client.Account("alice", s.store).Subscribe(s.t.Context(), s.callback(), int(category)))
	}
}

func (s *harness) callback() string {
	s.t.Helper()
	callback, err := push.CallbackURL(s.page.URL, s.secret)
	must(s.t, err)
	return callback
}

func (s *harness) signIn(slug, person string, scopes ...string) {
	s.t.Helper()
	s.storeToken(slug, simtest.SignIn(s.t, s.cloud, s.client, person, scopes...))
}

// storeToken stores a token as if that happened now.
func (s *harness) storeToken(slug string, token withings.Token) {
	must(s.t, s.store.Save(s.t.Context(), slug, token))
	now := time.Now() // clock: the age of a token is judged by it; files have the kernel's
	must(s.t, os.Chtimes(filepath.Join(s.dir, "tokens", slug+".json"), now, now))
}

// startDaemon stands for the daemon: it locks the state directory and
// publishes.
func (s *harness) startDaemon() {
	s.t.Helper()
	var err error
	s.folder, err = checkpoint.Open(s.dir)
	must(s.t, err)
	s.t.Cleanup(s.stopDaemon)
	tree, c := s.input.Site.Tree, s.input.Config
	s.daemon, err = mqtt.New(mqtt.Options{
		URL: s.broker.URL(), Username: c.MQTT.Username, Password: c.MQTT.Password, ClientID: "daemon", QoS: 1,
		StateTopic: tree.BridgeState(),
	})
	must(s.t, err)
	s.publishHealth(time.Now()) // clock: the report is of a daemon that lives now
	own := discovery.BridgeDocument(s.input.Site)
	s.daemon.Set(own.Topic(tree), own.JSON())
	s.daemon.Set(s.input.Config.HomeAssistant.BirthTopic, []byte("online"))
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(s.t.Context()))
	done := make(chan error, 1)
	go func() { done <- s.daemon.Run(ctx) }()
	s.t.Cleanup(func() {
		cancel(mqtt.ErrHandover)
		must(s.t, <-done)
	})
	s.flush()
}

func (s *harness) publishHealth(at time.Time) {
	s.daemon.Set(s.input.Site.Tree.BridgeHealth(), fmt.Appendf(nil, `{"updated_at":%q}`, at.UTC().Format(time.RFC3339)))
}

// flush waits until the broker has everything.
func (s *harness) flush() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	must(s.t, s.daemon.Flush(ctx))
}

// stopDaemon unlocks the state directory; a second call does nothing.
func (s *harness) stopDaemon() {
	if s.folder != nil {
		must(s.t, s.folder.Close())
		s.folder = nil
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
