// SPDX-License-Identifier: MIT

package mqtt

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

const infoTopic = "v/bridge/info"

func optionsSignedBy(name string) Options {
	return Options{ClientID: name, Signature: &Signature{
		Topic: infoTopic, IsOurs: func(payload []byte) bool { return bytes.Equal(payload, []byte(name)) },
	}}
}

// Two installations share the state topic: the one that stops publishes
// "offline" for both, and the other must publish "online" again.
func TestOfflineFromSecondInstallationRepublishesState(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		first, stopFirst := h.run(optionsSignedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		advance(time.Minute)
		second, stopSecond := h.run(optionsSignedBy("second"), func(c *Client) { c.Set(infoTopic, []byte("second")) })
		advance(time.Minute)
		for name, c := range map[string]*Client{"first": first, "second": second} {
			if got := problemCodes(c); !slices.Equal(got, []string{"second_installation"}) {
				t.Errorf("%s: problems %v", name, got)
			}
		}
		advance(12 * time.Hour)
		if got := problemCodes(first); !slices.Equal(got, []string{"second_installation"}) {
			t.Errorf("after half a day side by side: problems %v", got)
		}
		if n := strings.Count(h.log.String(), "another installation"); n != 2 {
			t.Errorf("logged %d times, want once by each", n)
		}
		if n := len(b.published); n > 2*2*6*12+20 {
			t.Errorf("%d messages in half a day", n)
		}
		stopSecond(nil)
		advance(10 * time.Second)
		if got := b.retainedPayload(stateTopic); got != online {
			t.Errorf("the state is %q while the first one runs", got)
		}
		advance(time.Hour)
		if got := problemCodes(first); len(got) != 0 {
			t.Errorf("an hour after the other one stopped: problems %v", got)
		}
		stopFirst(nil)
		if got := b.retainedPayload(stateTopic); got != offline {
			t.Errorf("after both stopped the state is %q", got)
		}
	})
}

// A broker may notice late that our previous connection is dead. That is no
// other installation, and yet the will must not stay.
func TestOwnLateWillIsNotSecondInstallation(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(optionsSignedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		advance(20 * time.Second)
		b.publish(stateTopic, offline)
		advance(10 * time.Second)
		if got := b.retainedPayload(stateTopic); got != online || len(problemCodes(c)) != 0 {
			t.Errorf("the state is %q; problems %v", got, problemCodes(c))
		}
		b.publish(stateTopic, "") // another client clears it
		advance(10 * time.Second)
		if got := b.retainedPayload(stateTopic); got != online || len(problemCodes(c)) != 0 {
			t.Errorf("the state is %q; problems %v", got, problemCodes(c))
		}
		stop(nil)
		advance(time.Minute)
		if got := b.retainedPayload(stateTopic); got != offline {
			t.Errorf("after the stop the state is %q", got)
		}
	})
}

// Another client that answers each "online" with "offline" gets a slow answer.
func TestStateRepublishIsRateLimited(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	withHarness(t, b, func(h *harness) {
		_, stop := h.run(Options{}, func(*Client) {})
		advance(2 * time.Minute)
		before := b.count(stateTopic + "=" + online)
		for range 600 {
			b.publish(stateTopic, offline)
			advance(100 * time.Millisecond)
		}
		if n := b.count(stateTopic+"="+online) - before; n < 10 || n > 13 {
			t.Errorf("%d answers in a minute", n)
		}
		if n := strings.Count(h.log.String(), "another installation"); n != 1 {
			t.Errorf("logged %d times", n)
		}
		stop(nil)
	})
}

// What a stopped installation left behind does not count as a running one.
func TestStoppedInstallationIsIgnored(t *testing.T) {
	t.Parallel()
	b := newFakeBroker()
	b.retained[stateTopic], b.retained[infoTopic] = offline, "former"
	withHarness(t, b, func(h *harness) {
		c, stop := h.run(optionsSignedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		advance(time.Minute)
		if got := problemCodes(c); len(got) != 0 {
			t.Errorf("problems %v", got)
		}
		// The next configuration of the same installation takes over.
		stop(ErrHandover)
		heir, stop := h.run(optionsSignedBy("first"), func(c *Client) { c.Set(infoTopic, []byte("first")) })
		advance(time.Minute)
		if got := problemCodes(heir); len(got) != 0 || b.count(stateTopic+"="+offline) != 0 {
			t.Errorf("after a handover: problems %v, %d times offline", got, b.count(stateTopic+"="+offline))
		}
		stop(nil)
	})
}
