// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// mcpClient is a running withings-mcp, spoken to by the Model Context Protocol:
// lines of JSON-RPC.
type mcpClient struct {
	*otherClient

	server *process
	asked  int
}

// newMCPClient signs a person in, by the callback that it listens on, and starts
// the server.
func newMCPClient(h *testbed, person string) *mcpClient {
	h.t.Helper()
	_, port, _ := strings.Cut(freePort(h.t), ":")
	c := newOtherClient(h, "withings-mcp", "withings-mcp", "WITHINGS_MCP_CONFIG_DIR=HOME",
		"WITHINGS_MCP_DB_PATH=HOME/cache.db", "BROWSER=true",
		fmt.Sprintf(`CONSTANTS={"WITHINGS_CALLBACK_PORT": %s, "WITHINGS_REDIRECT_URI": "http://localhost:%s"}`, port, port))
	p := c.start("auth")
	if _, err := fmt.Fprintf(p.stdin, "%s\n%s\n", h.cloud.ClientID, h.cloud.ClientSecret); err != nil {
		h.t.Fatal(err)
	}
	if _, page := h.visit(c.allow(person, p)); !strings.Contains(page, "Authorised!") {
		h.t.Fatalf("the callback answered %s", page)
	}
	c.finished(p)

	m := &mcpClient{otherClient: c, server: c.start()}
	m.request("initialize", object{
		"protocolVersion": "2025-06-18", "capabilities": object{}, "clientInfo": object{"name": "e2e", "version": "1"},
	})
	m.send(object{"jsonrpc": "2.0", "method": "notifications/initialized"})
	return m
}

func (m *mcpClient) send(message object) {
	m.t.Helper()
	text, err := json.Marshal(message)
	if err != nil {
		m.t.Fatal(err)
	}
	if _, err := fmt.Fprintln(m.server.stdin, string(text)); err != nil {
		m.t.Fatal(err)
	}
}

// request sends a request and returns its result.
func (m *mcpClient) request(method string, params object) object {
	m.t.Helper()
	m.asked++
	m.send(object{"jsonrpc": "2.0", "id": m.asked, "method": method, "params": params})
	var answer struct {
		ID     int    `json:"id"`
		Result object `json:"result"`
	}
	await(m.t, "the answer to "+method, func() bool {
		for _, line := range m.server.output() {
			if strings.HasPrefix(line, "{") && json.Unmarshal([]byte(line), &answer) == nil && answer.ID == m.asked {
				return true
			}
		}
		return false
	})
	if answer.Result == nil {
		m.t.Fatalf("%s %v was refused:\n%s", method, params, strings.Join(tail(m.server.output(), 5), "\n"))
	}
	return answer.Result
}

// tool calls a tool and returns the object in its text.
func (m *mcpClient) tool(name string, arguments object) object {
	m.t.Helper()
	result := m.request("tools/call", object{"name": name, "arguments": arguments})
	content := listOf(result["content"])
	if len(content) != 1 || result["isError"] == true {
		m.t.Fatalf("%s %v: %v", name, arguments, result)
	}
	part, _ := content[0].(object)
	text, _ := part["text"].(string)
	var value object
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		m.t.Fatalf("%s: %v in %.300s", name, err, text)
	}
	return value
}

// rowsOf are the objects in a list of a tool's answer.
func rowsOf(answer object, name string) []object {
	var all []object
	for _, row := range listOf(answer[name]) {
		fields, _ := row.(object)
		all = append(all, fields)
	}
	return all
}

// renamed compares fields of a client with those of the cloud: pairs
// THEIRS=OURS, separated by spaces.
func renamed(client, cloud object, pairs string) []string {
	var different []string
	for pair := range strings.FieldsSeq(pairs) {
		theirs, ours, _ := strings.Cut(pair, "=")
		if client[theirs] != cloud[ours] {
			different = append(different, fmt.Sprintf("%s is %v, in the cloud %v", theirs, client[theirs], cloud[ours]))
		}
	}
	return different
}

// allFields asks for all fields of a list, with the former names too.
func allFields(name, fields string, form url.Values) url.Values {
	form.Set("action", name)
	form.Set("data_fields", fields)
	return form
}
