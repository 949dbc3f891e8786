// SPDX-License-Identifier: MIT

package bridge

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/health"
)

// healthReporter logs what changes in the verdict, so that a day-long outage is
// two lines.
type healthReporter struct {
	log zerolog.Logger

	mu   sync.Mutex
	last health.Verdict // the last one that was reported
	made health.Verdict // the last one that was made
	// afterOutage holds, by slug, what remains of an outage at a profile that has
	// not been polled since, and when it began to be that.
	afterOutage map[string]remainder
}

// remainder is a finding that may only be left from an outage.
type remainder struct {
	change health.Change
	at     time.Time
}

// remainderGrace is how long the next poll of a profile may take to show whether
// its endpoints still fail after an outage.
const remainderGrace = 10 * time.Minute

// complete adds since when findings exist, where no part reports it.
func (r *healthReporter) complete(verdict health.Verdict, now time.Time) health.Verdict {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made = verdict.Since(r.made, toSeconds(now))
	return r.made
}

// report logs the differences to the last verdict.
func (r *healthReporter) report(verdict health.Verdict, now time.Time) {
	r.mu.Lock()
	changes := r.withoutRemainders(health.Changes(r.last, verdict), verdict, now)
	r.last = verdict
	r.mu.Unlock()
	for _, change := range changes {
		logChange(r.log, change)
	}
}

// withoutRemainders holds back what remains of an outage that has ended: one
// profile was polled first, and the failures of the others are of before. A
// remainder that lasts is reported after all. r.mu must be held.
func (r *healthReporter) withoutRemainders(
	changes []health.Change, verdict health.Verdict, now time.Time,
) []health.Change {
	var kept []health.Change
	for _, change := range changes {
		_, held := r.afterOutage[change.Profile]
		switch {
		case change.Subject != health.Polling:
			kept = append(kept, change)
		case change.Ended && held:
			delete(r.afterOutage, change.Profile)
		case !change.Ended && hasOutageEnded(changes, change.Profile):
			if r.afterOutage == nil {
				r.afterOutage = map[string]remainder{}
			}
			r.afterOutage[change.Profile] = remainder{change, now}
		default:
			kept = append(kept, change)
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(r.afterOutage)) {
		held := r.afterOutage[slug]
		lasts := slices.ContainsFunc(verdict.Findings, func(f health.Status) bool {
			return f.Subject == health.Polling && f.Profile == slug
		})
		if lasts && now.Sub(held.at) < remainderGrace {
			continue
		}
		if delete(r.afterOutage, slug); lasts {
			kept = append(kept, held.change)
		}
	}
	return kept
}

// hasOutageEnded reports whether an outage that affected a profile is over.
func hasOutageEnded(changes []health.Change, slug string) bool {
	return slices.ContainsFunc(changes, func(c health.Change) bool {
		return c.Ended && c.Subject == health.API && slices.Contains(c.Affected, slug)
	})
}

func logChange(log zerolog.Logger, change health.Change) {
	line := log.Error()
	switch {
	case change.Subject == health.MQTTBroker && change.Code != health.CodeEmbeddedBroker:
		line = log.Debug() // package mqtt has logged it at once
	case change.Ended:
		line = log.Info()
	case change.Level == health.Attention:
		line = log.Warn()
	}
	line = line.Str("code", string(change.Code))
	if change.Profile != "" {
		line = line.Str("profile", change.Profile)
	}
	if !change.Since.IsZero() && change.Ended {
		line = line.Time("since", change.Since)
	}
	if !change.Ended {
		line = line.Str("problem", change.Text)
		if change.Remedy != "" {
			line = line.Str("remedy", change.Remedy)
		}
	}
	line.Msg(change.Message)
}
