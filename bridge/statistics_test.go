// SPDX-License-Identifier: MIT

package bridge_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/topics"
)

func TestStatisticsRequest(t *testing.T) {
	t.Parallel()
	h := newHarness()
	var requested []string
	outcome, refusal := error(nil), error(nil)
	alice := profile("Alice", &fakeCloud{user: "1"})
	alice.Statistics = func(mode string, done func(string, error)) error {
		if refusal != nil {
			return refusal
		}
		requested = append(requested, "alice "+mode)
		done("3 hours sent", outcome)
		return nil
	}
	b := h.bridge(t, alice, profile("Bob", &fakeCloud{user: "2"}))
	request := func(payload string) { b.HandleRequest(topics.Statistics, []byte(payload), false) }
	request(`{"profile":"Alice","mode":"external","transaction":4}`)
	outcome = errors.New("cannot reach Home Assistant")
	request(`{"profile":"alice"}`)
	refusal = errors.New("an import is running")
	request(`{"profile":"alice"}`)
	request(`{"profile":"bob","transaction":"x"}`)
	request(`{}`)
	got := h.publisher.messages("vitals2mqtt/bridge/response/statistics")
	want := []string{
		`{"status":"ok","profiles":{"alice":"3 hours sent"},"transaction":4}`,
		`{"status":"error","error":"cannot reach Home Assistant"}`,
		`{"status":"error","error":"an import is running"}`,
	}
	if len(got) != 5 || !slices.Equal(got[:3], want) || !containsAll(got[3], "homeassistant.url", `"transaction":"x"`) ||
		!strings.Contains(got[4], "unknown profile") {
		t.Errorf("responses: %q", got)
	}
	if !slices.Equal(requested, []string{"alice external", "alice "}) {
		t.Errorf("requested: %q", requested)
	}
}

// TestOnlyProfileNeedsNoName is for statistics of an installation with one
// profile.
func TestOnlyProfileNeedsNoName(t *testing.T) {
	t.Parallel()
	h := newHarness()
	alice := profile("Alice", &fakeCloud{user: "1"})
	alice.Statistics = func(_ string, done func(string, error)) error {
		done("done", nil)
		return nil
	}
	h.bridge(t, alice).HandleRequest(topics.Statistics, nil, false)
	got := h.publisher.messages("vitals2mqtt/bridge/response/statistics")
	if !slices.Equal(got, []string{`{"status":"ok","profiles":{"alice":"done"}}`}) {
		t.Errorf("responses: %q", got)
	}
}
