// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// nodeRED is a running Node-RED with settings and flows in a folder of the
// test.
type nodeRED struct {
	t       *testing.T
	program string
	folder  string
	address string // HOST:PORT of editor and HTTP-in
	process *process
}

func newNodeRED(t *testing.T) *nodeRED {
	t.Helper()
	n := &nodeRED{
		t:       t,
		program: filepath.Join(installFolder(t, "nodered"), "bin", "node-red"),
		folder:  t.TempDir(),
		address: freePort(t),
	}
	host, port, _ := strings.Cut(n.address, ":")
	settings := fmt.Sprintf(`module.exports = {
	uiHost: %q, uiPort: %s, flowFile: "flows.json", credentialSecret: "of a test",
	telemetry: {enabled: false, updateNotification: false}, logging: {console: {level: "info"}},
}`, host, port)
	if err := os.WriteFile(filepath.Join(n.folder, "settings.js"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	return n
}

// start starts it and waits until it answers and its flows run, if it has any:
// it begins the two at once, and either may be done first.
func (n *nodeRED) start() {
	n.t.Helper()
	n.process = start(n.t, n.program, "--userDir", n.folder, "--settings", filepath.Join(n.folder, "settings.js"))
	n.process.line("Server now running")
	n.process.line("Started flows")
}

// deploy imports flows through the admin API, as the editor does.
func (n *nodeRED) deploy(flows []object) {
	n.t.Helper()
	n.post("/flows", flows, http.StatusNoContent, "Node-RED-Deployment-Type", "full")
}

func (n *nodeRED) post(path string, body any, want int, header ...string) {
	n.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		n.t.Fatal(err)
	}
	address := "http://" + n.address + path
	request, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost, address, bytes.NewReader(text))
	if err != nil {
		n.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Close = true // It closes idle connections after five seconds.
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	_ = reply.Body.Close()
	if reply.StatusCode != want {
		n.t.Fatalf("POST %s: %s, want %d", path, reply.Status, want)
	}
}

// shippedFlows are those of docs/nodered; only the broker's node is filled in,
// once, because both files bring the same.
func shippedFlows(t *testing.T, broker, user, password string) []object {
	t.Helper()
	host, port, _ := strings.Cut(broker, ":")
	files, err := filepath.Glob(filepath.Join("..", "docs", "nodered", "*.json"))
	if err != nil || len(files) < 2 {
		t.Fatalf("flows: %v, %v", files, err)
	}
	byID := map[any]bool{}
	var all []object
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var nodes []object
		if err := json.Unmarshal(text, &nodes); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, node := range nodes {
			if node["type"] == "mqtt-broker" {
				node["broker"], node["port"] = host, port
				node["credentials"] = object{"user": user, "password": password}
			}
			if !byID[node["id"]] {
				all = append(all, node)
			}
			byID[node["id"]] = true
		}
	}
	return all
}

// TestNodeRED runs the shipped flows: the messages to users, and the router
// that makes the bridge fetch, over each input.
func TestNodeRED(t *testing.T) {
	t.Parallel()
	s := newShippedTestbed(t)
	s.edit("@every 2s", "@every 1h") // Only a refresh makes it fetch.
	broker := s.mosquitto()
	s.signIn()
	observer := s.client("mosquitto_sub", "observer", "-v", "-t", "vitals2mqtt/#", "-t", "notify/#")
	daemon := s.program("run")
	tree := s.awaitBoth(observer)

	red := newNodeRED(t)
	red.start()
	red.deploy(shippedFlows(t, s.broker, "nodered", brokerPassword))
	red.process.line("Connected to broker")
	await(t, "all its subscriptions", func() bool {
		return strings.Contains(strings.Join(broker.output(), "\n"), "vitals2mqtt/bridge/response/refresh (QoS 1)")
	})

	// The scale, seen in a log that comes by MQTT; other lines are ignored.
	s.weigh("Alice", "69.15")
	s.publish("observer", "router/log", "dnsmasq-dhcp: DHCPACK(br-lan) 192.168.1.41 aa:bb:cc:dd:ee:ff printer")
	s.publish("observer", "router/log", "dnsmasq-dhcp: DHCPACK(br-lan) 192.168.1.40 00:24:e4:00:00:01 scale")
	s.publish("observer", "router/log", "hostapd: wlan0: STA 00:24:e4:00:00:01 IEEE 802.11: associated")
	message := observer.line("notify/alice/weight")
	if !strings.HasPrefix(message, "notify/alice/weight alice weighs 69.15 kg, ") ||
		!strings.HasSuffix(message, " % of it fat") {
		t.Errorf("notification to users: %q", message)
	}
	if asked := observer.payloads("vitals2mqtt/bridge/request/refresh"); len(asked) != 1 ||
		asked[0] != `{"endpoint":"measure/getmeas","transaction":"scale seen"}` {
		t.Errorf("Node-RED asked %q, want once", asked)
	}
	if weight := observer.messages()["vitals2mqtt/alice/weight_kg"]; weight != "69.15" {
		t.Errorf("the bridge has %s", weight)
	}

	s.weigh("Alice", "68.65")
	s.publish("observer", "vitals2mqtt/bridge/request/refresh", `{"endpoint": "measure/getmeas"}`)
	observer.line("notify/alice/weight alice weighs 68.65 kg, 0.5 kg less than before, ")

	// The mat, seen by something that uses HTTP, in another spelling.
	red.post("/router/seen", object{"event": "connected", "mac": "00-24-E4-00-00-02"}, http.StatusNoContent)
	await(t, "the request for the mat", func() bool {
		return len(observer.payloads("vitals2mqtt/bridge/request/refresh")) == 3
	})
	if asked := observer.payloads("vitals2mqtt/bridge/request/refresh"); asked[2] !=
		`{"endpoint":"v2/sleep/getsummary","transaction":"mat seen","profile":"alice"}` {
		t.Errorf("for the mat Node-RED asked %s", asked[2])
	}

	// The event that the bridge would send about the last night.
	var values map[string]any
	if err := json.Unmarshal([]byte(tree["vitals2mqtt/bob"]), &values); err != nil {
		t.Fatal(err)
	}
	night, _ := json.Marshal(object{
		"event_type": "sleep", "sleep_total_duration_seconds": 25_860, "sleep_deep_duration_seconds": 5580,
		"sleep_score": values["sleep_score"],
	})
	s.publish("observer", "vitals2mqtt/bob/event", string(night))
	want := fmt.Sprintf("notify/bob/sleep bob slept 7 h 11 min, 1 h 33 min of it deep, score %v", values["sleep_score"])
	if message := observer.line("notify/bob/sleep"); message != want {
		t.Errorf("notification to users: %q, want %q", message, want)
	}

	// Node-RED starts anew with what was deployed; now the router uses
	// syslog.
	red.process.stop(syscall.SIGTERM)
	red.start()
	red.process.line("Connected to broker")
	red.process.line("udp listener at") // The port is open.
	s.weigh("Bob", "87.25")
	syslog(t, "127.0.0.1:5514",
		"<30>Jan  2 07:05:00 router dnsmasq-dhcp[412]: DHCPACK(br-lan) 192.168.1.40 00:24:E4:00:00:01 scale")
	message = observer.line("notify/bob/weight")
	if !strings.HasPrefix(message, "notify/bob/weight bob weighs 87.25 kg, ") {
		t.Errorf("notification to users: %q", message)
	}
	if lines := deniedLines(broker); len(lines) > 0 {
		t.Errorf("the broker denied:\n%s", strings.Join(lines, "\n"))
	}
	for _, line := range red.process.output() {
		if strings.Contains(line, "[error]") ||
			strings.Contains(line, "[warn]") && !strings.Contains(line, "Projects disabled") {
			t.Errorf("Node-RED complains: %s", line)
		}
	}
	if code := daemon.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("the exit code is %d", code)
	}
}

// syslog sends one datagram, as routers do.
func syslog(t *testing.T, address, line string) {
	t.Helper()
	connection, err := (&net.Dialer{}).DialContext(t.Context(), "udp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := fmt.Fprint(connection, line); err != nil {
		t.Fatal(err)
	}
}
