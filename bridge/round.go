package bridge

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/withings"
)

// sync fetches every endpoint the profile needs, each on its own: one that fails
// or hangs does not hold the others up.
func (p *poller) sync(ctx context.Context, reason string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	log := p.bridge.log.With().Str("profile", p.Slug).Str("reason", reason).Logger()
	p.setAccount(p.Cloud.State().UserID)
	all := endpoints()
	failed := make([]error, len(all))
	// A refresh on request, or after a sign-in, does not wait out the pause after a
	// refusal.
	ctx = withings.WithSharedRefresh(ctx, reason != triggerSchedule && reason != triggerHint)
	p.tick()
	for _, dependent := range []bool{false, true} {
		var group sync.WaitGroup
		for i, e := range all {
			if e.dependent != dependent || ctx.Err() != nil {
				continue
			}
			p.dropNeedlessHint(e)
			if p.isDue(e, reason) {
				group.Go(func() { failed[i] = p.syncEndpoint(ctx, e) })
			}
		}
		group.Wait()
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	err := errors.Join(failed...)
	p.finishRound(failed)
	p.logOutcome(log, err)
	return err
}

// tick moves the state on to the present: a new day may have begun.
func (p *poller) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roundStart = time.Now()
	update := p.state.Sensors.Tick(p.applyOptionsLocked(cursor{}))
	changed := len(update.Changed)+len(update.Gone) > 0
	p.dirty = changed || p.dirty
	p.publishLocked(update)
	if changed {
		p.publishDevicesLocked() // a bed may have been left
		p.saveLocked()
	}
}

// intervalSlack is how much sooner than its interval an endpoint may be fetched:
// polls do not come to the second.
const intervalSlack = time.Minute

// isDueAt reports whether an endpoint is fetched at a moment, after the last time.
func (e endpoint) isDueAt(last, now time.Time) bool {
	return !now.Before(last.Add(e.every - intervalSlack))
}

// dropNeedlessHint cancels a hint of an endpoint that depends on others when they
// leave no question open: it would stay due for ever.
func (p *poller) dropNeedlessHint(e endpoint) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.endpoints[e.name] != nil && !p.isNeededLocked(e) {
		p.cancelLocked(e.name, nil)
	}
}

func (p *poller) isNeededLocked(e endpoint) bool {
	_, wanted := p.state.Sensors.NextSeries()
	return !e.dependent || wanted
}

// isDue reports whether an endpoint is fetched in a round. One that was refused
// is paused, some are fetched seldom, and the series of a night once. A refresh
// on request, or after a sign-in, fetches everything.
func (p *poller) isDue(e endpoint, reason string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[e.name]
	if health == nil || e.fetch == nil || !p.isNeededLocked(e) {
		return false
	}
	now := time.Now()
	switch reason {
	case triggerSchedule:
		return !now.Before(health.pausedUntil) && (health.failure != nil || e.isDueAt(health.lastRoundStart, now))
	case triggerHint:
		return e.dependent && !now.Before(health.pausedUntil) || p.isHintDueLocked(e.name, now)
	}
	return true
}

// finishRound draws the conclusions from one round over all endpoints.
func (p *poller) finishRound(failed []error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.lastSync, p.retryAt = now, time.Time{}
	wait, anyFailed := time.Duration(0), false
	for _, err := range failed {
		wait = max(wait, withings.RetryAfter(err))
		anyFailed = anyFailed || err != nil
	}
	if !anyFailed {
		p.failedRounds = 0
	} else if p.failedRounds++; p.failedRounds == 1 && !p.needsSignInLocked() {
		p.retryAt = now.Add(firstRetryDelay)
	}
	if wait > 0 {
		p.retryAt = now.Add(max(wait, firstRetryDelay)) // a second's wait would make it a poll a second
	}
	if p.handleConsentChangeLocked(now) {
		p.retryAt = now.Add(refreshCooldown)
	}
	p.publishDiagnosticsLocked()
	p.publishStatusLocked(now)
	p.publishDocumentLocked()
	p.saveLocked()
}

// logOutcome logs how a round ended, at info or above only when that has changed:
// an outage of a day must not fill the log.
func (p *poller) logOutcome(log zerolog.Logger, err error) {
	p.mu.Lock()
	before, now := p.lastLoggedOutcome, p.failureSummaryLocked()
	applicationOnly := p.applicationOnlyLocked()
	if !applicationOnly {
		p.lastLoggedOutcome = now
	}
	p.mu.Unlock()
	p.bridge.logApplication()
	switch {
	case applicationOnly:
		log.Debug().Err(err).Msg("client id and secret refused")
	case before == now && err == nil:
		log.Debug().Msg("sync succeeded")
	case before == now:
		log.Debug().Err(err).Msg("sync still failing")
	case now == "":
		log.Info().Msg("sync recovered")
	case err == nil:
		log.Info().Msg("recovered; refused endpoints will be retried in 24 h")
	case errors.Is(err, withings.ErrSignIn):
		log.Error().Str("sign_in", p.SignInURL).Str("command", "vitals2mqtt login "+p.Slug).Msg("sign-in needed")
	default:
		log.Warn().Err(err).Msg("sync failed")
	}
}
