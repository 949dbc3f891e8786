// SPDX-License-Identifier: MIT

package api

import "vitals2mqtt/withings"

// runDelayed runs an action about data as if it were earlier, when new data
// cannot be read yet (NotifyKnobs.Unreadable). The response has the real time.
func (a action) runDelayed(c *Server, q query) response {
	readable := c.notify.ReadableAtLocked(q.now)
	if readable.Equal(q.now) || a.scope != withings.ScopeMetrics && a.scope != withings.ScopeActivity {
		return a.run(c, q)
	}
	now := q.now
	q.now = readable
	result := a.run(c, q)
	if body, ok := result.Body.(map[string]any); ok && body["updatetime"] != nil {
		body["updatetime"] = now.Unix()
	}
	return result
}

// withChangeDetection detects a withdrawn consent before the next one is given.
func withChangeDetection(run func(*Server, query) response) func(*Server, query) response {
	return func(c *Server, q query) response {
		c.notify.DetectChangesLocked(q.now)
		return run(c, q)
	}
}

// withUnsubscribe also ends the subscriptions of the person whose consent an
// application ends.
func withUnsubscribe(run func(*Server, query) response) func(*Server, query) response {
	return func(c *Server, q query) response {
		result := run(c, q)
		if result.Status == statusOK {
			for _, p := range c.store.Accounts {
				if p.ID() == q.form.Get("userid") {
					c.notify.DropAllLocked(p)
				}
			}
		}
		return result
	}
}
