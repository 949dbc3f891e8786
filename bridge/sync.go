package bridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

const (
	// overlap is how far a cursor reaches back, because it is not known whether
	// the cloud compares with > or ≥; repeated groups change nothing.
	overlap = time.Minute
	// stagesWindow is how far back the newest sleep stage is looked for.
	stagesWindow = 6 * time.Hour
	// refusedRest is how long an endpoint rests that the account's scope or plan
	// does not open: asking every five minutes would not change it.
	refusedRest = 24 * time.Hour
)

// sync fetches every endpoint the profile needs, each on its own: one that
// fails or hangs does not hold the others up.
func (p *person) sync(ctx context.Context, reason string) error {
	log := p.bridge.log.With().Str("profile", p.Slug).Str("reason", reason).Logger()
	p.adopt(p.Cloud.State().UserID)
	needed := p.needed()
	failed := make([]error, len(needed))
	var group sync.WaitGroup
	for i, endpoint := range needed {
		if p.resting(endpoint, reason) {
			continue
		}
		group.Go(func() { failed[i] = p.syncEndpoint(ctx, endpoint) })
	}
	group.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err := errors.Join(failed...)
	p.settle(failed)
	p.tell(log, err)
	return err
}

// tell logs how a round ended, loudly only when it ended otherwise than the one
// before: an outage of a day must not fill the log.
func (p *person) tell(log zerolog.Logger, err error) {
	now := outcome(err)
	p.mu.Lock()
	before := p.told
	p.told = now
	p.mu.Unlock()
	switch {
	case err == nil && (before == "" || before == now):
		log.Debug().Msg("synchronised")
	case err == nil:
		log.Info().Msg("everything can be fetched again")
	case before == now:
		log.Debug().Err(err).Msg("still not everything could be fetched")
	case errors.Is(err, withings.ErrSignIn):
		log.Error().Str("sign_in", p.SignInURL).Msgf("sign-in needed: run `vitals2mqtt login %s`", p.Slug)
	default:
		log.Warn().Err(err).Msg("not everything could be fetched")
	}
}

// resting reports whether an endpoint was refused lately. A person who asks
// for a refresh, or has just signed in, gets another try.
func (p *person) resting(endpoint sensors.Endpoint, reason string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return reason == "schedule" && time.Now().Before(p.endpoints[endpoint].restUntil)
}

// syncEndpoint is the straight line from the cursor over the reply to the
// topics, and back to the cursor, which is saved last: a crash repeats, it
// never skips.
func (p *person) syncEndpoint(ctx context.Context, endpoint sensors.Endpoint) error {
	from := p.cursor(endpoint)
	before := p.userID()
	apply, err := fetch(ctx, p.Cloud, endpoint, from)
	if err != nil {
		err = fmt.Errorf("%s: %w", endpoint, err)
		p.failed(endpoint, err)
		return err
	}
	if now := p.Cloud.State().UserID; before != "" && now != "" && now != before {
		// Somebody else signed in for this profile while we asked: what came
		// belongs to an account we hold no cursor for.
		p.adopt(now)
		return p.syncEndpoint(ctx, endpoint)
	}
	p.adopt(p.Cloud.State().UserID)
	p.mu.Lock()
	defer p.mu.Unlock()
	rules := sensors.Rules{Policy: p.Policy, Now: time.Now(), First: !from.Filled, Since: from.Since}
	update := apply(p.remember.State, rules)
	p.publish(update)
	p.bridge.warnUnknown(p.Slug, update.Unknown)
	health := p.endpoints[endpoint]
	health.lastSuccess, health.failure, health.restUntil = rules.Now, nil, time.Time{}
	moved := p.remember.advance(endpoint, update.Cursor, rules.Now)
	p.unsaved = moved || len(update.Changed) > 0 || len(update.Events) > 0 || p.unsaved
	p.save()
	return nil
}

// fetch asks one endpoint and returns how its answer goes into the state.
func fetch(ctx context.Context, cloud Cloud, endpoint sensors.Endpoint, from cursor) (
	func(*sensors.State, sensors.Rules) sensors.Update, error,
) {
	now := time.Now()
	switch endpoint {
	case sensors.EndpointMeasures:
		reply, err := cloud.Measures(ctx, from.start(now))
		return func(s *sensors.State, r sensors.Rules) sensors.Update { return s.Measures(reply, r) }, err
	case sensors.EndpointNights:
		reply, err := cloud.Nights(ctx, from.start(now))
		return func(s *sensors.State, r sensors.Rules) sensors.Update { return s.Nights(reply, r) }, err
	case sensors.EndpointStages:
		reply, err := cloud.Stages(ctx, now.Add(-stagesWindow), now)
		return func(s *sensors.State, r sensors.Rules) sensors.Update { return s.Stages(reply, r) }, err
	}
	return nil, fmt.Errorf("no way to fetch %q", endpoint)
}

// failed notes what went wrong at an endpoint.
func (p *person) failed(endpoint sensors.Endpoint, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	health := p.endpoints[endpoint]
	health.lastFailure, health.failure = now, err
	if withings.ClassOf(err) == withings.Forbidden {
		health.restUntil = now.Add(refusedRest)
	}
}

// settle draws the conclusions from one round over all endpoints.
func (p *person) settle(failed []error) {
	p.mu.Lock()
	now := time.Now()
	p.lastSync, p.retryAt = now, time.Time{}
	wait, broken := time.Duration(0), false
	for _, err := range failed {
		wait = max(wait, withings.RetryAfter(err))
		broken = broken || err != nil
	}
	if !broken {
		p.failures = 0
	} else if p.failures++; p.failures == 1 && !p.signInNeeded() {
		p.retryAt = now.Add(firstRetry)
	}
	if wait > 0 {
		p.retryAt = now.Add(wait)
	}
	p.publishDiagnostics()
	p.publishStatus(now)
	p.publishDocument()
	p.save()
	p.mu.Unlock()
	p.bridge.publishHealth()
}
