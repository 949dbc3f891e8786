package mqtt

import (
	"fmt"
	"time"
)

// Problem is something at the broker that a person has to mend.
type Problem struct {
	// Code is stable.
	Code string
	// Text says in one sentence what is wrong, Remedy what to do about it.
	Text, Remedy string
	Since        time.Time
}

// problemsLocked lists what is wrong. c.mu must be held.
func (c *Client) problemsLocked(now time.Time) []Problem {
	var problems []Problem
	add := func(p Problem, is bool) {
		if is {
			problems = append(problems, p)
		}
	}
	add(Problem{
		Code:   "client_id_in_use",
		Text:   "the broker ends each connection at once; another program probably uses the client id " + c.options.ClientID,
		Remedy: "give one of the two another client id (mqtt.client_id)",
		Since:  c.clientIDConflictSince,
	}, !c.clientIDConflictSince.IsZero())
	add(c.quarantine.problem())
	add(c.otherInstallation.problem(c.options.StateTopic, now))
	add(c.readback.problem(c.options.FilterFor))
	return problems
}

// recordReadback keeps what was found, and logs it when it is another kind of
// problem than before.
func (c *Client) recordReadback(found readbackResult) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before, was := c.readback.problem(c.options.FilterFor)
	found.checked = len(found.mismatched)
	for _, held := range c.cache {
		if held.verified {
			found.checked++
		}
	}
	found.since = time.Now()
	if was {
		found.since = c.readback.since
	}
	c.readback = found
	switch now, is := found.problem(c.options.FilterFor); {
	case is && (!was || before.Code != now.Code):
		c.options.Log.Error().Int("topics", len(found.mismatched)).Int("checked", found.checked).Str("remedy", now.Remedy).Msg(now.Text)
	case was && !is:
		c.options.Log.Info().Msg("the broker holds everything that was published")
	}
}

// problem describes what is wrong with what the broker holds; none when it is as
// it should be.
func (f readbackResult) problem(filter func(topic string) string) (Problem, bool) {
	problem := Problem{Since: f.since}
	switch {
	case f.checked == 0 && f.denied > 0:
		problem.Code = "readback_denied"
		problem.Text = "the broker does not let us read what we publish, so nobody can tell whether it keeps it"
		problem.Remedy = "allow reading and writing of our own topics in its access list (docs/mqtt.md has one)"
		return problem, true
	case len(f.mismatched) == 0:
		return problem, false
	}
	count := fmt.Sprintf("%d of %d topics", len(f.mismatched), f.checked)
	if f.truncated {
		count = "at least " + count
	}
	example := f.mismatched[0]
	acl := filter(example)
	if f.missing == 0 {
		problem.Code = "retained_changed"
		problem.Text = count + " hold something else on the broker than what was published, for example " + example
		problem.Remedy = "find out which other program writes there; the access list can forbid it"
		return problem, true
	}
	problem.Code = "not_retained"
	problem.Text = count + " that were published are not on the broker, for example " + example
	problem.Remedy = "allow reading and writing of " + acl + " in the broker's access list (mosquitto: topic readwrite " + acl + ")"
	switch {
	case f.largestMatched == 0:
		problem.Remedy += ", and retained messages (mosquitto: retain_available true)"
	case f.smallestMismatched > f.largestMatched:
		problem.Text += fmt.Sprintf("; they are the large ones, from %d bytes on", f.smallestMismatched)
		problem.Remedy = fmt.Sprintf("let the broker accept larger messages (mosquitto: message_size_limit), or a%s", problem.Remedy[1:])
	}
	return problem, true
}
