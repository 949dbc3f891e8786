// SPDX-License-Identifier: MIT

package health

import (
	"slices"
	"time"
)

// Change is a finding that has begun, become more serious, or ended.
type Change struct {
	Status

	// Ended is true when the finding is gone; Status is the last one then.
	Ended bool
	// Message is short and stable, for the log.
	Message string
}

// Changes compares two verdicts. What is usual after a start is no change.
func Changes(before, after Verdict) []Change {
	var changes []Change
	for _, s := range after.Findings {
		if known := find(before, s); known == nil || known.Level.rank() < s.Level.rank() {
			if row := rowOf(s.Code); !row.transient {
				changes = append(changes, Change{Status: s, Message: row.log})
			}
		}
	}
	for _, s := range before.Findings {
		row := rowOf(s.Code)
		if row.transient || find(after, s) != nil || !isOver(s, before, after) {
			continue
		}
		message := row.recovered
		if message == "" {
			message = "resolved: " + row.log
		}
		changes = append(changes, Change{Status: s, Ended: true, Message: message})
	}
	return changes
}

// isOver reports whether what a finding was about is over: it may also have
// become a part of something else, or unknown.
func isOver(s Status, before, after Verdict) bool {
	for _, now := range after.Findings {
		isSame := now.Subject == s.Subject && now.Profile == s.Profile
		if isSame && find(before, now) == nil || s.Subject == Polling && slices.Contains(now.Affected, s.Profile) {
			return false
		}
	}
	if s.Subject == Application || s.Subject == API || s.Subject == Program {
		return true // known without being a subject
	}
	return slices.ContainsFunc(after.Subjects, func(now Status) bool {
		return now.Subject == s.Subject && (now.Profile == s.Profile || now.Profile == "")
	})
}

// find returns the finding about the same thing, nil if there is none.
func find(v Verdict, wanted Status) *Status {
	for i, s := range v.Findings {
		if s.Subject == wanted.Subject && s.Code == wanted.Code && s.Profile == wanted.Profile {
			return &v.Findings[i]
		}
	}
	return nil
}

// Since returns the verdict with the time at which each finding began. A part
// that does not report it gets the time of the verdict before, or now if the
// finding is new. That nobody has signed in yet has no beginning.
func (v Verdict) Since(before Verdict, now time.Time) Verdict {
	complete := func(statuses []Status) []Status {
		statuses = slices.Clone(statuses)
		for i, s := range statuses {
			if !s.Since.IsZero() || s.Level == OK || s.Code == CodeNotSignedIn || rowOf(s.Code).transient {
				continue
			}
			statuses[i].Since = now
			if known := find(before, s); known != nil {
				statuses[i].Since = known.Since
			}
		}
		return statuses
	}
	v.Findings, v.Subjects = complete(v.Findings), complete(v.Subjects)
	return v
}
