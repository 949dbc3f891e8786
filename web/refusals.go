// SPDX-License-Identifier: MIT

package web

import (
	"maps"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// The reasons for rejected requests.
const (
	refusedPassword  = "password"  // wrong password
	refusedThrottled = "throttled" // after too many wrong passwords; not compared
	refusedHost      = "host"      // untrusted host name
	refusedForm      = "form"      // a form of another site, or too old
	refusedStream    = "stream"    // too many open pages
	refusedIngress   = "ingress"   // at the ingress listener, not from the Supervisor
)

// refusalReasons returns all of them, in the order of the log.
func refusalReasons() []string {
	return []string{refusedPassword, refusedThrottled, refusedHost, refusedForm, refusedIngress, refusedStream}
}

// refusalWindow is the time between two lines in the log with counts.
const refusalWindow = 10 * time.Minute

// refusals counts rejected requests and limits how many of them are logged, so
// that an attacker cannot fill the disk.
type refusals struct {
	mu       sync.Mutex
	total    map[string]uint64
	unlogged map[string]uint64          // since the last report
	logged   map[string]map[string]bool // by reason and subject
}

func newRefusals() *refusals {
	return &refusals{total: map[string]uint64{}, unlogged: map[string]uint64{}, logged: map[string]map[string]bool{}}
}

// maxLoggedSubjects limits the addresses or host names that are logged.
const maxLoggedSubjects = 8

// count counts a refusal and reports whether to log it: the first of each
// subject, for a few of them.
func (r *refusals) count(reason, subject string) (log bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total[reason]++
	seen := r.logged[reason]
	if seen[subject] || len(seen) >= maxLoggedSubjects || reason == refusedThrottled {
		r.unlogged[reason]++
		return false
	}
	if seen == nil {
		seen = map[string]bool{}
		r.logged[reason] = seen
	}
	seen[subject] = true
	return true
}

// counts returns the numbers since start, by reason.
func (r *refusals) counts() map[string]uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.total)
}

// report logs how many refusals were not logged, and starts the next window.
// Each host name is logged only once.
func (r *refusals) report(log zerolog.Logger) {
	r.mu.Lock()
	unlogged := r.unlogged
	r.unlogged = map[string]uint64{}
	delete(r.logged, refusedPassword)
	r.mu.Unlock()
	if len(unlogged) == 0 {
		return
	}
	line := log.Warn()
	for _, reason := range refusalReasons() {
		if n := unlogged[reason]; n > 0 {
			line = line.Uint64(reason, n)
		}
	}
	line.Msg("more requests to the page were rejected")
}

// reportWindows logs the refusals of each window, and once more at the end.
func (r *refusals) reportWindows(log zerolog.Logger, done <-chan struct{}) {
	ticker := time.NewTicker(refusalWindow)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			r.report(log)
			return
		case <-ticker.C:
			r.report(log)
		}
	}
}
