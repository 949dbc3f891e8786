// SPDX-License-Identifier: MIT

package mqtt_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
		"whole": {broker.Options{}, whole},
		"nothing is retained": {
			broker.Options{DiscardRetained: true},
			mqtt.ProbeResult{Published: true, WillDelivered: true},
		},
		"no writing": {broker.Options{Allow: deny("v/", true)}, mqtt.ProbeResult{}},
		"no will": {
			broker.Options{Allow: deny(scratch+"/will", true)},
			mqtt.ProbeResult{Published: true, Retained: true},
		},
		"no documents": {
			broker.Options{Allow: deny("ha/device", true)},
			but(func(f *mqtt.ProbeResult) { f.Denied = []string{echo} }),
		},
		"no birth": {
			broker.Options{Allow: deny(held, false)},
			but(func(f *mqtt.ProbeResult) { f.DeniedFilters = []string{held} }),
		},
		"no reading of it": {
			broker.Options{Allow: deny(scratch, false)},
			mqtt.ProbeResult{DeniedFilters: []string{scratch, scratch + "/will"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			running := startBroker(t, test.broker)
			if err := mqtt.CheckConnection(t.Context(), probeOptions(running)); err != nil {
				t.Fatal(err)
			}
			patience := waitTimeout
			if w := test.want; !w.Published || !w.Retained || !w.WillDelivered || len(w.Denied) > 0 {
				patience = 5 * time.Second // something never comes back
			}
			got, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{
				ScratchTopic: scratch,
				Echoes:       []string{echo},
				Filters:      []string{held},
				EchoTimeout:  patience,
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if tree := running.Retained(); len(tree) != 0 {
				t.Errorf("left behind: %v", tree)
			}
		})
	}
}

func TestProbeMeasuresSizeLimit(t *testing.T) {
	t.Parallel()
	const tried, limit = 64 << 10, 20_000
	denySize := func(topic string, _ bool) bool { return !strings.HasSuffix(topic, "/size") }
	for name, test := range map[string]struct {
		broker      broker.Options
		least, most int
		patience    time.Duration // 0 where something never comes back
	}{
		"no limit": {broker.Options{}, tried, tried, waitTimeout},
		"limit":    {broker.Options{MaxPacketSize: limit}, limit * 31 / 33, limit, waitTimeout},
		"denied":   {broker.Options{Allow: denySize}, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			running := startBroker(t, test.broker)
			found, err := mqtt.Probe(t.Context(), probeOptions(running),
				mqtt.ProbeOptions{ScratchTopic: "v/doctor/1", MaxSize: tried, EchoTimeout: test.patience})
			if size := found.AcceptedSize; err != nil || size < test.least || size > test.most || !found.WillDelivered {
				t.Errorf("%d bytes, want %d to %d: %+v, %v", size, test.least, test.most, found, err)
			}
		})
	}
}

func probeOptions(b *broker.Broker) mqtt.Options {
	return mqtt.Options{URL: b.URL(), ClientID: "doctor", StateTopic: "unused", Log: zerolog.Nop()}
}

func TestProbeReportsRetainedMessages(t *testing.T) {
	t.Parallel()
	running := startBroker(t, broker.Options{})
	// A published will is the simplest retained message.
	if _, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{ScratchTopic: "x"}); err != nil {
		t.Fatal(err)
	}
	other, err := mqtt.New(mqtt.Options{
		URL:        running.URL(),
		ClientID:   "other",
		StateTopic: "ha/status",
		Log:        zerolog.Nop(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.PublishOfflineOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := mqtt.Probe(t.Context(), probeOptions(running),
		mqtt.ProbeOptions{ScratchTopic: "x", Filters: []string{"ha/+"}})
	want := []mqtt.Message{{Topic: "ha/status", Payload: []byte("offline"), Retained: true}}
	if diff := cmp.Diff(want, found.RetainedMessages); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestProbeWithoutBroker(t *testing.T) {
	t.Parallel()
	running := startBroker(t, broker.Options{Username: "alice", Password: secret.New("right")})
	probe := mqtt.ProbeOptions{ScratchTopic: "x"}
	if _, err := mqtt.Probe(t.Context(), probeOptions(running), probe); !errors.Is(err, mqtt.ErrNotAuthorized) {
		t.Errorf("without a password: %v", err)
	}
	_ = running.Close()
	if _, err := mqtt.Probe(t.Context(), probeOptions(running), probe); !errors.Is(err, mqtt.ErrUnreachable) {
		t.Errorf("without a broker: %v", err)
	}
}

// Concurrent probes do not disconnect each other.
func TestConcurrentProbes(t *testing.T) {
	t.Parallel()
	running := startBroker(t, broker.Options{})
	var group sync.WaitGroup
	for _, id := range []string{"1", "2", "3", "4"} {
		group.Go(func() {
			found, err := mqtt.Probe(t.Context(), probeOptions(running),
				mqtt.ProbeOptions{ScratchTopic: "v/doctor/" + id, EchoTimeout: waitTimeout})
			if err != nil || !found.Published || !found.Retained || !found.WillDelivered {
				t.Errorf("%+v, %v", found, err)
			}
		})
	}
	group.Wait()
	if tree := running.Retained(); len(tree) != 0 {
		t.Errorf("left behind: %v", tree)
	}
}

// What an interrupted probe left is cleared; what another one is using is not.
func TestProbeClearsLeftovers(t *testing.T) {
	t.Parallel()
	running := startBroker(t, broker.Options{})
	for _, topic := range []string{"v/doctor/old", "v/doctor/old/will", "v/doctor/new", "v/elsewhere"} {
		leaveRetained(t, running, topic)
	}
	found, err := mqtt.Probe(t.Context(), probeOptions(running), mqtt.ProbeOptions{
		ScratchTopic: "v/doctor/mine",
		Filters:      []string{"v/elsewhere"},
		LeftoverRoot: "v/doctor",
		IsStale:      func(rest string) bool { return rest != "new" },
		EchoTimeout:  waitTimeout,
	})
	if err != nil || !found.Retained {
		t.Errorf("%+v, %v", found, err)
	}
	tree := running.Retained()
	if len(tree) != 2 || tree["v/doctor/new"] == "" || tree["v/elsewhere"] == "" {
		t.Errorf("%v", tree)
	}
}

func leaveRetained(t *testing.T, b *broker.Broker, topic string) {
	t.Helper()
	c, err := mqtt.New(mqtt.Options{URL: b.URL(), ClientID: "leaves", StateTopic: topic, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.PublishOfflineOnce(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// A second connection fails for many reasons; only a broker that refuses it
// with a will, and accepts it without, does not allow wills.
func TestProbeClassifiesWillErrors(t *testing.T) {
	t.Parallel()
	onWills := func(action string) func(int, bool) string {
		return func(_ int, will bool) string { return map[bool]string{true: action}[will] }
	}
	second := func(number int, _ bool) string { return map[bool]string{true: "close"}[number > 0] }
	for name, test := range map[string]struct {
		// then decides about a connection by its number, from 0.
		then func(number int, will bool) string
		want error
		not  error
	}{
		"hangs up on wills": {onWills("close"), mqtt.ErrWillRefused, nil},
		"unavailable":       {onWills("\x03"), mqtt.ErrWillRefused, nil},
		"not authorised":    {onWills("\x05"), mqtt.ErrWillRefused, nil},
		"one connection":    {second, mqtt.ErrUnreachable, mqtt.ErrWillRefused},
		"bad client id":     {onWills("\x02"), mqtt.ErrUnreachable, mqtt.ErrWillRefused},
		"does not answer":   {onWills("hang"), mqtt.ErrUnreachable, mqtt.ErrWillRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			running := startBroker(t, broker.Options{})
			ctx, cancel := context.WithTimeout(t.Context(), waitTimeout)
			defer cancel()
			options := probeOptions(running)
			options.URL = "mqtt://" + connectProxy(t, running.Addr(), cancel, test.then)
			_, err := mqtt.Probe(ctx, options, mqtt.ProbeOptions{ScratchTopic: "v/doctor/1"})
			if !errors.Is(err, test.want) || test.not != nil && errors.Is(err, test.not) {
				t.Errorf("%v", err)
			}
		})
	}
}

// connectProxy is a proxy in front of a broker. By the result of then, it
// passes a connection on (""), closes it, does not answer ("hang"), or refuses
// it with a code.
func connectProxy(t *testing.T, to string, onHang func(), then func(number int, will bool) string) string {
	t.Helper()
	gate, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var inside sync.WaitGroup
	inside.Go(func() {
		for number := 0; ; number++ {
			client, err := gate.Accept()
			if err != nil {
				return
			}
			inside.Go(func() { proxyConnect(client, to, onHang, func(will bool) string { return then(number, will) }) })
		}
	})
	t.Cleanup(func() {
		_ = gate.Close()
		inside.Wait()
	})
	return gate.Addr().String()
}

func proxyConnect(client net.Conn, to string, onHang func(), then func(will bool) string) {
	defer func() { _ = client.Close() }()
	packet := make([]byte, 1024)
	n, err := client.Read(packet)
	at := bytes.Index(packet[:n], []byte("MQTT"))
	if err != nil || at < 0 {
		return
	}
	switch action := then(packet[at+5]&4 != 0); action {
	case "":
	case "close":
		return
	case "hang":
		onHang()
		_, _ = io.Copy(io.Discard, client)
		return
	default:
		_, _ = client.Write([]byte{0x20, 2, 0, action[0]})
		_, _ = io.Copy(io.Discard, client)
		return
	}
	server, err := net.Dial("tcp", to) //nolint:noctx // a test's own broker
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	if _, err := server.Write(packet[:n]); err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() { _, _ = io.Copy(client, server); _ = client.Close() })
	_, _ = io.Copy(server, client)
	_ = server.Close()
	back.Wait()
}
