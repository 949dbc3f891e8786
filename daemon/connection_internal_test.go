// SPDX-License-Identifier: MIT

package daemon

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/health"
	"vitals2mqtt/history/historytest"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/topics"
)

// failingBroker is an embedded broker that cannot accept connections.
type failingBroker struct{ since time.Time }

// Failing implements acceptMonitor.
func (j failingBroker) Failing() (time.Time, error) {
	if j.since.IsZero() {
		return time.Time{}, nil
	}
	return j.since, syscall.EMFILE
}

// An embedded broker that cannot be reached is a problem of the whole program,
// not of a profile.
func TestEmbeddedBrokerFailureIsReported(t *testing.T) {
	t.Parallel()
	client, err := mqtt.New(mqtt.Options{URL: "mqtt://127.0.0.1:1", ClientID: "x", StateTopic: "v/bridge/state"})
	if err != nil {
		t.Fatal(err)
	}
	folder, err := checkpoint.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	since := time.Unix(1_700_000_000, 0)
	for name, test := range map[string]struct {
		inside acceptMonitor
		alive  bool
	}{
		"external broker": {nil, true},
		"it accepts":      {failingBroker{}, true},
		"it does not":     {failingBroker{since}, false},
	} {
		connection := brokerHealth{client, test.inside}
		loop, err := bridge.New(t.Context(), bridge.Options{
			Site:       discovery.Site{Tree: topics.Tree{Base: "v", Discovery: "ha"}},
			Publisher:  client,
			StateStore: folder,
			Archive:    &historytest.Memory{},
			Requests:   bridge.NewRequestCounter(),
			Log:        zerolog.Nop(),
			Facts:      func(f *health.Facts) { f.Broker = connection.facts() },
		})
		if err != nil {
			t.Fatal(err)
		}
		shown := status{config: &config.Config{}, bridge: loop, broker: connection}
		found := loop.Verdict()
		if alive := shown.overview().Alive; alive != test.alive || found.Has(health.CodeEmbeddedBroker) == test.alive {
			t.Errorf("%s: alive %v, findings %+v", name, alive, found.Findings)
		}
		if top := found.Top(); !test.alive && (!top.Since.Equal(since) || top.Remedy == "" ||
			!strings.Contains(top.Text, "embedded broker")) {
			t.Errorf("%s: %+v", name, top)
		}
	}
}

func TestIsFromInstance(t *testing.T) {
	t.Parallel()
	for info, want := range map[string]bool{
		`{"version":"1","instance":"0a1b2c3d"}`: true,
		`{"version":"1","instance":"4e5f6a7b"}`: false,
		`{"version":"0.9"}`:                     true, // an older version
		`garbage`:                               true,
	} {
		if got := isFromInstance([]byte(info), "0a1b2c3d"); got != want {
			t.Errorf("%s is ours: %v", info, got)
		}
	}
}
