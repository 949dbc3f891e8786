// SPDX-License-Identifier: MIT

package mqtt

import (
	"slices"
	"testing"
	"time"
)

// Nothing is published before the subscriptions are answered, so each further
// request delays a start by a round trip. What is denied is tried once more, and
// nothing else: the broker would send what it has retained there again.
func TestSubscribesWithOneRequest(t *testing.T) {
	t.Parallel()
	all := []string{"v/bridge/info", stateTopic, "v/request/a", "v/request/b"}
	for name, test := range map[string]struct {
		denied string
		want   [][]string
	}{
		"all are allowed": {"", [][]string{{"ha/+/config"}, all}},
		"one is denied":   {"v/request/a", [][]string{{"ha/+/config"}, all, {"v/request/a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFakeBroker()
			b.denyRead = func(filter string) bool { return filter == test.denied }
			b.retained["v/request/b"] = "retained"
			withHarness(t, b, func(h *harness) {
				requests := 0
				_, stop := h.run(Options{Signature: &Signature{Topic: "v/bridge/info"}}, func(c *Client) {
					c.HandleRetained("ha/+/config", func(Message) {})
					c.Handle("v/request/a", func(Message) {})
					c.Handle("v/request/b", func(Message) { requests++ })
					c.Set("v/value", []byte("1"))
				})
				advance(time.Minute)
				stop(nil)
				if !slices.EqualFunc(b.subscribed, test.want, slices.Equal) {
					t.Errorf("subscribed to %q before publishing, want %q", b.subscribed, test.want)
				}
				if requests != 1 {
					t.Errorf("got the retained request %d times", requests)
				}
			})
		})
	}
}
