// SPDX-License-Identifier: MIT

package health

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// judgeConsent judges the sign-in of a profile.
func judgeConsent(p Profile, c causes) []Status {
	codes := map[ConsentState]Code{
		ConsentNone:     CodeNotSignedIn,
		ConsentLost:     CodeSignInNeeded,
		ConsentRetrying: CodeRefreshRetrying,
		ConsentDamaged:  CodeTokenCorrupt,
		ConsentNewer:    CodeTokenNewer,
		ConsentBlocked:  CodeTokenUnreadable,
	}
	switch code, wrong := codes[p.Consent.State]; {
	case p.Consent.State == ConsentUnknown:
		return nil
	case !wrong, p.Consent.State == ConsentRetrying && c.refused != nil:
		return []Status{fine(SignIn, p.Slug, "Signed in.")}
	default:
		s := finding(code, p.Slug, p.Consent.Since, p.Consent.NextTry, "name", p.Name, "slug", p.Slug,
			"file", p.Consent.File, "cause", p.Consent.Error)
		return []Status{s.withRemedy(p.Consent.Remedy)}
	}
}

// isSignedIn reports whether a profile can be polled.
func (c Consent) isSignedIn() bool { return c.State <= ConsentGranted || c.State == ConsentRetrying }

// judgePolling judges the endpoints of a profile, as far as they are not a
// consequence of something else.
func judgePolling(f Facts, p Profile, c causes) []Status {
	var failing, forbidden []Endpoint
	explained := false
	answering := false
	for _, e := range p.Endpoints {
		switch {
		case e.Failure == nil:
			answering = answering || f.Stored || !e.LastSuccess.IsZero()
		case c.explains(e.Failure):
			explained = true
		case e.Failure.Class == FailureForbidden:
			forbidden = append(forbidden, e)
		default:
			failing = append(failing, e)
		}
	}
	var found []Status
	if len(failing) > 0 {
		s := endpointFinding(CodeEndpointFailing, p, failing)
		if !answering {
			s.Level = Failed
		}
		found = append(found, s)
	}
	if len(forbidden) > 0 {
		found = append(found, endpointFinding(CodeEndpointForbidden, p, forbidden))
	}
	switch {
	case len(found) > 0:
		return found
	case !p.Consent.isSignedIn(), f.Stored && p.LastSync.IsZero():
		return nil // nothing is polled
	case !p.Started && !explained && !f.Stored:
		return []Status{finding(CodeStarting, p.Slug, time.Time{}, time.Time{}, "name", p.Name)}
	case p.Stale && !explained && !p.Overdue:
		return []Status{finding(CodeOffline, p.Slug, p.LastSync, p.NextPoll, "name", p.Name)}
	case explained:
		return nil
	}
	s := fine(Polling, p.Slug, "All endpoints respond.")
	s.Since, s.NextTry = p.LastSync, p.NextPoll
	return []Status{s}
}

// endpointFinding describes the failures of endpoints: each cause once, with the
// endpoints that it concerns.
func endpointFinding(code Code, p Profile, endpoints []Endpoint) Status {
	type group struct {
		text  string
		names []string
	}
	var groups []group
	var names []string
	var since, nextTry time.Time
	for _, e := range endpoints {
		at := slices.IndexFunc(groups, func(g group) bool { return g.text == e.Failure.Text })
		if at < 0 {
			at = len(groups)
			groups = append(groups, group{text: e.Failure.Text})
		}
		groups[at].names = append(groups[at].names, e.Name)
		names = append(names, e.Name)
		since, nextTry = earlier(since, e.Failure.Since), earlier(nextTry, e.Failure.NextTry)
	}
	var parts, texts []string
	for _, g := range groups {
		text := strings.TrimSuffix(g.text, ".")
		parts, texts = append(parts, listEndpoints(g.names)+": "+text), append(texts, text)
	}
	s := finding(code, p.Slug, since, earlier(nextTry, p.NextPoll),
		"name", p.Name, "slug", p.Slug, "endpoints", strings.Join(parts, "; "),
		"names", strings.Join(names, ", "), "cause", strings.Join(texts, "; "))
	s.Endpoints = names
	return s
}

// listEndpoints names one endpoint, and counts the others.
func listEndpoints(names []string) string {
	switch more := len(names) - 1; more {
	case 0:
		return names[0]
	case 1:
		return names[0] + " and " + names[1]
	default:
		return fmt.Sprintf("%s and %d other endpoints", names[0], more)
	}
}

// judgePush judges the notifications of a profile.
func judgePush(p Profile) []Status {
	switch {
	case p.Push == nil:
		return nil
	case p.Push.Healthy:
		return []Status{fine(Notifications, p.Slug, "Notifications arrive.")}
	case p.Push.Problem == "":
		return []Status{finding(CodePushChecking, p.Slug, time.Time{}, time.Time{}, "name", p.Name)}
	}
	return []Status{finding(CodePushUnhealthy, p.Slug, time.Time{}, time.Time{},
		"name", p.Name, "cause", strings.TrimSuffix(p.Push.Problem, "."))}
}
