package bridge

import (
	"cmp"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/withings"
)

// Facts returns what the bridge knows, and what the other parts report.
func (b *Bridge) Facts() health.Facts {
	facts := health.Facts{Now: time.Now()}
	var folder health.Folder
	for _, p := range b.pollers {
		profile, saveError, since := p.facts(facts.Now)
		facts.Profiles = append(facts.Profiles, profile)
		if folder.Error == "" && saveError != "" {
			folder.Error, folder.Since = saveError, since
		}
	}
	if saveError, since := b.ledger.saveFailure(); folder.Error == "" {
		folder.Error, folder.Since = saveError, since
	}
	facts.Folder = &folder
	if b.otherFacts != nil {
		b.otherFacts(&facts)
	}
	return facts
}

// Verdict judges how everything is.
func (b *Bridge) Verdict() health.Verdict { return health.Judge(b.Facts()) }

// overdueAfter is how late a poll may be before the program itself must hang:
// requests to an API that hangs time out long before.
const overdueAfter = 15 * time.Minute

// facts returns what is known about the profile, and why its state could not be
// stored.
func (p *poller) facts(now time.Time) (facts health.Profile, saveError string, saveFailedAt time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	facts = health.Profile{
		Slug:         p.Slug,
		Name:         p.Name,
		Consent:      p.consentFactsLocked(),
		Started:      !p.plan.lastRound.IsZero(),
		Overdue:      !p.plan.next.IsZero() && now.Sub(p.plan.next) > overdueAfter,
		Stale:        p.topics.isStale(now),
		LastSync:     toSeconds(p.endpoints.lastSuccess()),
		NextPoll:     toSeconds(p.plan.next),
		TokenUnsaved: p.Cloud.State().Unsaved,
	}
	for _, name := range p.endpoints.sorted() {
		endpoint := p.endpoints[name]
		fact := health.Endpoint{Name: string(name), LastSuccess: toSeconds(endpoint.lastSuccess)}
		if endpoint.failure != nil {
			fact.Failure = &health.Failure{
				Class:   failureClassOf(endpoint.failure).facts(),
				Text:    withings.Summary(endpoint.failure),
				Since:   toSeconds(cmp.Or(p.state.Failing[name].Since, endpoint.lastFailure)),
				NextTry: toSeconds(endpoint.nextTry()),
			}
		}
		facts.Endpoints = append(facts.Endpoints, fact)
	}
	if p.push.isEnabled() {
		state, _ := p.push.report(now)
		facts.Push = &health.Push{Healthy: state.Healthy, Problem: state.Problem}
	}
	return facts, p.state.saveError, p.state.saveFailedAt
}

// consentFactsLocked returns how the profile is signed in. p.mu must be held.
func (p *poller) consentFactsLocked() health.Consent {
	account := p.Cloud.State()
	refused := p.endpoints.refusedSince(p.state.Failing)
	switch {
	case p.endpoints.needsSignIn() && account.Refused:
		return health.Consent{State: health.ConsentLost, Since: toSeconds(refused.signIn)}
	case p.endpoints.needsSignIn():
		return health.Consent{State: health.ConsentNone}
	case !refused.undecided.IsZero():
		return health.Consent{
			State:   health.ConsentRetrying,
			Since:   toSeconds(refused.undecided),
			NextTry: toSeconds(refused.nextTry),
		}
	case p.endpoints.lastSuccess().IsZero():
		return health.Consent{}
	}
	return health.Consent{State: health.ConsentGranted}
}
