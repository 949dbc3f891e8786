// SPDX-License-Identifier: MIT

package notify

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"vitals2mqtt/simulator/people"
)

// maxTries is two in each of five rounds.
const maxTries = 10

// Run delivers notifications until the context ends, and blocks until the last
// post is over. A post in progress at that moment, and what happens while Run
// does not run, is delivered when it runs again.
func (n *Service) Run(ctx context.Context) {
	changed := n.store.Watch()
	defer n.store.Unwatch(changed)
	var posts sync.WaitGroup
	defer posts.Wait()
	for ctx.Err() == nil {
		due, wait, planned := n.dueJobs()
		for _, j := range due {
			posts.Go(func() { n.deliver(ctx, j) })
		}
		waitForChange(ctx, changed, wait, planned)
	}
}

// waitForChange waits for a change, or for what is planned.
func waitForChange(ctx context.Context, changed <-chan struct{}, wait time.Duration, planned bool) {
	var plan <-chan time.Time
	if planned {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		plan = timer.C
	}
	select {
	case <-ctx.Done():
	case <-changed:
	case <-plan:
	}
}

// dueJobs detects changes and returns what is due now, and how long until the
// next job is due.
func (n *Service) dueJobs() (due []*job, wait time.Duration, planned bool) {
	n.store.Lock()
	defer n.store.UnlockQuietly()
	now := n.store.NowLocked()
	n.DetectChangesLocked(now)
	due = n.outbox.take(now)
	next := n.outbox.next()
	for _, l := range n.detectors {
		if next.IsZero() || !l.next.IsZero() && l.next.Before(next) {
			next = l.next
		}
	}
	return due, next.Sub(now), !next.IsZero()
}

// deliver posts once and records the result.
func (n *Service) deliver(ctx context.Context, j *job) {
	status, err := n.listeners.call(ctx, http.MethodPost, j.callback, j.body)
	n.store.Lock()
	defer n.store.Unlock()
	delete(n.outbox.busy, j.callback)
	now := n.store.NowLocked()
	switch {
	case err == nil && status < http.StatusBadRequest:
		n.stats.Delivered++
		if j.to != nil {
			j.to.failingSince = time.Time{}
		}
	case ctx.Err() != nil:
		n.enqueueLocked(j) // Whether it arrived is unknown.
	default:
		n.stats.Failed++
		n.retryLocked(j, now)
	}
}

func (n *Service) retryLocked(j *job, now time.Time) {
	if j.to != nil && j.to.failingSince.IsZero() {
		j.to.failingSince = now
	}
	j.failures++
	switch {
	case j.noRetry || j.to != nil && j.to.ended && !j.sendAfterEnd:
	case j.failures >= maxTries:
		n.stats.GivenUp++
	default:
		j.due = now.Add(j.backoff())
		n.enqueueLocked(j)
	}
}

// backoff is the time from a failure to the next attempt: two attempts at once,
// then a pause that grows with each round.
func (j *job) backoff() time.Duration {
	if j.failures%2 != 0 {
		return 0
	}
	r := people.NewRand(j.to.account.Seed, j.to.account.UserID, "retry "+strconv.Itoa(j.failures), j.serial)
	minutes := func(from, to int64) time.Duration {
		return time.Duration(from)*time.Minute + time.Duration(r.Int64N((to-from)*60+1))*time.Second
	}
	switch j.failures / 2 {
	case 1:
		return 10 * time.Second
	case 2:
		return time.Minute + minutes(1, 10)
	case 3:
		return time.Hour + minutes(2, 20)
	}
	return 4*time.Hour + minutes(3, 30)
}
