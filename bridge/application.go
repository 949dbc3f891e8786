package bridge

import (
	"cmp"
	"errors"
	"sync"
	"time"

	"vitals2mqtt/withings"
)

// Codes of the problems that the bridge itself finds.
const (
	// ProblemApplicationCredentials: the Withings API refuses the client id or secret.
	ProblemApplicationCredentials = "application_credentials"
	// ProblemRefreshRefused: it refuses to renew the token of every profile.
	ProblemRefreshRefused = "refresh_refused"
)

// cloudProblems are the problems of the whole program that the answers of the
// Withings API show.
func (b *Bridge) cloudProblems() []Problem {
	var application, refused time.Time
	refusedProfiles := 0
	for _, p := range b.pollers {
		at, undecided := p.refusals()
		application = earlierOf(application, at)
		if !undecided.IsZero() {
			refusedProfiles++
			refused = earlierOf(refused, undecided)
		}
	}
	var problems []Problem
	if !application.IsZero() {
		problems = append(problems, Problem{
			Code: ProblemApplicationCredentials, Text: withings.ErrApplication.Error(), Remedy: withings.ApplicationRemedy, Since: application,
		})
	}
	// One profile alone may have withdrawn its consent. All of them at once have not.
	if refusedProfiles > 1 && refusedProfiles == len(b.pollers) {
		problems = append(problems, Problem{
			Code: ProblemRefreshRefused, Text: "the Withings API refuses to renew the token of every profile",
			Remedy: "wait: this passes, and is tried again; only if the client id belongs to another application now, " +
				"every profile must sign in again", Since: refused,
		})
	}
	return problems
}

// refusals are since when the application is refused, and the token of this profile
// without a decision yet; the zero time for neither.
func (p *poller) refusals() (application, undecided time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for endpoint, health := range p.endpoints {
		since := cmp.Or(p.state.Failing[endpoint].Since, health.lastFailure)
		switch {
		case errors.Is(health.failure, withings.ErrApplication):
			application = earlierOf(application, since)
		case errors.Is(health.failure, withings.ErrRefused):
			undecided = earlierOf(undecided, since)
		}
	}
	return application, undecided
}

// earlierOf is the earlierOf of two moments, where zero is none.
func earlierOf(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// applicationLog remembers what the log says of the application, because every
// profile meets the same refusal.
type applicationLog struct {
	mu      sync.Mutex
	refused bool
}

// logApplication says in the log, once for all profiles, that the application is
// refused, or accepted again.
func (b *Bridge) logApplication() {
	b.loggedApplication.mu.Lock()
	defer b.loggedApplication.mu.Unlock()
	refused := false
	for _, p := range b.pollers {
		at, _ := p.refusals()
		refused = refused || !at.IsZero()
	}
	if refused == b.loggedApplication.refused {
		return
	}
	b.loggedApplication.refused = refused
	if refused {
		b.log.Error().Str("problem", ProblemApplicationCredentials).Str("remedy", withings.ApplicationRemedy).
			Msg(withings.ErrApplication.Error())
		return
	}
	b.log.Info().Str("problem", ProblemApplicationCredentials).Msg("the Withings API accepts the client id and secret again")
}
