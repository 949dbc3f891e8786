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
	// ApplicationCredentials: the Withings API refuses the client id or secret.
	ApplicationCredentials = "application_credentials"
	// RefreshRefused: it refuses to renew the token of every profile.
	RefreshRefused = "refresh_refused"
)

// cloudProblems are the problems of the whole program that the answers of the
// Withings API show.
func (b *Bridge) cloudProblems() []Problem {
	var application, refused time.Time
	everybody := 0
	for _, p := range b.people {
		at, undecided := p.refusals()
		application = earlier(application, at)
		if !undecided.IsZero() {
			everybody++
			refused = earlier(refused, undecided)
		}
	}
	var problems []Problem
	if !application.IsZero() {
		problems = append(problems, Problem{
			Code: ApplicationCredentials, Text: withings.ErrApplication.Error(), Remedy: withings.ApplicationRemedy, Since: application,
		})
	}
	// One profile alone may have withdrawn its consent. All of them at once have not.
	if everybody > 1 && everybody == len(b.people) {
		problems = append(problems, Problem{
			Code: RefreshRefused, Text: "the Withings API refuses to renew the token of every profile",
			Remedy: "wait: this passes, and is tried again; only if the client id belongs to another application now, " +
				"every profile must sign in again", Since: refused,
		})
	}
	return problems
}

// refusals are since when the application is refused, and the token of this profile
// without a decision yet; the zero time for neither.
func (p *person) refusals() (application, undecided time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for endpoint, health := range p.endpoints {
		since := cmp.Or(p.remember.Failing[endpoint].Since, health.lastFailure)
		switch {
		case errors.Is(health.failure, withings.ErrApplication):
			application = earlier(application, since)
		case errors.Is(health.failure, withings.ErrRefused):
			undecided = earlier(undecided, since)
		}
	}
	return application, undecided
}

// earlier is the earlier of two moments, where zero is none.
func earlier(a, b time.Time) time.Time {
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
	b.application.mu.Lock()
	defer b.application.mu.Unlock()
	refused := false
	for _, p := range b.people {
		at, _ := p.refusals()
		refused = refused || !at.IsZero()
	}
	if refused == b.application.refused {
		return
	}
	b.application.refused = refused
	if refused {
		b.log.Error().Str("problem", ApplicationCredentials).Str("remedy", withings.ApplicationRemedy).
			Msg(withings.ErrApplication.Error())
		return
	}
	b.log.Info().Str("problem", ApplicationCredentials).Msg("the Withings API accepts the client id and secret again")
}
