// SPDX-License-Identifier: MIT

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/internal/httpserve"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
)

// pushHarness is a daemon, a cloud that posts notifications at once, a broker
// and a subscriber, all on loopback. It records the time of each step.
type pushHarness struct {
	cloud   *simulator.Cloud
	daemon  *clitest.Process
	notify  string // the secret address
	broker  *broker.Broker
	closers []func() error // in the order to call them

	mu      sync.Mutex
	owners  map[string]string  // user ids by access token
	timings map[string]*timing // by user id
	values  map[string]string  // at the subscriber, by topic
	more    chan struct{}      // closed and renewed with every message
	last    map[string]time.Time
}

// timing holds the times between a notification and its value.
type timing struct{ posted, fetched, answered, delivered time.Time }

// profileName is the name of the ith profile.
func profileName(i int) string { return fmt.Sprintf("Person %c%c", 'A'+i/26, 'A'+i%26) }

func profileSlug(i int) string { return strings.ToLower(strings.ReplaceAll(profileName(i), " ", "_")) }

func weightTopic(i int) string { return "vitals2mqtt/" + profileSlug(i) + "/weight_kg" }

// newPushHarness signs profiles in, starts the daemon, and waits until each has
// a weight and a subscription. extra is added to the notifications section.
func newPushHarness(ctx context.Context, folder string, profiles int, extra string) (c *pushHarness, err error) {
	c = &pushHarness{
		owners:  map[string]string{},
		timings: map[string]*timing{},
		values:  map[string]string{},
		more:    make(chan struct{}),
		last:    map[string]time.Time{},
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	var people []simulator.Person
	var names []string
	for i := range profiles {
		name := profileName(i)
		people = append(people, simulator.Person{
			Name: name, HeightCM: 170, WeightG: 70_000, Scale: true, Days: 10, Rests: true,
		})
		names = append(names, name)
	}
	c.cloud = simulator.New(simulator.Options{
		Seed:      11,
		People:    people,
		Callbacks: recordingTransport{c, &http.Transport{DisableKeepAlives: true}},
		Knobs: simulator.Knobs{
			PerMinute: -1,
			Strict:    true,
			Notify:    simulator.NotifyKnobs{Delay: -1, Most: -1},
		},
	})
	address, err := c.serve(ctx)
	if err != nil {
		return c, err
	}
	if c.broker, err = broker.Start(broker.Options{Log: zerolog.Nop()}); err != nil {
		return c, err
	}
	c.closers = append(c.closers, c.broker.Close)
	if err := c.subscribe(ctx); err != nil {
		return c, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return c, err
	}
	public := "http://" + listener.Addr().String()
	config := filepath.Join(folder, "config.yaml")
	text := fmt.Sprintf(`withings: {client_id: %s, client_secret: %s, api_url: %[3]q, account_url: %[3]q,
  schedule: "@every 24h", requests_per_minute: 100000, profiles: [%s],
  measurements: [weight_kg, fat_ratio_pct, bone_mass_kg]}
mqtt: {url: %q}
web: {enabled: false}
notifications: {public_url: %q, listen: %q%s}
state_dir: %q
`, c.cloud.ClientID(), c.cloud.ClientSecret(), address, strings.Join(names, ", "),
		c.broker.URL(), public, listener.Addr(), extra, filepath.Join(folder, "state"))
	if err := errors.Join(listener.Close(), os.WriteFile(config, []byte(text), 0o600)); err != nil {
		return c, err
	}
	for _, who := range names {
		p := clitest.Launch(nil, "--config", config, "login", who, "--paste") //nolint:contextcheck // it has its own
		if code, err := clitest.LoginByPaste(ctx, p, who, "allow"); err != nil || code != 0 {
			return c, fmt.Errorf("login %s: %d, %w\n%s", who, code, err, p.Stderr)
		}
	}
	c.daemon = clitest.Launch(nil, "--config", config, "run") //nolint:contextcheck // a program has its own
	c.closers = append([]func() error{c.stopDaemon}, c.closers...)
	if err := clitest.WaitFor(ctx, "weights and subscriptions", c.isReady); err != nil {
		return c, fmt.Errorf("%w\n%s", err, c.daemon.Stderr)
	}
	word, err := os.ReadFile(filepath.Join(folder, "state", "notify.secret"))
	c.notify = public + "/notify/" + strings.TrimSpace(string(word))
	return c, err
}

// serve runs the cloud, which also posts notifications.
func (c *pushHarness) serve(ctx context.Context) (address string, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := httpserve.New(http.HandlerFunc(c.serveCloud), httpserve.Options{})
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(running, listener) })
	group.Go(func() { c.cloud.Run(running) })
	c.closers = append(c.closers, func() error {
		stop()
		group.Wait()
		return nil
	})
	return "http://" + listener.Addr().String(), nil
}

// serveCloud records the owners of tokens and the times of requests.
func (c *pushHarness) serveCloud(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/v2/oauth2":
		kept := &recordingWriter{ResponseWriter: w}
		c.cloud.ServeHTTP(kept, r)
		var reply struct {
			Body struct {
				UserID string `json:"userid"`
				Token  string `json:"access_token"`
			} `json:"body"`
		}
		if json.Unmarshal(kept.body.Bytes(), &reply) == nil && reply.Body.Token != "" {
			c.mu.Lock()
			c.owners[reply.Body.Token] = reply.Body.UserID
			c.mu.Unlock()
		}
	case "/measure":
		_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		requested := time.Now() // clock: the daemon uses the real time
		c.cloud.ServeHTTP(w, r)
		c.recordFetch(token, requested, time.Now()) // clock: the daemon uses the real time
	default:
		c.cloud.ServeHTTP(w, r)
	}
}

func (c *pushHarness) recordFetch(token string, requested, answered time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	user := c.owners[token]
	c.last[user] = answered
	if l := c.timings[user]; l != nil && l.delivered.IsZero() {
		l.fetched, l.answered = requested, answered
	}
}

// recordingWriter keeps the response.
type recordingWriter struct {
	http.ResponseWriter

	body bytes.Buffer
}

func (c *recordingWriter) Write(p []byte) (int, error) {
	c.body.Write(p)
	return c.ResponseWriter.Write(p)
}

// recordingTransport records when a notification is posted.
type recordingTransport struct {
	harness *pushHarness
	inner   *http.Transport
}

func (n recordingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost || r.GetBody == nil {
		return n.inner.RoundTrip(r)
	}
	body, err := r.GetBody()
	if err != nil {
		return nil, err
	}
	text, _ := io.ReadAll(body)
	form, _ := url.ParseQuery(string(text))
	trace := httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { n.harness.recordPost(form.Get("userid")) }}
	return n.inner.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), &trace)))
}

// recordPost records that the first notification is about to be written.
func (c *pushHarness) recordPost(user string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if l := c.timings[user]; l != nil && l.posted.IsZero() {
		l.posted = time.Now() // clock: the daemon uses the real time
	}
}

// subscribe receives values over its own connection.
func (c *pushHarness) subscribe(ctx context.Context) error {
	client, err := mqtt.New(mqtt.Options{
		URL:        c.broker.URL(),
		ClientID:   "course",
		StateTopic: "course/state",
		BirthDelay: func() time.Duration { return 0 },
		Log:        zerolog.Nop(),
	})
	if err != nil {
		return err
	}
	client.Handle("vitals2mqtt/+/+", func(m mqtt.Message) {
		now := time.Now() // clock: the daemon uses the real time
		c.mu.Lock()
		defer c.mu.Unlock()
		c.values[m.Topic] = string(m.Payload)
		c.last[m.Topic] = now
		close(c.more)
		c.more = make(chan struct{})
	})
	connection, disconnect := context.WithCancel(context.WithoutCancel(ctx))
	var running sync.WaitGroup
	running.Go(func() { _ = client.Run(connection) })
	c.closers = append([]func() error{func() error {
		disconnect()
		running.Wait()
		return nil
	}}, c.closers...)
	client.Set("course/ready", []byte("yes"))
	flushCtx, cancel := context.WithTimeout(ctx, clitest.WaitTimeout)
	defer cancel()
	return client.Flush(flushCtx)
}

// isReady reports whether every profile has a weight and a subscription.
func (c *pushHarness) isReady() bool {
	subscribed := map[string]bool{}
	for _, s := range c.cloud.Subscriptions() {
		subscribed[s.UserID] = subscribed[s.UserID] || s.Category == 1
	}
	for i, p := range c.cloud.People() {
		if value, _ := c.value(weightTopic(i)); value == "" || !subscribed[p.UserID] {
			return false
		}
	}
	return true
}

// value is the subscriber's value, and a channel that the next message closes.
func (c *pushHarness) value(topic string) (value string, more <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.values[topic], c.more
}

// weigh has the ith profile weigh in, and waits until the weight has reached
// the subscriber.
func (c *pushHarness) weigh(ctx context.Context, i int, kg string) (timing, error) {
	user := c.cloud.People()[i].UserID
	c.mu.Lock()
	c.timings[user] = &timing{}
	c.mu.Unlock()
	// A weight alone: a pulse would send a second notification, which finds
	// nothing new and delays the next.
	c.cloud.Measure(profileName(i), 1, kg, time.Now()) // clock: the daemon uses the real time
	ctx, cancel := context.WithTimeout(ctx, clitest.WaitTimeout)
	defer cancel()
	for {
		value, more := c.value(weightTopic(i))
		if value == kg {
			break
		}
		select {
		case <-more:
		case <-ctx.Done():
			return timing{}, fmt.Errorf("%s weighs %s, not %s", profileName(i), value, kg)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.timings[user]
	l.delivered = c.last[weightTopic(i)]
	return *l, nil
}

func (c *pushHarness) stopDaemon() error {
	c.daemon.Interrupts <- os.Interrupt
	code, err := c.daemon.Wait(context.Background())
	if err == nil && code != 0 {
		err = fmt.Errorf("the daemon ends with %d:\n%s", code, c.daemon.Stderr)
	}
	return err
}

// close stops everything, the daemon first.
func (c *pushHarness) close() error {
	var failed []error
	for _, end := range c.closers {
		failed = append(failed, end())
	}
	return errors.Join(failed...)
}
