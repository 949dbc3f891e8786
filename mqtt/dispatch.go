// SPDX-License-Identifier: MIT

package mqtt

import (
	"context"
	"time"
)

// dispatch passes incoming messages to their handlers, in a goroutine of its
// own: paho's must not be kept waiting.
func (c *Client) dispatch(ctx context.Context) {
	var birthTimer, stateTimer, signatureTimer <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-birthTimer:
			birthTimer = nil
			c.options.Log.Info().Msg("Home Assistant birth message received; republishing")
			c.Republish()
		case <-stateTimer:
			stateTimer = nil
			c.other.stateRepublished()
			c.outbox.markDirty(c.options.StateTopic)
		case <-signatureTimer:
			signatureTimer = nil
			c.other.signatureRepublished()
			c.outbox.markDirty(c.options.Signature.Topic)
		case m := <-c.retained.queue:
			c.retained.handlerFor(m.Topic)(m)
		case m := <-c.inbox:
			if m.Topic == c.options.StateTopic {
				if after, republish := c.other.onState(m); republish && stateTimer == nil {
					stateTimer = time.After(after)
				}
			}
			if c.options.Signature != nil && m.Topic == c.options.Signature.Topic {
				if after, republish := c.other.onSignature(m); republish && signatureTimer == nil {
					signatureTimer = time.After(after)
				}
			}
			if m.Topic == c.options.BirthTopic {
				c.state.recordBirth(string(m.Payload) != c.options.BirthPayload)
			}
			if c.isBirth(m) && birthTimer == nil {
				birthTimer = time.After(c.options.BirthDelay())
			}
			for _, h := range c.handlers {
				if topicMatches(h.filter, m.Topic) {
					h.fn(m)
				}
			}
		}
	}
}

// isBirth reports whether a message is a live birth message. A retained one
// comes with every connection, which publishes everything anyway.
func (c *Client) isBirth(m Message) bool {
	return !m.Retained && m.Topic == c.options.BirthTopic && string(m.Payload) == c.options.BirthPayload
}
