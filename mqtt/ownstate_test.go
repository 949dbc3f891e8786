package mqtt

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

const infoTopic = "v/bridge/info"

func signedBy(name string) Options {
	return Options{ClientID: name, Signature: &Signature{
		Topic: infoTopic, Ours: func(payload []byte) bool { return bytes.Equal(payload, []byte(name)) },
	}}
}

// Two installations share the state topic: whoever stops says "offline" for both,
// and whoever still runs must say otherwise.
func TestOfflineOfASecondInstallationIsAnswered(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	inBubble(t, b, func(h *bubble) {
		first, stopFirst := h.run(signedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		wait(time.Minute)
		second, stopSecond := h.run(signedBy("second"), func(c *Client) { c.Set(infoTopic, []byte("second")) })
		wait(time.Minute)
		for name, c := range map[string]*Client{"first": first, "second": second} {
			if got := codes(c); !slices.Equal(got, []string{"second_installation"}) {
				t.Errorf("%s: problems %v", name, got)
			}
		}
		wait(12 * time.Hour)
		if got := codes(first); !slices.Equal(got, []string{"second_installation"}) {
			t.Errorf("after half a day side by side: problems %v", got)
		}
		if n := strings.Count(h.log.String(), "second installation"); n != 2 {
			t.Errorf("said %d times, want once by each", n)
		}
		if n := len(b.published); n > 2*2*6*12+20 {
			t.Errorf("%d messages in half a day", n)
		}
		stopSecond(nil)
		wait(10 * time.Second)
		if got := b.holds(stateTopic); got != online {
			t.Errorf("the state is %q while the first one runs", got)
		}
		wait(time.Hour)
		if got := codes(first); len(got) != 0 {
			t.Errorf("an hour after the other one stopped: problems %v", got)
		}
		stopFirst(nil)
		if got := b.holds(stateTopic); got != offline {
			t.Errorf("after both stopped the state is %q", got)
		}
	})
}

// A broker may notice late that our former connection is dead. That is no second
// installation, and yet the will must not stand.
func TestOwnLateWillIsAnsweredAndNoSecondInstallation(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	inBubble(t, b, func(h *bubble) {
		c, stop := h.run(signedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		wait(20 * time.Second)
		b.publish(stateTopic, offline)
		wait(10 * time.Second)
		if got := b.holds(stateTopic); got != online || len(codes(c)) != 0 {
			t.Errorf("the state is %q; problems %v", got, codes(c))
		}
		b.publish(stateTopic, "") // somebody tidies up
		wait(10 * time.Second)
		if got := b.holds(stateTopic); got != online || len(codes(c)) != 0 {
			t.Errorf("the state is %q; problems %v", got, codes(c))
		}
		stop(nil)
		wait(time.Minute)
		if got := b.holds(stateTopic); got != offline {
			t.Errorf("after the stop the state is %q", got)
		}
	})
}

// Somebody who says "offline" whenever we say "online" gets a slow answer.
func TestContradictionsAreAnsweredSlowly(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	inBubble(t, b, func(h *bubble) {
		_, stop := h.run(Options{}, func(*Client) {})
		wait(2 * time.Minute)
		before := b.count(stateTopic + "=" + online)
		for range 600 {
			b.publish(stateTopic, offline)
			wait(100 * time.Millisecond)
		}
		if n := b.count(stateTopic+"="+online) - before; n < 10 || n > 13 {
			t.Errorf("%d answers in a minute", n)
		}
		if n := strings.Count(h.log.String(), "second installation"); n != 1 {
			t.Errorf("said %d times", n)
		}
		stop(nil)
	})
}

// What another installation left when it stopped is no sign of a running one.
func TestFormerInstallationIsNoSecondOne(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.retained[stateTopic], b.retained[infoTopic] = offline, "former"
	inBubble(t, b, func(h *bubble) {
		c, stop := h.run(signedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		wait(time.Minute)
		if got := codes(c); len(got) != 0 {
			t.Errorf("problems %v", got)
		}
		// The next configuration of the same installation takes over.
		stop(ErrHandover)
		heir, stop := h.run(signedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		wait(time.Minute)
		if got := codes(heir); len(got) != 0 || b.count(stateTopic+"="+offline) != 0 {
			t.Errorf("after a handover: problems %v, %d times offline", got, b.count(stateTopic+"="+offline))
		}
		stop(nil)
	})
}
