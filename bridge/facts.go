// SPDX-License-Identifier: MIT

package bridge

import (
	"cmp"
	"time"

	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// Facts returns what the bridge knows, and what the other parts report.
func (b *Bridge) Facts() health.Facts {
	facts := health.Facts{Now: time.Now()}
	var folder health.Folder
	facts.Archive = &health.Records{}
	for _, p := range b.pollers {
		profile, since, saveError := p.facts(facts.Now)
		facts.Profiles = append(facts.Profiles, profile)
		if folder.Err == nil && saveError != nil {
			folder.Err, folder.Since = saveError, toSeconds(since)
		}
		if since, err := p.records.state(); facts.Archive.Err == nil && err != nil {
			facts.Archive.Err, facts.Archive.Since = err, toSeconds(since)
		}
	}
	if since, saveError := b.ledger.saveFailure(); folder.Err == nil {
		folder.Err, folder.Since = saveError, toSeconds(since)
	}
	facts.Folder = &folder
	if b.otherFacts != nil {
		b.otherFacts(&facts)
	}
	return facts
}

// Verdict judges how everything is.
func (b *Bridge) Verdict() health.Verdict {
	facts := b.Facts()
	return b.reporter.complete(health.Judge(facts), facts.Now)
}

// facts returns what is known about the profile, and why its state or its token
// could not be stored.
func (p *poller) facts(now time.Time) (facts health.Profile, saveFailedAt time.Time, saveError error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	facts = health.Profile{
		Slug:         p.Slug,
		Name:         p.Name,
		Consent:      consentFacts(p.Cloud.State(), p.endpoints, p.state.Failing),
		Started:      !p.plan.lastRound.IsZero(),
		Overdue:      p.plan.isOverdue(now),
		Stale:        p.topics.isStale(now),
		LastSync:     toSeconds(p.endpoints.lastSuccess()),
		NextPoll:     toSeconds(p.plan.next),
		TokenUnsaved: p.Cloud.State().Unsaved,
	}
	for _, name := range p.endpoints.sorted() {
		endpoint := p.endpoints[name]
		if name == sensors.EndpointSeries && endpoint.failure == nil {
			continue // it is read once after each night, which says nothing about the present
		}
		fact := health.Endpoint{Name: string(name), LastSuccess: toSeconds(endpoint.lastSuccess)}
		if endpoint.failure != nil {
			fact.Failure = &health.Failure{
				Class:   failureClassOf(endpoint.failure).facts(),
				Text:    withings.Summary(endpoint.failure),
				Since:   toSeconds(cmp.Or(p.state.Failing[name].Since, endpoint.lastFailure)),
				NextTry: toSeconds(endpoint.nextTry()),
				Last:    toSeconds(endpoint.lastFailure),
			}
		}
		facts.Endpoints = append(facts.Endpoints, fact)
	}
	if p.push.isEnabled() {
		state, _ := p.push.report(now)
		facts.Push = &health.Push{Healthy: state.Healthy, Problem: state.Problem}
	}
	if since, err := p.endpoints.tokenNotStorable(p.Cloud.State()); err != nil {
		facts.TokenBlocked = true
		return facts, since, err
	}
	return facts, p.state.saveFailedAt, p.state.saveError
}

// consentFacts returns how a profile is signed in; failing holds the times.
func consentFacts(
	account withings.AccountState, endpoints endpointTable, failing map[sensors.Endpoint]endpointFailure,
) health.Consent {
	refused := endpoints.refusedSince(failing)
	if account.TokenError != nil {
		consent := StoredConsent(withings.Token{}, account.TokenError)
		consent.Since = toSeconds(refused.signIn)
		return consent
	}
	switch {
	case endpoints.needsSignIn() && account.Refused:
		return health.Consent{State: health.ConsentLost, Since: toSeconds(refused.signIn)}
	case endpoints.needsSignIn():
		return health.Consent{State: health.ConsentNone}
	case !refused.undecided.IsZero():
		return health.Consent{
			State:   health.ConsentRetrying,
			Since:   toSeconds(refused.undecided),
			NextTry: toSeconds(refused.nextTry),
		}
	case endpoints.lastSuccess().IsZero():
		return health.Consent{}
	}
	return health.Consent{State: health.ConsentGranted}
}
