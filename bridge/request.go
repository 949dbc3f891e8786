// SPDX-License-Identifier: MIT

package bridge

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"vitals2mqtt/topics"
)

// maxRequest is the maximum size of a request, in bytes.
const maxRequest = 4096

// requestBody is the payload of a request; an empty payload means {}.
type requestBody struct {
	Profile     string          `json:"profile"`
	Endpoint    string          `json:"endpoint"`
	Signal      int64           `json:"signal"` // of an electrocardiogram
	Mode        string          `json:"mode"`   // of statistics
	Transaction json.RawMessage `json:"transaction"`
}

// responseBody is the payload of a response.
type responseBody struct {
	Status      string            `json:"status"` // "ok" or "error"
	Error       string            `json:"error,omitempty"`
	Profiles    map[string]string `json:"profiles,omitempty"` // outcome by slug
	Transaction json.RawMessage   `json:"transaction,omitempty"`
}

func parseRequest(payload []byte, into *requestBody) error {
	if len(payload) == 0 {
		return nil
	}
	if len(payload) > maxRequest {
		return fmt.Errorf("request exceeds %d bytes", maxRequest)
	}
	// The transaction is sent back as it is: bytes that are no text would make the
	// response no JSON.
	if err := json.Unmarshal(payload, into); err != nil || !utf8.Valid(payload) {
		return errors.New("request is not a JSON object; send an empty payload or, for example, " +
			`{"profile": "alice", "transaction": 1}`)
	}
	return nil
}

func (b *Bridge) respond(verb topics.Verb, resp responseBody) {
	b.publisher.Send(b.site.Tree.Response(verb), encode(resp))
}
