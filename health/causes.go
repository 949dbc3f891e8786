package health

import "time"

// causes are failures of the whole program that show at the endpoints of
// profiles. They are findings about the program alone: no profile is to blame.
type causes struct {
	application, refused, unreachable, limited *cause
}

// cause is one of them.
type cause struct {
	since, nextTry time.Time
	text           string
	affected       []string // slugs
}

// commonCauses finds them. Client id and secret concern everybody, so that one
// refusal is enough. The API is unreachable when every request failed that way,
// and every profile's refresh is refused when no profile's is accepted: one user
// may have withdrawn the consent, but not all of them at once.
func commonCauses(profiles []Profile) causes {
	var found causes
	var refused cause
	unreachable, polled, retrying := &cause{}, 0, 0
	reachable := false
	for _, p := range profiles {
		if p.Consent.State == ConsentRetrying {
			retrying++
			refused.add(p.Slug, "", p.Consent.Since, p.Consent.NextTry)
		}
		for _, e := range p.Endpoints {
			switch {
			case e.Failure == nil:
				reachable = reachable || !e.LastSuccess.IsZero()
				continue
			case e.Failure.Class == FailureApplication:
				addTo(&found.application, p, e.Failure)
			case e.Failure.Class == FailureLimited:
				addTo(&found.limited, p, e.Failure)
			}
			polled++
			if e.Failure.Class == FailureUnreachable {
				unreachable.add(p.Slug, e.Failure.Text, e.Failure.Since, e.Failure.NextTry)
			} else {
				reachable = true
			}
		}
	}
	if polled > 0 && !reachable {
		found.unreachable = unreachable
	}
	if retrying > 1 && retrying == len(profiles) {
		found.refused = &refused
	}
	return found
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
	add(CodeRateLimited, c.limited)
	return found
}

// explains reports whether a failure is one of the whole program.
func (c causes) explains(f *Failure) bool {
	switch f.Class {
	case FailureApplication, FailureLimited:
		return true
	case FailureUnreachable:
		return c.unreachable != nil
	case FailureConsent:
		return true // the consent is a subject of its own
	}
	return false
}

// earlier returns the earlier of two times; zero means unknown.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
