// SPDX-License-Identifier: MIT

package health

import (
	"cmp"
	"slices"
)

// Verdict is the judgement about everything.
type Verdict struct {
	// Level is that of the most serious finding.
	Level Level `json:"level"`
	// Problem is true when there is a finding besides the usual ones after a
	// start. That Home Assistant is offline is none: it would see the problem at
	// each of its starts.
	Problem bool `json:"problem"`
	// Findings are what is not OK: the most serious first, and the whole program
	// before profiles. They are empty if and only if Level is OK.
	Findings []Status `json:"findings"`
	// Subjects are all subjects in a fixed order, those that are OK included.
	Subjects []Status `json:"subjects,omitempty"`
}

// newVerdict sums up the subjects.
func newVerdict(subjects []Status) Verdict {
	v := Verdict{Level: OK, Findings: []Status{}, Subjects: subjects}
	for _, s := range subjects {
		if s.Level != OK {
			v.Findings = append(v.Findings, s)
			v.Problem = v.Problem || !rowOf(s.Code).transient && s.Subject != HomeAssistant
		}
	}
	slices.SortStableFunc(v.Findings, func(a, b Status) int { return cmp.Compare(b.Level.rank(), a.Level.rank()) })
	if len(v.Findings) > 0 {
		v.Level = v.Findings[0].Level
	}
	return v
}

// Word sums up the verdict in a word or two.
func (v Verdict) Word() string {
	switch {
	case v.Level == OK:
		return "healthy"
	case len(WithoutTransient(v.Findings)) == 0:
		return "starting"
	case v.Level == Attention:
		return "needs attention"
	}
	return "failed"
}

// Top returns the most serious finding, nil when there is none.
func (v Verdict) Top() *Status {
	if len(v.Findings) == 0 {
		return nil
	}
	return &v.Findings[0]
}

// More returns the number of findings besides the top one.
func (v Verdict) More() int { return max(0, len(v.Findings)-1) }

// Program returns the findings about the whole program, except the top one.
func (v Verdict) Program() []Status {
	if len(v.Findings) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(v.Findings[1:]), func(s Status) bool { return s.Profile != "" })
}

// Of returns the findings that concern one profile: its own, and those about
// the whole program that affect it.
func (v Verdict) Of(slug string) []Status {
	own := []Status{} // the room of all findings would be kept for each profile
	for _, s := range v.Findings {
		if s.Profile == slug || slices.Contains(s.Affected, slug) {
			own = append(own, s)
		}
	}
	return own
}

// WithoutSubjects returns the verdict with its findings alone, where the size
// of a message counts.
func (v Verdict) WithoutSubjects() Verdict {
	v.Subjects = nil
	return v
}

// NotReady returns the codes of the findings that make the program not ready.
// Those of sign-ins and endpoints do not: an orchestrator that stops routing to
// a program that is not ready would make it impossible to sign in.
func (v Verdict) NotReady() []Code {
	var codes []Code
	for _, s := range v.Findings {
		if row := rowOf(s.Code); row.notReady && !slices.Contains(codes, s.Code) {
			codes = append(codes, s.Code)
		}
	}
	return codes
}

// Has reports whether there is a finding with this code.
func (v Verdict) Has(code Code) bool {
	return slices.ContainsFunc(v.Findings, func(s Status) bool { return s.Code == code })
}

// SignInFindings returns those of the findings that a sign-in mends.
func SignInFindings(findings []Status) []Status {
	return slices.DeleteFunc(slices.Clone(findings), func(s Status) bool { return !rowOf(s.Code).signIn })
}

// SyncFindings returns those of the findings that keep data from arriving,
// besides a missing sign-in.
func SyncFindings(findings []Status) []Status {
	return slices.DeleteFunc(slices.Clone(findings), func(s Status) bool {
		row := rowOf(s.Code)
		return row.signIn || row.transient || s.Subject == Notifications
	})
}

// WithoutTransient returns the findings without those that are usual after a
// start.
func WithoutTransient(findings []Status) []Status {
	return slices.DeleteFunc(slices.Clone(findings), func(s Status) bool { return rowOf(s.Code).transient })
}
