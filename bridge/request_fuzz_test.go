// SPDX-License-Identifier: MIT

package bridge_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"vitals2mqtt/topics"
)

// FuzzRequest publishes anything to the topics of requests. A retained message
// has no effect, everything else one response at most: a JSON object of bounded
// size on the topic of responses.
func FuzzRequest(f *testing.F) {
	verbs := append(topics.Verbs(), "dance")
	for _, payload := range []string{
		"", "{}", "now!", "null", "[]", "7", `{"profile":"alice","transaction":1}`, `{"profile":7}`, `{"mode":"external"}`,
		`{"profile":"alice","signal":9223372036854775807,"transaction":{"a":[1]}}`, `{"profile":"a/+/#\u202e\u0000","endpoint":"x"}`,
		"{\"transaction\":\"\xff\"}", `{"profile":"alice","profile":"bob"}`, strings.Repeat("[", 5000),
	} {
		for at := range verbs {
			f.Add(uint8(at), []byte(payload))
		}
	}
	f.Fuzz(func(t *testing.T, at uint8, payload []byte) {
		h := newHarness()
		b := h.bridge(t, profile("Alice", &fakeCloud{user: "1"}))
		verb := verbs[int(at)%len(verbs)]
		before := len(h.publisher.sent)
		b.HandleRequest(verb, payload, true)
		if sent := h.publisher.sent[before:]; len(sent) != 0 {
			t.Errorf("a retained request is answered: %q", sent)
		}
		b.HandleRequest(verb, payload, false)
		sent := h.publisher.sent[before:]
		if len(sent) > 1 {
			t.Errorf("%d responses: %q", len(sent), sent)
		}
		for _, message := range sent {
			topic, response, _ := strings.Cut(message, " ")
			var object map[string]any
			if json.Unmarshal([]byte(response), &object) != nil || object["status"] == nil || !utf8.ValidString(response) {
				t.Errorf("the response is %q", response)
			}
			if len(response) > 8*len(payload)+1000 {
				t.Errorf("%d bytes are answered with %d", len(payload), len(response))
			}
			if topic != h.tree.Response(verb) {
				t.Errorf("the response goes to %q", topic)
			}
		}
	})
}
