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

func TestInspect(t *testing.T) {
	t.Parallel()
	const scratch, echo, held = "v/bridge/doctor/1", "ha/device/doctor/config", "ha/status"
	whole := mqtt.Findings{Published: true, Kept: true, Will: true}
	deny := func(topic string, denyWrite bool) func(string, bool) bool {
		return func(asked string, write bool) bool { return write != denyWrite || !strings.HasPrefix(asked, topic) }
	}
	but := func(change func(*mqtt.Findings)) mqtt.Findings {
		changed := whole
		change(&changed)
		return changed
	}
	for name, test := range map[string]struct {
		broker broker.Options
		want   mqtt.Findings
	}{
		"whole":            {broker.Options{}, whole},
		"nothing is kept":  {broker.Options{Forgets: true}, mqtt.Findings{Published: true, Will: true}},
		"no writing":       {broker.Options{May: deny("v/", true)}, mqtt.Findings{}},
		"no will":          {broker.Options{May: deny(scratch+"/will", true)}, mqtt.Findings{Published: true, Kept: true}},
		"no documents":     {broker.Options{May: deny("ha/device", true)}, but(func(f *mqtt.Findings) { f.Mute = []string{echo} })},
		"no birth":         {broker.Options{May: deny(held, false)}, but(func(f *mqtt.Findings) { f.Refused = []string{held} })},
		"no reading of it": {broker.Options{May: deny(scratch, false)}, mqtt.Findings{Refused: []string{scratch, scratch + "/will"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.broker.Log = zerolog.Nop()
			running, err := broker.Start(test.broker)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = running.Close() }()
			if err := mqtt.Probe(t.Context(), inspecting(running)); err != nil {
				t.Fatal(err)
			}
			got, err := mqtt.Inspect(t.Context(), inspecting(running), mqtt.Inspection{
				Scratch: scratch, Echoes: []string{echo}, Filters: []string{held}, Wait: 300 * time.Millisecond,
			})
			if err != nil {
				t.Fatal(err)
			}
			if got.Published != test.want.Published || got.Kept != test.want.Kept || got.Will != test.want.Will ||
				!slices.Equal(got.Mute, test.want.Mute) || !slices.Equal(got.Refused, test.want.Refused) || got.Left != nil {
				t.Errorf("%+v, want %+v", got, test.want)
			}
			if tree := running.Retained(); len(tree) != 0 {
				t.Errorf("left behind: %v", tree)
			}
		})
	}
}

func inspecting(b *broker.Broker) mqtt.Options {
	return mqtt.Options{URL: b.URL(), ClientID: "doctor", StateTopic: "unused", Log: zerolog.Nop()}
}

func TestInspectReportsWhatIsHeld(t *testing.T) {
	t.Parallel()
	running, err := broker.Start(broker.Options{Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Close() }()
	// A will that was heard is the simplest retained message.
	if _, err := mqtt.Inspect(t.Context(), inspecting(running), mqtt.Inspection{Scratch: "x"}); err != nil {
		t.Fatal(err)
	}
	other, err := mqtt.New(mqtt.Options{URL: running.URL(), ClientID: "other", StateTopic: "ha/status", Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.SayOffline(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := mqtt.Inspect(t.Context(), inspecting(running), mqtt.Inspection{Scratch: "x", Filters: []string{"ha/+"}})
	if err != nil || len(found.Held) != 1 || found.Held[0].Topic != "ha/status" || string(found.Held[0].Payload) != "offline" {
		t.Errorf("%+v, %v", found.Held, err)
	}
}

func TestInspectWithoutABroker(t *testing.T) {
	t.Parallel()
	running, err := broker.Start(broker.Options{Username: "alice", Password: secret.New("right"), Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = running.Close() }()
	if _, err := mqtt.Inspect(t.Context(), inspecting(running), mqtt.Inspection{Scratch: "x"}); !errors.Is(err, mqtt.ErrRefused) {
		t.Errorf("without a password: %v", err)
	}
	_ = running.Close()
	if _, err := mqtt.Inspect(t.Context(), inspecting(running), mqtt.Inspection{Scratch: "x"}); !errors.Is(err, mqtt.ErrUnreachable) {
		t.Errorf("without a broker: %v", err)
	}
}
