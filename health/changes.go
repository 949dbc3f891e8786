package health

import "slices"

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
		if row.transient || find(after, s) != nil {
			continue
		}
		message := row.recovered
		if message == "" {
			message = "resolved: " + row.log
		}
		if isReplaced(s, before, after) {
			message = "replaced: " + row.log
		}
		changes = append(changes, Change{Status: s, Ended: true, Message: message})
	}
	return changes
}

// isReplaced reports whether a finding that is gone became another one, so that
// nothing has recovered: one about the same subject, or one about the whole
// program that affects its profile.
func isReplaced(gone Status, before, after Verdict) bool {
	for _, s := range after.Findings {
		if find(before, s) != nil {
			continue
		}
		same := s.Subject == gone.Subject && s.Profile == gone.Profile
		if same || gone.Profile != "" && slices.Contains(s.Affected, gone.Profile) {
			return true
		}
	}
	return false
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
