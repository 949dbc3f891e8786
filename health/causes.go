// SPDX-License-Identifier: MIT

package health

import "time"

// causes are failures of the whole program that show at the endpoints of
// profiles. They are findings about the program alone: no profile is to blame.
type causes struct {
	application, refused, unreachable, failing, limited *cause
}

// cause is one of them.
type cause struct {
	since, nextTry time.Time
	text           string
	affected       []string // slugs
}

// commonCauses finds them. Client id and secret concern everybody, so that one
// refusal is enough. The API itself is to blame when nothing else answers. Every
// profile's refresh is refused when no profile's is accepted: one user may have
// withdrawn the consent, but not all of them at once.
func commonCauses(f Facts) causes {
	var found causes
	var refused cause
	retrying := 0
	for _, p := range f.Profiles {
		if p.Consent.State == ConsentRetrying {
			retrying++
			refused.add(p.Slug, "", p.Consent.Since, p.Consent.NextTry)
		}
		for _, e := range p.Endpoints {
			switch {
			case e.Failure == nil:
			case e.Failure.Class == FailureApplication:
				addTo(&found.application, p, e.Failure)
			case e.Failure.Class == FailureLimited:
				addTo(&found.limited, p, e.Failure)
			}
		}
	}
	if retrying > 1 && retrying == len(f.Profiles) {
		found.refused = &refused
	}
	found.unreachable, found.failing = outage(f)
	return found
}

// answerGrace is how long before the last failure an answer still counts: the
// requests of one round are made together, and some fail late by a timeout.
const answerGrace = 2 * time.Minute

// outage finds out whether the API itself is unreachable or failing: every
// endpoint that was requested fails, in one of these two ways. Some are requested
// only once a day, and not at all after a refusal or without a sign-in, so that
// an earlier answer means nothing. In stored facts, answers have no time: most of
// the endpoints must fail then.
func outage(f Facts) (unreachable, failing *cause) {
	var last, answered time.Time
	count, responses, others := 0, 0, 0
	for _, p := range f.Profiles {
		for _, e := range p.Endpoints {
			answered = later(answered, e.answeredAt())
			if !e.mayBeOutage() {
				if e.Failure == nil || e.Failure.Class != FailureConsent {
					others++
				}
				continue
			}
			count++
			if e.Failure.Class == FailureOther {
				responses++
			}
			last = later(last, earlier(e.Failure.Since, e.Failure.Last)) // Since is wrong after the clock was
			addTo(&unreachable, p, e.Failure)
		}
	}
	switch {
	case f.Stored && others >= count, !answered.IsZero() && answered.After(last.Add(-answerGrace)):
		return nil, nil
	case count == 1 && (responses == 1 || !answered.IsZero() && f.Now.Sub(last) < answerGrace):
		return nil, nil // one endpoint, and no other to compare it with yet
	case responses == 0:
		return unreachable, nil
	}
	return nil, unreachable
}

// mayBeOutage reports whether an outage of the API would look like this.
func (e Endpoint) mayBeOutage() bool {
	return e.Failure != nil && (e.Failure.Class == FailureUnreachable || e.Failure.Class == FailureOther)
}

// answeredAt is when the API has answered, if that was the end of the last
// request; zero otherwise. To refuse a request is an answer, too.
func (e Endpoint) answeredAt() time.Time {
	switch {
	case e.Failure == nil:
		return e.LastSuccess
	case e.mayBeOutage(), e.Failure.Class == FailureConsent: // without a token nothing is requested
		return time.Time{}
	}
	return e.Failure.Last
}

func addTo(c **cause, p Profile, f *Failure) {
	if *c == nil {
		*c = &cause{}
	}
	(*c).add(p.Slug, f.Text, f.Since, f.NextTry)
}

// add adds a profile with this cause.
func (c *cause) add(slug, text string, since, nextTry time.Time) {
	if c.text == "" {
		c.text = text
	}
	c.since, c.nextTry = earlier(c.since, since), earlier(c.nextTry, nextTry)
	if n := len(c.affected); n == 0 || c.affected[n-1] != slug {
		c.affected = append(c.affected, slug)
	}
}

// statuses judges the application and the API.
func (c causes) statuses() []Status {
	var found []Status
	add := func(code Code, cause *cause) {
		if cause == nil {
			return
		}
		s := finding(code, "", cause.since, cause.nextTry, "cause", cause.text)
		s.Affected = cause.affected
		found = append(found, s)
	}
	add(CodeApplicationCredentials, c.application)
	add(CodeRefreshRefused, c.refused)
	add(CodeAPIUnreachable, c.unreachable)
	add(CodeAPIFailing, c.failing)
	add(CodeRateLimited, c.limited)
	return found
}

// explains reports whether a failure is one of the whole program.
func (c causes) explains(f *Failure) bool {
	switch f.Class {
	case FailureApplication, FailureLimited:
		return true
	case FailureUnreachable:
		return c.unreachable != nil || c.failing != nil
	case FailureOther:
		return c.failing != nil
	case FailureConsent:
		return true // the consent is a subject of its own
	default: // this endpoint alone is forbidden
		return false
	}
}

// earlier returns the earlier of two times; zero means unknown.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
