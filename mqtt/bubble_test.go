// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

const stateTopic = "v/bridge/state"

// harness runs clients of a fake broker in a synctest bubble.
type harness struct {
	qos    byte
	t      *testing.T
	broker *fakeBroker
	log    *strings.Builder
	logger zerolog.Logger // of all clients, so that lines do not interleave
}

func withHarness(t *testing.T, b *fakeBroker, fn func(h *harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := &strings.Builder{}
		h := &harness{1, t, b, log, zerolog.New(zerolog.SyncWriter(log))}
		fn(h)
		b.release()
		b.closeSessions()
		b.workers.Wait()
	})
}

// run starts a client, after what prepare does; stop ends it with a cause.
func (h *harness) run(o Options, prepare func(*Client)) (c *Client, stop func(cause error)) {
	h.t.Helper()
	if o.ClientID == "" {
		o.ClientID = "test"
	}
	o.URL, o.StateTopic, o.QoS, o.Log = "mqtt://broker", stateTopic, h.qos, h.logger
	c, err := New(o)
	if err != nil {
		h.t.Fatal(err)
	}
	c.open = h.broker.dial
	prepare(c)
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	return c, func(cause error) {
		cancel(cause)
		if err := <-done; err != nil {
			h.t.Error(err)
		}
	}
}

// problemCodes lists the problems of a client.
func problemCodes(c *Client) []string {
	codes := []string{}
	for _, p := range c.Status().Problems {
		codes = append(codes, p.Code)
	}
	slices.Sort(codes)
	return codes
}

// advance advances the time, and waits until everything is idle.
func advance(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func setValues(c *Client, count, size int) {
	for i := range count {
		c.Set(fmt.Sprintf("v/value/%04d", i), []byte(strings.Repeat("x", size)))
	}
}
