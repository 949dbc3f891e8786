package cli

import (
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/topics"
)

// failingBroker is a broker that cannot accept connections.
type failingBroker struct{ since time.Time }

// Failing implements acceptor.
func (j failingBroker) Failing() (time.Time, error) {
	if j.since.IsZero() {
		return time.Time{}, nil
	}
	return j.since, syscall.EMFILE
}

// An embedded broker that nobody can reach is a problem of the whole program, and
// nobody's health.
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
	h := &daemon{config: &config.Config{}, broker: client}
	h.bridge, err = bridge.New(bridge.Options{
		Site:      discovery.Site{Tree: topics.Tree{Base: "v", Discovery: "ha"}},
		Publisher: client, StateStore: folder, Requests: bridge.NewRequestCounter(), Log: zerolog.Nop(), Problems: h.problems,
	})
	if err != nil {
		t.Fatal(err)
	}
	since := time.Unix(1_700_000_000, 0)
	for name, test := range map[string]struct {
		inside acceptMonitor
		alive  bool
	}{
		"another broker": {nil, true},
		"it accepts":     {failingBroker{}, true},
		"it does not":    {failingBroker{since}, false},
	} {
		h.embedded = test.inside
		problems := h.bridge.Health().Problems
		if h.overview().Alive != test.alive || (len(problems) == 0) != test.alive {
			t.Errorf("%s: alive %v, problems %+v", name, h.overview().Alive, problems)
		}
		if !test.alive && (problems[0].Code != "embedded_broker" || !problems[0].Since.Equal(since) || problems[0].Remedy == "") {
			t.Errorf("%s: %+v", name, problems)
		}
	}
}

func TestIsFromInstance(t *testing.T) {
	t.Parallel()
	for info, want := range map[string]bool{
		`{"version":"1","instance":"0a1b2c3d"}`: true,
		`{"version":"1","instance":"4e5f6a7b"}`: false,
		`{"version":"0.9"}`:                     true, // an older version: nobody can tell
		`garbage`:                               true,
	} {
		if got := isFromInstance([]byte(info), "0a1b2c3d"); got != want {
			t.Errorf("%s is ours: %v", info, got)
		}
	}
}
