// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// edit changes the configuration file.
func (h *testbed) edit(old, changed string) {
	h.t.Helper()
	text, err := os.ReadFile(h.config)
	if err != nil {
		h.t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		h.t.Fatalf("%q is not in the configuration", old)
	}
	h.write("config.yaml", strings.Replace(string(text), old, changed, 1))
}

// TestReloadWithTheEmbeddedBroker changes the configuration of a running daemon
// with the embedded broker: valid, invalid, and with SIGHUP.
func TestReloadWithTheEmbeddedBroker(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	h.edit(fmt.Sprintf("url: %q", "mqtt://"+h.broker), fmt.Sprintf("url: embedded, listen: %q", h.broker))
	for _, name := range []string{"Alice", "Bob"} {
		if code := h.login(name).wait(); code != 0 {
			t.Fatalf("login %s ended with %d", name, code)
		}
	}
	daemon := h.program("run")
	daemon.line("started")
	subscriber := h.subscribe()
	tree := h.awaitBoth(subscriber)
	if tree["vitals2mqtt/alice/fat_ratio_pct"] == "" {
		t.Fatal("no fat ratio before the change")
	}

	h.edit("profiles: [Alice, Bob]", "measurements: [weight_kg, sleep_score]\n  profiles: [Alice]")
	daemon.signal(syscall.SIGHUP)
	daemon.line("configuration reloaded")
	await(t, "the key and the profile removed", func() bool {
		tree := subscriber.messages()
		for topic := range tree {
			if strings.HasPrefix(topic, "vitals2mqtt/bob") || strings.Contains(topic, "fat_ratio") {
				return false
			}
		}
		return tree["vitals2mqtt/alice"] != "" && !strings.Contains(tree["vitals2mqtt/alice"], "fat_ratio")
	})
	if states := subscriber.payloads("vitals2mqtt/bridge/state"); strings.Join(states, " ") != "online" &&
		strings.Join(states, " ") != "online online" {
		t.Errorf("the bridge was %v, want online all the time", states)
	}

	h.edit("[weight_kg, sleep_score]", "[weight_kgs]")
	daemon.line("reload failed") // found by looking at the file, without a signal
	daemon.line("did you mean")
	h.edit("[weight_kgs]", "[weight_kg, sleep_score, fat_ratio_pct]")
	await(t, "the key again", func() bool { return subscriber.messages()["vitals2mqtt/alice/fat_ratio_pct"] != "" })
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	await(t, "the offline message", func() bool { return subscriber.messages()["vitals2mqtt/bridge/state"] == "offline" })
}

// payloads are all that came on a topic, in order.
func (p *process) payloads(topic string) []string {
	var payloads []string
	for _, line := range p.output() {
		if payload, ok := strings.CutPrefix(line, topic+" "); ok {
			payloads = append(payloads, payload)
		}
	}
	return payloads
}

// TestSecondSignalAborts uses a broker that accepts connections and never
// responds: the first signal waits for the offline message, the second does
// not.
func TestSecondSignalAborts(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", h.broker)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // only the kernel accepts connections
	daemon := h.program("run")
	daemon.line("started")
	daemon.signal(syscall.SIGINT)
	daemon.signal(syscall.SIGTERM)
	if code := daemon.wait(); code != 0 && code != 1 {
		t.Errorf("after two signals the exit code is %d", code)
	}
}

// TestReloadWithoutAFile sends SIGHUP to a daemon that is configured by
// environment variables alone.
func TestReloadWithoutAFile(t *testing.T) {
	t.Parallel()
	h := newTestbed(t)
	daemon := start(t, "env",
		"V2M_WITHINGS_CLIENT_ID="+h.cloud.ClientID, "V2M_WITHINGS_CLIENT_SECRET="+h.cloud.ClientSecret,
		"V2M_WITHINGS_API_URL="+h.cloud.APIURL, "V2M_WITHINGS_ACCOUNT_URL="+h.cloud.APIURL, "V2M_WITHINGS_PROFILES=Alice",
		"V2M_MQTT_URL=mqtt://"+h.broker, "V2M_WEB_ENABLED=false",
		"V2M_STATE_DIR="+filepath.Join(h.folder, "bare"), binary, "run")
	daemon.line("started")
	daemon.signal(syscall.SIGHUP)
	daemon.line("no configuration file to reload")
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
}
