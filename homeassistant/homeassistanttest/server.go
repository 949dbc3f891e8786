// SPDX-License-Identifier: MIT

package homeassistanttest

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/websocket"
)

func newHome() *Home {
	return &Home{Token: "s3cret-home", Version: "2026.11.0", known: map[string]*Statistic{}}
}

// Start starts a stand-in until the test ends.
func Start(t *testing.T) *Home {
	t.Helper()
	h := newHome()
	h.server = httptest.NewServer(http.HandlerFunc(h.serve))
	t.Cleanup(h.server.Close)
	return h
}

// StartPiped starts a stand-in without a network until the test ends, for
// bubbles of synctest: its connections are pipes, which Dial makes.
func StartPiped(t *testing.T) *Home {
	t.Helper()
	h := newHome()
	h.pipes = newPipes()
	h.server = httptest.NewUnstartedServer(http.HandlerFunc(h.serve))
	_ = h.server.Listener.Close()
	h.server.Listener = h.pipes
	h.server.Start()
	t.Cleanup(h.server.Close)
	return h
}

// Dial connects to a stand-in of StartPiped, whatever the address is.
func (h *Home) Dial(ctx context.Context, _, _ string) (net.Conn, error) { return h.pipes.dial(ctx) }

// serve is one connection.
func (h *Home) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/websocket" {
		http.NotFound(w, r)
		return
	}
	connection, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = connection.Close() }()
	var auth struct {
		Token string `json:"access_token"`
	}
	_ = connection.WriteJSON(map[string]string{"type": "auth_required", "ha_version": h.Version})
	if connection.ReadJSON(&auth) != nil {
		return
	}
	if auth.Token != h.Token {
		_ = connection.WriteJSON(map[string]string{"type": "auth_invalid", "message": "Invalid access token"})
		return
	}
	_ = connection.WriteJSON(map[string]string{"type": "auth_ok", "ha_version": h.Version})
	last := 0
	for {
		var message json.RawMessage
		if connection.ReadJSON(&message) != nil {
			return
		}
		var command struct {
			ID   int    `json:"id"`
			Type string `json:"type"`
		}
		if json.Unmarshal(message, &command) != nil || command.ID <= last {
			return // Home Assistant wants growing numbers
		}
		last = command.ID
		result, refused, broken := h.answer(command.Type, message)
		if broken {
			return
		}
		reply := map[string]any{"id": command.ID, "type": "result", "success": refused == nil, "result": result}
		if refused != nil {
			reply["error"] = refused
		}
		if connection.WriteJSON(reply) != nil {
			return
		}
	}
}

// answer runs a command; broken ends the connection instead.
func (h *Home) answer(name string, message json.RawMessage) (result any, refused *refusal, broken bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.commands = append(h.commands, name)
	if h.Breaks > 0 && len(h.commands) >= h.Breaks {
		h.Breaks = 0
		return nil, nil, true
	}
	broken = h.Answerless > 0 && len(h.commands) >= h.Answerless
	if broken {
		h.Answerless = 0
	}
	result, refused = h.execute(name, message)
	return result, refused, broken
}

// execute carries a command out.
func (h *Home) execute(name string, message json.RawMessage) (result any, refused *refusal) {
	switch name {
	case "config/entity_registry/list":
		return h.entities, nil
	case "recorder/info":
		backlog := 0
		if len(h.Backlog) > 0 {
			backlog, h.Backlog = h.Backlog[0], h.Backlog[1:]
		}
		return map[string]any{
			"backlog":               backlog,
			"max_backlog":           65000,
			"migration_in_progress": false,
			"recording":             !h.Stopped,
			"thread_running":        true,
		}, nil
	case "recorder/list_statistic_ids":
		return h.list(), nil
	case "recorder/statistics_during_period":
		return h.during(message)
	case "recorder/import_statistics":
		return nil, h.write(message)
	case "recorder/clear_statistics":
		return nil, h.clear(message)
	}
	return nil, &refusal{"unknown_command", "Unknown command."}
}
