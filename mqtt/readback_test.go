// SPDX-License-Identifier: MIT

package mqtt

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

func filterFor(topic string) string {
	if strings.HasPrefix(topic, "ha/") {
		return "ha/device/+/config"
	}
	return "v/#"
}

func setTree(c *Client) {
	setValues(c, 100, 50)
	for i := range 5 {
		c.Set(fmt.Sprintf("ha/device/%d/config", i), []byte(strings.Repeat("d", 20_000)))
	}
}

// A broker acknowledges what its access list denies.
func TestDiscardedMessagesAreReported(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.deny = func(topic string) bool { return strings.HasPrefix(topic, "ha/") }
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{FilterFor: filterFor}, setTree)
		advance(3 * time.Minute)
		problems := c.Status().Problems
		if len(problems) != 1 || problems[0].Code != "not_retained" ||
			!strings.Contains(problems[0].Text, "5 of 105 topics") ||
			!strings.Contains(problems[0].Text, "ha/device/0/config") ||
			!strings.Contains(problems[0].Remedy, "topic readwrite ha/device/+/config") {
			t.Errorf("problems %+v", problems)
		}
		if n := strings.Count(h.log.String(), "not retained on the broker"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		// The access list is fixed.
		b.mu.Lock()
		b.deny = func(string) bool { return false }
		b.mu.Unlock()
		advance(20 * time.Minute)
		if got := problemCodes(c); len(got) != 0 || b.retainedPayload("ha/device/4/config") == "" {
			t.Errorf("after it was fixed: problems %v", got)
		}
		stop(nil)
	})
}

func TestReadbackDiagnosesCause(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*fakeBroker)
		code    string
		text    string
		remedy  string
	}{
		"all is there": {func(*fakeBroker) {}, "", "", ""},
		"nothing may be read": {
			func(b *fakeBroker) { b.denyRead = func(f string) bool { return f != stateTopic } },
			"readback_denied", "does not allow reading", "reading and writing",
		},
		"some may not be read, and the rest is there": {
			func(b *fakeBroker) { b.denyRead = func(f string) bool { return strings.HasPrefix(f, "ha/") } }, "", "", "",
		},
		"the large ones are discarded": {
			func(b *fakeBroker) { b.deny = func(topic string) bool { return strings.HasPrefix(topic, "ha/") } },
			"not_retained", "only messages of 20000 bytes or more", "message_size_limit",
		},
		"everything is discarded": {
			func(b *fakeBroker) { b.deny = func(topic string) bool { return topic != stateTopic } },
			"not_retained", "are not retained on the broker", "retain_available",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFakeBroker()
			test.prepare(b)
			withHarness(t, b, func(h *harness) {
				c, stop := h.run(Options{FilterFor: filterFor}, setTree)
				advance(3 * time.Minute)
				problems := c.Status().Problems
				switch {
				case test.code == "":
					if len(problems) != 0 {
						t.Errorf("problems %+v", problems)
					}
				case len(problems) != 1 || problems[0].Code != test.code ||
					!strings.Contains(problems[0].Text, test.text) ||
					!strings.Contains(problems[0].Remedy, test.remedy):
					t.Errorf("problems %+v", problems)
				}
				stop(nil)
			})
		})
	}
}

// A value that changes while it is being read back may arrive in its new
// version.
func TestReadbackIgnoresConcurrentChanges(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		changes, requests := 0, 0
		var c *Client
		b.onSubscribe = func(filter string) {
			switch filter {
			case "v/value/0003":
				changes++
				now := strconv.Itoa(changes)
				c.Set(filter, []byte(now))
				b.retained[filter] = now
				b.publishLocked("v/request", now, false)
			case "v/value/0004":
				c.Clear(filter)
			}
		}
		_, stop := h.run(Options{}, func(made *Client) {
			c = made
			c.Handle("v/request", func(Message) { requests++ })
			setValues(c, 10, 10)
		})
		for range 100 {
			advance(10 * time.Second)
			if got := problemCodes(c); len(got) != 0 {
				t.Errorf("problems %+v", c.Status().Problems)
			}
		}
		if changes == 0 || requests != changes || b.retainedPayload("v/value/0004") != "" {
			t.Errorf("read back %d times, %d requests were handled", changes, requests)
		}
		stop(nil)
	})
}

// Handlers do not get what is read back.
func TestReadbackBypassesHandlers(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		handled := 0
		c, stop := h.run(Options{}, func(c *Client) {
			c.Handle("v/value/+", func(m Message) {
				if m.Retained {
					handled++
				}
			})
			setValues(c, 3000, 50)
		})
		advance(10 * time.Minute)
		unread := len(c.verifier.pending())
		if log := h.log.String(); handled != 0 || unread != 0 || strings.Contains(log, "queue full") {
			t.Errorf("%d messages were handled, %d topics not read back\n%s", handled, unread, log)
		}
		stop(nil)
	})
}

// Values of another client are reported as such.
func TestForeignValuesAreReported(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(Options{}, func(c *Client) { setValues(c, 10, 10) })
		advance(5 * time.Second)
		b.publish("v/value/0003", "not ours")
		// The second read comes after the value was published again.
		for range 40 {
			advance(time.Second)
			b.publish("v/value/0003", "not ours")
		}
		if got := problemCodes(c); !slices.Equal(got, []string{"retained_changed"}) {
			t.Errorf("problems %v", got)
		}
		advance(time.Hour)
		if got := problemCodes(c); len(got) != 0 || b.retainedPayload("v/value/0003") != strings.Repeat("x", 10) {
			t.Errorf("after it stopped: problems %v", got)
		}
		stop(nil)
	})
}
