package mqtt_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

func TestProbe(t *testing.T) {
	t.Parallel()
	const scratch, echo, held = "v/bridge/doctor/1", "ha/device/doctor/config", "ha/status"
	whole := mqtt.ProbeResult{Published: true, Retained: true, WillDelivered: true}
	deny := func(topic string, denyWrite bool) func(string, bool) bool {
		return func(asked string, write bool) bool { return write != denyWrite || !strings.HasPrefix(asked, topic) }
	}
	but := func(change func(*mqtt.ProbeResult)) mqtt.ProbeResult {
		changed := whole
		change(&changed)
		return changed
	}
	for name, test := range map[string]struct {
		broker broker.Options
		want   mqtt.ProbeResult
	}{
		"whole":            {broker.Options{}, whole},
		"nothing is kept":  {broker.Options{DiscardRetained: true}, mqtt.ProbeResult{Published: true, WillDelivered: true}},
		"no writing":       {broker.Options{Allow: deny("v/", true)}, mqtt.ProbeResult{}},
		"no will":          {broker.Options{Allow: deny(scratch+"/will", true)}, mqtt.ProbeResult{Published: true, Retained: true}},
		"no documents":     {broker.Options{Allow: deny("ha/device", true)}, but(func(f *mqtt.ProbeResult) { f.Denied = []string{echo} })},
		"no birth":         {broker.Options{Allow: deny(held, false)}, but(func(f *mqtt.ProbeResult) { f.DeniedFilters = []string{held} })},
		"no reading of it": {broker.Options{Allow: deny(scratch, false)}, mqtt.ProbeResult{DeniedFilters: []string{scratch, scratch + "/will"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.broker.Log = zerolog.Nop()
			running, err := broker.Start(test.broker)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = running.Close() }()
			if err := mqtt.CheckConnection(t.Context(), probeOptions(running)); err != nil {
				t.Fatal(err)
			}
			got, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{
				ScratchTopic: scratch, Echoes: []string{echo}, Filters: []string{held}, EchoTimeout: 300 * time.Millisecond,
			})
			if err != nil {
				t.Fatal(err)
			}
			if got.Published != test.want.Published || got.Retained != test.want.Retained || got.WillDelivered != test.want.WillDelivered ||
				!slices.Equal(got.Denied, test.want.Denied) || !slices.Equal(got.DeniedFilters, test.want.DeniedFilters) || got.NotCleared != nil {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if tree := running.Retained(); len(tree) != 0 {
				t.Errorf("left behind: %v", tree)
			}
		})
	}
}

func probeOptions(b *broker.Broker) mqtt.Options {
	return mqtt.Options{URL: b.URL(), ClientID: "doctor", StateTopic: "unused", Log: zerolog.Nop()}
}

func TestProbeReportsRetainedMessages(t *testing.T) {
	t.Parallel()
	running, err := broker.Start(broker.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Close() }()
	// A will that was heard is the simplest retained message.
	if _, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{ScratchTopic: "x"}); err != nil {
		t.Fatal(err)
	}
	other, err := mqtt.New(mqtt.Options{URL: running.URL(), ClientID: "other", StateTopic: "ha/status", Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.PublishOfflineOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{ScratchTopic: "x", Filters: []string{"ha/+"}})
	if err != nil || len(found.RetainedMessages) != 1 || found.RetainedMessages[0].Topic != "ha/status" || string(found.RetainedMessages[0].Payload) != "offline" {
		t.Errorf("%+v, %v", found.RetainedMessages, err)
	}
}

func TestProbeWithoutBroker(t *testing.T) {
	t.Parallel()
	running, err := broker.Start(broker.Options{Username: "alice", Password: secret.New("right"), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Close() }()
	if _, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{ScratchTopic: "x"}); !errors.Is(err, mqtt.ErrNotAuthorized) {
		t.Errorf("without a password: %v", err)
	}
	_ = running.Close()
	if _, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{ScratchTopic: "x"}); !errors.Is(err, mqtt.ErrUnreachable) {
		t.Errorf("without a broker: %v", err)
	}
}
