// SPDX-License-Identifier: MIT

package docs_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/homeassistant/homeassistanttest"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/simulator/simtest"
)

// waitTimeout bounds every wait of a test.
const waitTimeout = 3 * time.Minute

// harness is the environment of a reader: a simulated cloud, a broker, a folder
// with a configuration, and a daemon. It is set up when the first block needs
// it.
type harness struct {
	t          *testing.T
	page       page
	startEmpty bool // the reader has nothing yet: no configuration, no daemon

	isSetUp    bool
	folder     string
	cloud      *simulator.Cloud
	cloudURL   string
	broker     *broker.Broker
	web        string // where the page listens
	filledInit string // the file of init with its gaps filled
	proxyURL   string // the address at which the reader's proxy serves the page
	home       *homeassistanttest.Home

	mu       sync.Mutex
	messages map[string][]string // received payloads by topic
}

// setUp starts everything once.
func (s *harness) setUp() {
	s.t.Helper()
	if s.isSetUp {
		return
	}
	s.isSetUp = true
	s.folder, s.messages = s.t.TempDir(), map[string][]string{}
	s.cloud = simulator.New(simulator.Options{
		Seed: 3, RedirectURLs: s.page.callbackURLs(), People: simtest.People(20),
		Knobs: simulator.Knobs{PerMinute: -1, Strict: true, Notify: simulator.NotifyKnobs{Delay: -1}},
	})
	// On some days of the calendar, Bob has not used the cuff for weeks.
	s.cloud.BloodPressure("Bob", 124, 79, 61, s.cloud.Now().Add(-time.Hour))
	s.cloudURL = simtest.Serve(s.t, s.cloud)
	s.broker = simtest.Broker(s.t, broker.Options{})
	must(s.t, s.broker.Watch("#", func(topic string, payload []byte, _ bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.messages[topic] = append(s.messages[topic], string(payload))
	}))
	s.web = simtest.FreeAddress(s.t)
	if !s.startEmpty {
		s.installAndRun()
	}
}

// installAndRun does what the README says, and adds notifications.
func (s *harness) installAndRun() {
	s.t.Helper()
	notify := simtest.FreeAddress(s.t)
	s.writeConfig(fmt.Sprintf(`%snotifications: {public_url: "http://%s", listen: %q}
`, s.settings(), notify, notify))
	for _, name := range []string{"Alice", "Bob"} {
		s.signInByPaste("vitals2mqtt login " + name + " --paste")
	}
	s.start("vitals2mqtt run")
	for _, topic := range []string{
		"vitals2mqtt/alice/weight_kg", "vitals2mqtt/alice/sleep_score", "vitals2mqtt/alice/push/detail",
		"vitals2mqtt/bob/systolic_blood_pressure_mmhg",
	} {
		s.await(topic, func() bool { return s.broker.Retained()[topic] != "" })
	}
	s.await("what follows the values", func() bool {
		retained := s.broker.Retained()
		return strings.Contains(retained["vitals2mqtt/alice"], `"sleep_score"`) &&
			strings.Count(retained["vitals2mqtt/bridge/health"], `"last_sync"`) == 2
	})
}

// settings are a configuration for this environment. Notifications announce new
// data, so the schedule may be slow.
func (s *harness) settings() string {
	return fmt.Sprintf(`withings:
  client_id: %s
  client_secret: %s
  api_url: %[3]s
  account_url: %[3]s
  requests_per_minute: 100000
  schedule: "@every 1h"
  profiles: [Alice, Bob]
mqtt: {url: %q}
web: {listen: %q}
state_dir: %q
`, s.cloud.ClientID(), s.cloud.ClientSecret(), s.cloudURL, s.broker.URL(), s.web, filepath.Join(s.folder, "state"))
}

func (s *harness) writeConfig(text string) {
	s.t.Helper()
	must(s.t, os.WriteFile(filepath.Join(s.folder, "config.yaml"), []byte(text), 0o600))
}

// fillInit completes the file of `init` as its text says.
func (s *harness) fillInit() {
	s.t.Helper()
	path := filepath.Join(s.folder, "config.yaml")
	text, err := os.ReadFile(path)
	must(s.t, err)
	filled := string(text)
	for _, set := range []struct{ key, value string }{
		{"  client_id", s.cloud.ClientID()},
		{"  client_secret", s.cloud.ClientSecret()},
		{"  #api_url", s.cloudURL},
		{"  #account_url", s.cloudURL},
		{"  url", s.broker.URL()},
		{"  #listen", ""},
		{"#state_dir", filepath.Join(s.folder, "state")},
	} {
		row := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(set.key) + `:.*$`)
		switch set.key {
		case "  #listen": // there are several, the page's is known by its default
			row, set.value = regexp.MustCompile(`(?m)^ {2}#listen: 127\.0\.0\.1:8099$`), s.web
		case "#state_dir": // set by init if the default is not writable
			row = regexp.MustCompile(`(?m)^#?state_dir:.*$`)
		}
		if !row.MatchString(filled) {
			s.t.Fatalf("the file of init has no %s", set.key)
		}
		filled = row.ReplaceAllString(filled, strings.Replace(set.key, "#", "", 1)+": "+set.value)
	}
	s.filledInit = filled
	s.writeConfig(filled)
}

// payloads returns what was received on a topic so far.
func (s *harness) payloads(topic string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.messages[topic]...)
}

// await polls until a condition holds.
func (s *harness) await(what string, condition func() bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), waitTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("timed out waiting for %s", what)
		}
	}
}
