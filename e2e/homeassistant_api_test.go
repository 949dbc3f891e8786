// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// jsonMember is a JSON object whose members are known by name.
type jsonMember = map[string]any

// ask sends a request to the REST API and decodes the response into v.
func (h *homeAssistant) ask(method, path, kind string, body []byte, v any) {
	h.t.Helper()
	status, text := h.send(method, path, kind, body)
	if status != http.StatusOK && status != http.StatusCreated {
		h.t.Fatalf("%s %s: %d: %s", method, path, status, text)
	}
	if err := json.Unmarshal(text, v); err != nil {
		h.t.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
}

// send sends a request to the REST API and returns the response.
func (h *homeAssistant) send(method, path, kind string, body []byte) (status int, text []byte) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), method, h.address(path), bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("HA-Frontend-Base", h.address("")) // where a sign-in elsewhere returns to
	if h.token != "" {
		request.Header.Set("Authorization", "Bearer "+h.token)
	}
	reply, err := browser().Do(request)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	if text, err = io.ReadAll(reply.Body); err != nil {
		h.t.Fatal(err)
	}
	return reply.StatusCode, text
}

func (h *homeAssistant) post(path string, body, v any) {
	h.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		h.t.Fatal(err)
	}
	h.ask(http.MethodPost, path, "application/json", text, v)
}

// onboard makes the first user and signs in as that user.
func (h *homeAssistant) onboard() {
	h.t.Helper()
	client := h.address("/")
	var user struct {
		Code string `json:"auth_code"`
	}
	h.post("/api/onboarding/users", jsonMember{
		"name": "Owner", "username": "owner", "password": "invented-for-a-test", "client_id": client, "language": "en",
	}, &user)
	h.signIn(url.Values{"grant_type": {"authorization_code"}, "code": {user.Code}})
	h.connect()
}

// signIn gets an access token, which lasts half an hour.
func (h *homeAssistant) signIn(grant url.Values) {
	h.t.Helper()
	var token struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	grant.Set("client_id", h.address("/"))
	h.ask(http.MethodPost, "/auth/token", "application/x-www-form-urlencoded", []byte(grant.Encode()), &token)
	h.token, h.refresh = token.Access, cmp.Or(token.Refresh, h.refresh)
}

// addMQTT completes the dialogue that adds MQTT. Home Assistant tries the broker
// out, and fails when the thread of that connection ends just while it waits for
// the thread: then the same step is submitted again.
func (h *homeAssistant) addMQTT(broker string) {
	h.t.Helper()
	host, port, _ := strings.Cut(broker, ":")
	number, err := strconv.Atoi(port)
	if err != nil {
		h.t.Fatal(err)
	}
	var step struct {
		ID     string `json:"flow_id"`
		Type   string `json:"type"`
		Step   string `json:"step_id"`
		Errors any    `json:"errors"`
	}
	h.post("/api/config/config_entries/flow", jsonMember{"handler": "mqtt"}, &step)
	settings, err := json.Marshal(jsonMember{
		"broker": host, "port": number, "username": "vitals", "password": "s3cret-broker", "protocol": "5",
		"other_settings": jsonMember{"set_client_cert": false, "set_ca_cert": "off", "transport": "tcp"},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	await(h.t, "MQTT in Home Assistant", func() bool {
		status, text := h.send(http.MethodPost, "/api/config/config_entries/flow/"+step.ID, "application/json", settings)
		if status == http.StatusInternalServerError {
			h.excused = []string{"[aiohttp.server] Error handling request"}
			return false
		}
		if err := json.Unmarshal(text, &step); err != nil || status != http.StatusOK {
			h.t.Fatalf("adding MQTT: %d: %s", status, text)
		}
		return true
	})
	if step.Type != "create_entry" {
		h.t.Fatalf("adding MQTT ended with %+v", step)
	}
}

// socket is a connection to the websocket API, one command at a time.
type socket struct {
	t          *testing.T
	connection *websocket.Conn
	answers    chan answer
	id         int
}

func (h *homeAssistant) connect() {
	h.t.Helper()
	connection, reply, err := websocket.DefaultDialer.DialContext(h.t.Context(),
		strings.Replace(h.address("/api/websocket"), "http", "ws", 1), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	_ = reply.Body.Close()
	connection.SetReadLimit(1 << 26)
	h.socket = &socket{t: h.t, connection: connection, answers: make(chan answer, 16)}
	h.t.Cleanup(h.socket.close)
	go h.socket.receive()
	h.socket.read() // requests the token
	if err := connection.WriteJSON(jsonMember{"type": "auth", "access_token": h.token}); err != nil {
		h.t.Fatal(err)
	}
	if answer := h.socket.read(); answer.Type != "auth_ok" {
		h.t.Fatalf("signing in at the websocket: %+v", answer)
	}
}

func (s *socket) close() { _ = s.connection.Close() }

type answer struct {
	ID      int             `json:"id"`
	Type    string          `json:"type"`
	Success bool            `json:"success"`
	Result  json.RawMessage `json:"result"`
	Error   any             `json:"error"`
}

// receive reads until the connection is closed: whoever does not read misses
// pings, and is disconnected.
func (s *socket) receive() {
	defer close(s.answers)
	for {
		var a answer
		if err := s.connection.ReadJSON(&a); err != nil {
			return
		}
		s.answers <- a
	}
}

func (s *socket) read() answer {
	s.t.Helper()
	select {
	case a, ok := <-s.answers:
		if !ok {
			s.t.Fatal("the websocket is closed")
		}
		return a
	case <-time.After(waitTimeout):
		s.t.Fatal("the websocket does not answer")
	}
	return answer{}
}

// command sends a command with its fields and reads the result into v.
func (s *socket) command(name string, fields jsonMember, v any) {
	s.t.Helper()
	s.id++
	message := jsonMember{"id": s.id, "type": name}
	maps.Copy(message, fields)
	if err := s.connection.WriteJSON(message); err != nil {
		s.t.Fatal(err)
	}
	a := s.read()
	for a.ID != s.id {
		a = s.read()
	}
	if !a.Success {
		s.t.Fatalf("%s: %v", name, a.Error)
	}
	if err := json.Unmarshal(a.Result, v); err != nil {
		s.t.Fatalf("%s: %v: %s", name, err, a.Result)
	}
}

// entity is an entry of the entity registry.
type entity struct {
	ID       string  `json:"entity_id"`
	UniqueID string  `json:"unique_id"`
	Platform string  `json:"platform"`
	Name     string  `json:"original_name"`
	Category *string `json:"entity_category"`
	Disabled *string `json:"disabled_by"`
	Device   string  `json:"device_id"`
}

// entities are those of MQTT, by unique id.
func (h *homeAssistant) entities() map[string]entity {
	h.t.Helper()
	return h.entitiesOf("mqtt")
}

// entitiesOf are those of an integration, by unique id.
func (h *homeAssistant) entitiesOf(platform string) map[string]entity {
	h.t.Helper()
	var list []entity
	h.socket.command("config/entity_registry/list", nil, &list)
	known := map[string]entity{}
	for _, e := range list {
		if e.Platform == platform {
			known[e.UniqueID] = e
		}
	}
	return known
}

// device is an entry of the device registry.
type device struct {
	ID           string     `json:"id"`
	Identifiers  [][]string `json:"identifiers"`
	Name         string     `json:"name"`
	Manufacturer string     `json:"manufacturer"`
	Model        string     `json:"model"`
	Version      string     `json:"sw_version"`
	Via          string     `json:"via_device_id"`
	Page         string     `json:"configuration_url"`
}

// devices are those of MQTT, by their identifier.
func (h *homeAssistant) devices() map[string]device {
	h.t.Helper()
	var list []device
	h.socket.command("config/device_registry/list", nil, &list)
	known := map[string]device{}
	for _, d := range list {
		for _, pair := range d.Identifiers {
			if len(pair) == 2 && pair[0] == "mqtt" {
				known[pair[1]] = d
			}
		}
	}
	return known
}

// state is what an entity shows.
type state struct {
	ID         string     `json:"entity_id"`
	Value      string     `json:"state"`
	Attributes jsonMember `json:"attributes"`
	Changed    time.Time  `json:"last_changed"`
}

// states are all of them, by entity id.
func (h *homeAssistant) states() map[string]state {
	h.t.Helper()
	var list []state
	h.ask(http.MethodGet, "/api/states", "application/json", nil, &list)
	known := map[string]state{}
	for _, s := range list {
		known[s.ID] = s
	}
	return known
}

// call runs an action of Home Assistant on an entity.
func (h *homeAssistant) call(action, id string) {
	h.t.Helper()
	var changed []state
	h.post("/api/services/"+action, jsonMember{"entity_id": id}, &changed)
}
