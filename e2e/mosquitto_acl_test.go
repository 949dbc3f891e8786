// SPDX-License-Identifier: MIT

//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// shippedTestbed is a testbed whose broker runs with the files of
// deploy/mosquitto, except for folders and ports.
type shippedTestbed struct {
	*testbed
	secure string // HOST:PORT of the encrypted listener
	passwd string
}

// Users of the shipped list, and one who may read everything.
const brokerPassword = "correct horse"

func newShippedTestbed(t *testing.T) *shippedTestbed {
	t.Helper()
	s := &shippedTestbed{testbed: newTestbed(t), secure: freePort(t)}
	s.passwd = filepath.Join(s.folder, "passwords")
	for i, user := range []string{"vitals2mqtt", "homeassistant", "nodered", "bridge", "observer"} {
		flags := []string{"-b", s.passwd, user, brokerPassword}
		if i == 0 {
			flags = slices.Insert(flags, 0, "-c")
		}
		if p := start(t, "mosquitto_passwd", flags...); p.wait() != 0 {
			t.Fatalf("no password for %s: %v", user, p.output())
		}
	}
	s.write("acl", s.example("acl")+"\nuser observer\ntopic readwrite #\n")
	newAuthority(t, s.folder)
	s.write("mosquitto.conf", s.example("mosquitto.conf")+"user root\n")
	s.edit(fmt.Sprintf(`{url: "mqtt://%s", username: vitals, password: s3cret-broker}`, s.broker),
		fmt.Sprintf(`{url: "mqtt://%s", username: vitals2mqtt, password: %s}`, s.broker, brokerPassword))
	return s
}

// example is a file of deploy/mosquitto for this test's folder and ports.
func (s *shippedTestbed) example(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "deploy", "mosquitto", name))
	if err != nil {
		s.t.Fatal(err)
	}
	_, plain, _ := strings.Cut(s.broker, ":")
	_, secure, _ := strings.Cut(s.secure, ":")
	return strings.NewReplacer(
		"/etc/mosquitto/certs/", s.folder+"/", "/etc/mosquitto/", s.folder+"/", "/var/lib/mosquitto/", s.folder+"/",
		"listener 1883 ", "listener "+plain+" ", "listener 8883", "listener "+secure+" 127.0.0.1",
		"address localhost:1883", "address "+s.broker, "change me", brokerPassword,
	).Replace(string(text))
}

// mosquitto is the broker, verbose enough to log what it denies.
func (s *shippedTestbed) mosquitto() *process {
	s.t.Helper()
	p := start(s.t, "mosquitto", "-v", "-c", filepath.Join(s.folder, "mosquitto.conf"))
	p.line("running")
	return p
}

// client runs mosquitto_sub or mosquitto_pub as one of the users.
func (s *shippedTestbed) client(tool, user string, args ...string) *process {
	s.t.Helper()
	host, port, _ := strings.Cut(s.broker, ":")
	return start(s.t, tool, append([]string{"-h", host, "-p", port, "-u", user, "-P", brokerPassword}, args...)...)
}

func (s *shippedTestbed) publish(user, topic, payload string, args ...string) {
	s.t.Helper()
	args = append([]string{"-q", "1", "-t", topic, "-m", payload}, args...)
	if code := s.client("mosquitto_pub", user, args...).wait(); code != 0 {
		s.t.Fatalf("%s could not send to %s", user, topic)
	}
}

func (s *shippedTestbed) signIn() {
	s.t.Helper()
	for _, name := range []string{"Alice", "Bob"} {
		if code := s.login(name).wait(); code != 0 {
			s.t.Fatalf("login %s ended with %d", name, code)
		}
	}
}

// deniedLines are the broker's lines about what it denied a client.
func deniedLines(broker *process) []string {
	return slices.DeleteFunc(broker.output(), func(line string) bool { return !strings.Contains(line, "Denied") })
}

// TestShippedAccessList uses all features of the daemon with the shipped access
// list, and tries what other users may not do.
func TestShippedAccessList(t *testing.T) {
	t.Parallel()
	s := newShippedTestbed(t)
	broker := s.mosquitto()
	s.signIn()
	home := s.client("mosquitto_sub", "homeassistant", "-v", "-t", "vitals2mqtt/#", "-t", "homeassistant/#")
	observer := s.client("mosquitto_sub", "observer", "-v", "-t", "#")
	daemon := s.program("run")
	tree := s.awaitBoth(home)
	if documents := documentsIn(tree); len(documents) < 5 {
		t.Errorf("discovery documents: %v", documents)
	}
	if code := s.program("check", "--live").wait(); code != 0 {
		t.Errorf("check --live ended with %d", code)
	}

	for _, request := range []struct{ user, verb string }{
		{"homeassistant", "refresh"}, {"homeassistant", "republish"}, {"homeassistant", "ecg"}, {"nodered", "refresh"},
	} {
		came := len(home.payloads("vitals2mqtt/bridge/response/" + request.verb))
		s.publish(request.user, "vitals2mqtt/bridge/request/"+request.verb, `{"profile": "alice"}`)
		await(t, "the answer to "+request.verb, func() bool {
			return len(home.payloads("vitals2mqtt/bridge/response/"+request.verb)) > came
		})
	}
	before := bridgeDocuments(home)
	s.publish("homeassistant", "homeassistant/status", "online")
	await(t, "the documents after Home Assistant's birth message", func() bool {
		return bridgeDocuments(home) > before
	})
	s.edit("profiles: [Alice, Bob]", "profiles: [Alice]")
	daemon.signal(syscall.SIGHUP)
	await(t, "Bob's topics removed", func() bool {
		return !slices.ContainsFunc(slices.Collect(maps.Keys(home.messages())), isBobTopic)
	})
	if lines := deniedLines(broker); len(lines) > 0 {
		t.Errorf("the broker denied:\n%s", strings.Join(lines, "\n"))
	}
	if log := strings.Join(daemon.output(), "\n"); strings.Contains(log, "broker's ACL") {
		t.Errorf("the daemon complains:\n%s", log)
	}

	forbidden := []struct{ user, topic string }{
		{"vitals2mqtt", "zigbee2mqtt/lamp/set"},
		{"vitals2mqtt", "homeassistant/status"},
		{"vitals2mqtt", "homeassistant/switch/lamp/config"},
		{"homeassistant", "vitals2mqtt/alice/weight_kg"},
		{"nodered", "vitals2mqtt/bridge/request/republish"},
		{"nodered", "homeassistant/device/lamp/config"},
		{"bridge", "vitals2mqtt/alice/weight_kg"},
	}
	for _, f := range forbidden {
		s.publish(f.user, f.topic, "an intruder")
	}
	s.publish("observer", "the/end", "of it")
	await(t, "the last message", func() bool { return observer.messages()["the/end"] != "" })
	if all := strings.Join(observer.output(), "\n"); strings.Contains(all, "an intruder") {
		t.Errorf("something forbidden came through:\n%s", all)
	}
	if lines := deniedLines(broker); len(lines) != len(forbidden) {
		t.Errorf("the broker denied %d of %d:\n%s", len(lines), len(forbidden), strings.Join(lines, "\n"))
	}
	s.expectRefused()
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
	await(t, "the offline message", func() bool { return home.messages()["vitals2mqtt/bridge/state"] == "offline" })
}

// expectRefused fails unless a wrong password is refused.
func (s *shippedTestbed) expectRefused() {
	s.t.Helper()
	host, port, _ := strings.Cut(s.broker, ":")
	for _, args := range [][]string{{}, {"-u", "vitals2mqtt", "-P", "wrong"}, {"-u", "stranger", "-P", brokerPassword}} {
		args = append([]string{"-h", host, "-p", port, "-t", "a", "-m", "b"}, args...)
		if code := start(s.t, "mosquitto_pub", args...).wait(); code == 0 {
			s.t.Errorf("mosquitto_pub %v was accepted", args)
		}
	}
	s.edit("password: "+brokerPassword, "password: wrong")
	if code := s.program("check", "--live").wait(); code != 5 {
		s.t.Errorf("check --live with the wrong password ended with %d, want 5", code)
	}
	s.edit("password: wrong", "password: "+brokerPassword)
}

func documentsIn(tree map[string]string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(tree)), func(topic string) bool {
		return !strings.HasPrefix(topic, "homeassistant/device/") || !strings.HasSuffix(topic, "/config")
	})
}

// bridgeDocuments counts how often the document of the bridge arrived.
func bridgeDocuments(subscriber *process) int {
	return len(linesWith(subscriber, "homeassistant/device/vitals2mqtt_bridge_"))
}

func isBobTopic(topic string) bool { return strings.HasPrefix(topic, "vitals2mqtt/bob") }

// TestSubscriberOfMQTT5 compares what clients of MQTT 3.1.1 and 5 receive.
func TestSubscriberOfMQTT5(t *testing.T) {
	t.Parallel()
	s := newShippedTestbed(t)
	s.mosquitto()
	s.signIn()
	daemon := s.program("run")
	s.awaitBoth(s.client("mosquitto_sub", "homeassistant", "-v", "-t", "vitals2mqtt/#"))
	if code := daemon.stop(syscall.SIGTERM); code != 0 { // nothing changes from here on
		t.Fatalf("the exit code is %d", code)
	}
	trees := map[string]map[string]string{}
	for _, version := range []string{"311", "5"} {
		// The format shows the retain flag and the quality of service.
		p := s.client("mosquitto_sub", "homeassistant", "-V", version, "-q", "1", "-F", "%t %r %q %p",
			"-t", "vitals2mqtt/#", "-t", "homeassistant/device/+/config")
		await(t, "a first message", func() bool { return len(p.output()) > 0 })
		// A broker delivers in order: after this message nothing retained comes.
		s.publish("observer", "vitals2mqtt/end", "end")
		await(t, "the last message", func() bool { return p.messages()["vitals2mqtt/end"] != "" })
		trees[version] = p.messages()
		delete(trees[version], "vitals2mqtt/end")
	}
	if !maps.Equal(trees["311"], trees["5"]) || len(trees["5"]) < 100 {
		t.Errorf("MQTT 3.1.1 shows %d topics, MQTT 5 %d, or other values", len(trees["311"]), len(trees["5"]))
	}
	for topic, message := range trees["5"] {
		if !strings.HasPrefix(message, "1 1 ") || message == "1 1 " {
			t.Errorf("%s: %q, want retained, with QoS 1, and not empty", topic, message)
		}
	}
	t.Logf("%d retained topics, the same in both", len(trees["5"]))

	// A client of MQTT 5 sends a request with properties that 3.1.1
	// lacks.
	s.program("run").line("started")
	answers := s.client("mosquitto_sub", "homeassistant", "-V", "5", "-v", "-t", "vitals2mqtt/bridge/state",
		"-t", "vitals2mqtt/bridge/response/refresh")
	await(t, "the daemon is back", func() bool { return answers.messages()["vitals2mqtt/bridge/state"] == "online" })
	s.publish("homeassistant", "vitals2mqtt/bridge/request/refresh", `{"profile": "bob", "transaction": 5}`, "-V", "5",
		"-D", "publish", "response-topic", "somewhere/else", "-D", "publish", "user-property", "asked", "by a test")
	answer := answers.line("vitals2mqtt/bridge/response/refresh")
	if !strings.Contains(answer, `"status":"ok"`) || !strings.Contains(answer, `"transaction":5`) {
		t.Errorf("the answer is %s", answer)
	}
}
