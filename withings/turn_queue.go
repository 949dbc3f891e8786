// SPDX-License-Identifier: MIT

package withings

import (
	"slices"
	"time"
)

// turn is one request from when it begins to wait until its response is read.
type turn struct {
	profile string
	urgency urgency
	// exclusive holds the other requests of the profile back: see throttle.
	exclusive bool
	// decided is closed when the request may be made, and when it may not because
	// the cloud has requested a pause; granted distinguishes the two.
	decided chan struct{}
	granted bool
	// slow ends the holding back if nothing else does; nil when it has ended.
	slow *time.Timer
}

// turnQueue holds the requests that wait. The most urgent are first, and among
// those of the same urgency the profiles take turns, however many requests each
// has. It has no lock.
type turnQueue struct {
	lines [urgencies][]*turnLine // by profile, in the order of their turns
	found [urgencies]map[string]*turnLine
	// passed counts the turns of more urgent requests since the last one of this
	// urgency, while one waits.
	passed [urgencies]int
}

// turnLine is what one profile has waiting, in the order of arrival.
type turnLine struct {
	profile string
	turns   []*turn
}

// add queues a request behind those of its profile; a profile without any goes
// behind the others.
func (q *turnQueue) add(t *turn) {
	line := q.found[t.urgency][t.profile]
	if line == nil {
		line = &turnLine{profile: t.profile}
		if q.found[t.urgency] == nil {
			q.found[t.urgency] = map[string]*turnLine{}
		}
		q.found[t.urgency][t.profile] = line
		q.lines[t.urgency] = append(q.lines[t.urgency], line)
	}
	line.turns = append(line.turns, t)
}

// remove removes a request that waits no longer, and reports whether it was
// there.
func (q *turnQueue) remove(t *turn) bool {
	line := q.found[t.urgency][t.profile]
	if line == nil {
		return false
	}
	i := slices.Index(line.turns, t)
	if i < 0 {
		return false
	}
	if line.turns = slices.Delete(line.turns, i, i+1); len(line.turns) == 0 {
		q.drop(t.urgency, line)
	}
	return true
}

// drop removes the empty line of a profile.
func (q *turnQueue) drop(u urgency, line *turnLine) {
	delete(q.found[u], line.profile)
	at := slices.Index(q.lines[u], line)
	if q.lines[u] = slices.Delete(q.lines[u], at, at+1); len(q.lines[u]) == 0 {
		q.passed[u] = 0
	}
}

// take removes a request that gets its turn. Its profile goes behind the others,
// and what is less urgent and waits was passed.
func (q *turnQueue) take(t *turn) {
	line := q.found[t.urgency][t.profile]
	if q.remove(t); len(line.turns) > 0 {
		at := slices.Index(q.lines[t.urgency], line)
		q.lines[t.urgency] = append(slices.Delete(q.lines[t.urgency], at, at+1), line)
	}
	q.passed[t.urgency] = 0
	for u := t.urgency + 1; int(u) < urgencies; u++ {
		if len(q.lines[u]) > 0 {
			q.passed[u]++
		}
	}
}

// first returns the next request of an urgency that may be made, nil for none.
func (q *turnQueue) first(u urgency, may func(*turn) bool) *turn {
	for _, line := range q.lines[u] {
		if may(line.turns[0]) {
			return line.turns[0]
		}
	}
	return nil
}

// isEntitled reports whether others have gone before an urgency for long enough.
func (q *turnQueue) isEntitled(u urgency) bool { return q.passed[u] >= u.maxPassed() }

// order returns the urgencies in the order in which their turn is: those that
// are entitled, from the least urgent on, and then all from the most urgent on.
func (q *turnQueue) order() []urgency {
	order := make([]urgency, 0, 2*urgencies)
	for u := urgencyBackground; u > urgencyApplication; u-- {
		if q.isEntitled(u) {
			order = append(order, u)
		}
	}
	for u := urgencyApplication; u <= urgencyBackground; u++ {
		order = append(order, u)
	}
	return order
}

// clear removes all requests and returns them.
func (q *turnQueue) clear() []*turn {
	var all []*turn
	for _, lines := range q.lines {
		for _, line := range lines {
			all = append(all, line.turns...)
		}
	}
	*q = turnQueue{}
	return all
}
