// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestTLSBroker uses a broker with a private certificate authority and client
// certificates, and each way to misconfigure them.
func TestTLSBroker(t *testing.T) {
	t.Parallel()
	s := newShippedTestbed(t)
	s.mosquitto()
	s.signIn()
	newAuthority(t, s.mkdir("other"))
	plain := "mqtt://" + s.broker
	for _, row := range []struct {
		name, url, tls string
		code           int
		output         string
	}{
		{"whole", "mqtts://" + s.secure, "ca_file: ca.crt, cert_file: client.crt, key_file: client.key", 0, "ok    broker"},
		{"unknown authority", "mqtts://" + s.secure, "cert_file: client.crt, key_file: client.key", 5, "unknown authority"},
		{
			"another authority", "mqtts://" + s.secure, "ca_file: other/ca.crt, cert_file: client.crt, key_file: client.key",
			5, "unknown authority",
		},
		{"no client certificate", "mqtts://" + s.secure, "ca_file: ca.crt", 5, "FAIL  broker"},
		{
			"another authority's client", "mqtts://" + s.secure,
			"ca_file: ca.crt, cert_file: other/client.crt, key_file: other/client.key",
			5, "FAIL  broker",
		},
		{
			"not encrypted", "mqtt://" + s.secure, "ca_file: ca.crt, cert_file: client.crt, key_file: client.key",
			5, "FAIL  broker",
		},
		{"insecure", "mqtts://" + s.secure, "insecure: true, cert_file: client.crt, key_file: client.key", 0, "ok    broker"},
	} {
		s.edit(fmt.Sprintf("url: %q", plain), fmt.Sprintf("url: %q, tls: {%s}", row.url, row.tls))
		p := s.program("check", "--live")
		code := p.wait()
		if output := strings.Join(p.output(), "\n"); code != row.code || !strings.Contains(output, row.output) {
			t.Errorf("%s: ended with %d, want %d and %q:\n%s", row.name, code, row.code, row.output, output)
		}
		s.edit(fmt.Sprintf("url: %q, tls: {%s}", row.url, row.tls), fmt.Sprintf("url: %q", plain))
	}

	s.edit(fmt.Sprintf("url: %q", plain),
		fmt.Sprintf("url: %q, tls: {ca_file: ca.crt, cert_file: client.crt, key_file: client.key}",
			"mqtts://"+s.secure))
	daemon := s.program("run")
	host, port, _ := strings.Cut(s.secure, ":")
	in := func(file string) string { return filepath.Join(s.folder, file) }
	s.awaitBoth(start(t, "mosquitto_sub", "-h", host, "-p", port, "-u", "homeassistant", "-P", brokerPassword, "-v",
		"--cafile", in("ca.crt"), "--cert", in("client.crt"), "--key", in("client.key"), "-t", "vitals2mqtt/#"))
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
}

func (h *testbed) mkdir(name string) string {
	h.t.Helper()
	path := filepath.Join(h.folder, name)
	if err := os.Mkdir(path, 0o700); err != nil {
		h.t.Fatal(err)
	}
	return path
}

// TestBrokerKeepsRetained restarts a broker with persistence: while the daemon
// is away, with a store older than the values, and with none.
func TestBrokerKeepsRetained(t *testing.T) {
	t.Parallel()
	s := newShippedTestbed(t)
	broker := s.mosquitto()
	s.signIn()
	daemon := s.program("run")
	look := func() *process {
		return s.client("mosquitto_sub", "homeassistant", "-v", "-t", "vitals2mqtt/#", "-t", "homeassistant/device/+/config")
	}
	first := look()
	s.awaitHistories(first)
	before := s.awaitBoth(first)

	// The broker saves its store, then a weigh-in arrives, then it is killed:
	// its store is old.
	store := filepath.Join(s.folder, "mosquitto.db")
	save := func() {
		before, _ := os.Stat(store) // the first time there is none
		broker.signal(syscall.SIGUSR1)
		await(t, "the broker's store on disk", func() bool { // it is written beside the former one and renamed
			saved, err := os.Stat(store)
			return err == nil && !os.SameFile(before, saved)
		})
	}
	save()
	s.weigh("Alice", "71.15")
	subscriber := look()
	await(t, "the new weight", func() bool { return subscriber.messages()["vitals2mqtt/alice/weight_kg"] == "71.15" })
	broker.stop(syscall.SIGKILL)
	broker = s.mosquitto()
	if old := s.client("mosquitto_sub", "homeassistant", "-C", "1", "-t", "vitals2mqtt/alice/weight_kg"); old.wait() != 0 {
		t.Errorf("the weight after the restart: %v", old.output())
	}
	subscriber = look()
	await(t, "the new weight is there again", func() bool {
		return subscriber.messages()["vitals2mqtt/alice/weight_kg"] == "71.15"
	})
	after := s.awaitBoth(subscriber)
	for topic := range before {
		if after[topic] == "" && !strings.Contains(topic, "/event") {
			t.Errorf("%s is missing after the restart", topic)
		}
	}

	// The daemon stops, the broker is killed: all values are still there, and
	// the bridge is offline.
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	await(t, "the offline message", func() bool { return subscriber.messages()["vitals2mqtt/bridge/state"] == "offline" })
	want := subscriber.messages()
	save()
	broker.stop(syscall.SIGKILL)
	broker = s.mosquitto()
	alone := look()
	await(t, "the broker's store alone", func() bool {
		return maps.Equal(withoutVolatile(alone.messages()), withoutVolatile(want))
	})

	// The broker loses its store while the daemon is away.
	broker.stop(syscall.SIGKILL)
	if err := os.Remove(store); err != nil {
		t.Fatal(err)
	}
	s.mosquitto()
	s.program("run")
	again := s.awaitBoth(look())
	if again["vitals2mqtt/alice/weight_kg"] != "71.15" || len(documentsIn(again)) != len(documentsIn(want)) {
		t.Errorf("after a broker without a store: weight %s, documents %v",
			again["vitals2mqtt/alice/weight_kg"], documentsIn(again))
	}
}

func linesWith(p *process, text string) []string {
	var found []string
	for _, line := range p.output() {
		if strings.Contains(line, text) {
			found = append(found, line)
		}
	}
	return found
}

// TestTwoBrokers reads the copy at a second broker with the shipped
// bridge.conf, requests a refresh through it, and stops the first one.
func TestTwoBrokers(t *testing.T) {
	t.Parallel()
	s := newShippedTestbed(t)
	first := s.mosquitto()
	s.signIn()
	elsewhere := freePort(t)
	host, port, _ := strings.Cut(elsewhere, ":")
	conf := s.write("second.conf", fmt.Sprintf("listener %s 127.0.0.1\nallow_anonymous true\nuser root\n%s",
		port, s.example("bridge.conf")))
	start(t, "mosquitto", "-v", "-c", conf).line("running")
	copied := start(t, "mosquitto_sub", "-h", host, "-p", port, "-v", "-t", "vitals2mqtt/#", "-t", "homeassistant/#")
	daemon := s.program("run")
	s.awaitBoth(copied)
	original := s.client("mosquitto_sub", "homeassistant", "-v", "-t", "vitals2mqtt/#", "-t", "homeassistant/#")
	await(t, "a copy of everything", func() bool {
		have := withoutVolatile(original.messages())
		return len(have) > 100 && maps.Equal(have, withoutVolatile(copied.messages()))
	})

	send := func(topic, payload string) {
		args := []string{"-h", host, "-p", port, "-q", "1", "-t", topic, "-m", payload}
		if code := start(t, "mosquitto_pub", args...).wait(); code != 0 {
			t.Fatalf("mosquitto_pub ended with %d", code)
		}
	}
	send("vitals2mqtt/bridge/request/refresh", `{"profile": "alice", "transaction": "from afar"}`)
	answer := copied.line("vitals2mqtt/bridge/response/refresh")
	if !strings.Contains(answer, "from afar") || !strings.Contains(answer, `"status":"ok"`) {
		t.Errorf("the answer is %s", answer)
	}
	before := bridgeDocuments(copied)
	send("homeassistant/status", "online")
	await(t, "the documents after a birth message from the second broker", func() bool {
		return bridgeDocuments(copied) > before
	})
	if lines := deniedLines(first); len(lines) > 0 {
		t.Errorf("the first broker denied:\n%s", strings.Join(lines, "\n"))
	}

	first.stop(syscall.SIGKILL)
	_ = os.Remove(filepath.Join(s.folder, "mosquitto.db")) // It exists only if the broker has saved it.
	s.mosquitto()
	s.weigh("Bob", "88.25")
	await(t, "a new value over both restarted links", func() bool {
		return copied.messages()["vitals2mqtt/bob/weight_kg"] == "88.25"
	})
	late := start(t, "mosquitto_sub", "-h", host, "-p", port, "-v", "-t", "vitals2mqtt/bob/#")
	await(t, "it is retained there too", func() bool { return late.messages()["vitals2mqtt/bob/weight_kg"] == "88.25" })
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	await(t, "the offline message arrives there", func() bool {
		return copied.messages()["vitals2mqtt/bridge/state"] == "offline"
	})
}

// weigh adds a weigh-in at the simulated cloud.
func (h *testbed) weigh(person, kg string) {
	h.t.Helper()
	body := fmt.Sprintf(`{"person": %q, "kg": %q}`, person, kg)
	//nolint:noctx // bounded by the test
	reply, err := http.Post(h.cloud.ControlURL+"weigh", "application/json", strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	_ = reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		h.t.Fatalf("weighing %s: %s", body, reply.Status)
	}
}
