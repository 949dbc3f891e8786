// SPDX-License-Identifier: MIT

package notify

import (
	"slices"
	"time"
)

// maxQueued limits the queue while nothing can be delivered.
const maxQueued = 10_000

// job is a POST to be made.
type job struct {
	to           *Subscription // nil = of no subscription
	callback     string
	body         string
	due          time.Time
	serial       int64 // order among those that are due at once
	failures     int   // that failed
	noRetry      bool  // is not repeated
	sendAfterEnd bool  // is posted although the subscription is gone
}

// outbox holds the jobs by the time they are due. Each listener gets one post
// after the other, so that the same seed gives the same order.
type outbox struct {
	jobs   []*job
	busy   map[string]bool
	serial int64
}

func compareJobs(a, b *job) int {
	if n := a.due.Compare(b.due); n != 0 {
		return n
	}
	return int(a.serial - b.serial)
}

// put adds a job, or brings one back; false = there are too many.
func (o *outbox) put(j *job) bool {
	if len(o.jobs) >= maxQueued {
		return false
	}
	if j.serial == 0 {
		o.serial++
		j.serial = o.serial
	}
	i, _ := slices.BinarySearchFunc(o.jobs, j, compareJobs)
	o.jobs = slices.Insert(o.jobs, i, j)
	return true
}

// take removes what is due: the first job of each listener that has no post in
// progress.
func (o *outbox) take(now time.Time) []*job {
	var due []*job
	o.jobs = slices.DeleteFunc(o.jobs, func(j *job) bool {
		if j.due.After(now) || o.busy[j.callback] {
			return false
		}
		o.busy[j.callback] = true
		due = append(due, j)
		return true
	})
	return due
}

// next is when the first job is due whose listener has no post in progress;
// zero = none.
func (o *outbox) next() time.Time {
	for _, j := range o.jobs {
		if !o.busy[j.callback] {
			return j.due
		}
	}
	return time.Time{}
}

// purge drops jobs of subscriptions that have ended.
func (o *outbox) purge() {
	o.jobs = slices.DeleteFunc(o.jobs, func(j *job) bool { return j.to != nil && j.to.ended && !j.sendAfterEnd })
}
