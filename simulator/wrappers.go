package simulator

// runDelayed runs an action about data as if it were earlier, when what is new cannot be read yet (NotifyKnobs.Unreadable).
// The clock of the answer is right all the same.
func (a action) runDelayed(c *Cloud, q query) answer {
	lag := c.knobs.Notify.Unreadable
	if lag <= 0 || a.scope != scopeMetrics && a.scope != scopeActivity {
		return a.run(c, q)
	}
	now := q.now
	q.now = now.Add(-lag)
	answer := a.run(c, q)
	if body, ok := answer.Body.(map[string]any); ok && body["updatetime"] != nil {
		body["updatetime"] = now.Unix()
	}
	return answer
}

// withChangeDetection lets nobody overlook a consent that was taken back when the next one is given.
func withChangeDetection(run func(*Cloud, query) answer) func(*Cloud, query) answer {
	return func(c *Cloud, q query) answer {
		c.detectChangesLocked(q.now)
		return run(c, q)
	}
}

// withUnsubscribe ends the subscriptions of whoever the application says goodbye to.
func withUnsubscribe(run func(*Cloud, query) answer) func(*Cloud, query) answer {
	return func(c *Cloud, q query) answer {
		answer := run(c, q)
		if answer.Status == statusOK {
			for _, p := range c.people {
				if p.userID() == q.form.Get("userid") {
					c.push.dropAll(p)
				}
			}
		}
		return answer
	}
}
