package web

import (
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// The reasons for which the page turns requests away.
const (
	refusedPassword  = "password"  // a wrong one
	refusedThrottled = "throttled" // too many wrong ones before: not even compared
	refusedHost      = "host"      // asked for under a name that is not trusted
)

// refusalWindow is how long refusals are counted before one line says how many
// there were.
const refusalWindow = 10 * time.Minute

// refusals counts the requests that are turned away, and says which of them are
// worth a line in the log: a stranger must not be able to fill the disk.
type refusals struct {
	mu       sync.Mutex
	total    map[string]uint64
	unlogged map[string]uint64          // since the last report, not logged
	logged   map[string]map[string]bool // what was logged, by reason and by who or what
}

func newRefusals() *refusals {
	return &refusals{total: map[string]uint64{}, unlogged: map[string]uint64{}, logged: map[string]map[string]bool{}}
}

// maxLoggedSubjects bounds how many different addresses or names are logged.
const maxLoggedSubjects = 8

// count counts one refusal and reports whether to log it: the first of each of a
// few subjects.
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

// counts returns the numbers since the start; nil without any.
func (r *refusals) counts() map[string]uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	var counts map[string]uint64
	for reason, n := range r.total {
		if counts == nil {
			counts = map[string]uint64{}
		}
		counts[reason] = n
	}
	return counts
}

// report logs one line about what was counted without being logged, and opens
// the next window. Host names stay known: each is logged once.
func (r *refusals) report(log zerolog.Logger) {
	r.mu.Lock()
	quiet := r.unlogged
	r.unlogged = map[string]uint64{}
	delete(r.logged, refusedPassword)
	r.mu.Unlock()
	if len(quiet) == 0 {
		return
	}
	line := log.Warn()
	for _, reason := range []string{refusedPassword, refusedThrottled, refusedHost} {
		if n := quiet[reason]; n > 0 {
			line = line.Uint64(reason, n)
		}
	}
	line.Msg("further requests to the page were refused")
}
