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
	// cursorOverlap is how far a cursor reaches back, because it is not known whether
	// the cloud compares with > or ≥; repeated groups change nothing.
	cursorOverlap = time.Minute
	// refusedPause is how long an endpoint rests that the account's scope or plan
	// does not open: asking every five minutes would not change it.
	refusedPause = 24 * time.Hour
)

// sync fetches every endpoint the profile needs, each on its own: one that
// fails or hangs does not hold the others up.
func (p *poller) sync(ctx context.Context, reason string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	log := p.bridge.log.With().Str("profile", p.Slug).Str("reason", reason).Logger()
	p.setAccount(p.Cloud.State().UserID)
	all := sources()
	failed := make([]error, len(all))
	// Whoever asks for a refresh, or has just signed in, is not kept waiting for the
	// pause after a refusal.
	ctx = withings.WithSharedRefresh(ctx, reason != triggerSchedule && reason != triggerHint)
	p.tick()
	for _, after := range []bool{false, true} {
		var group sync.WaitGroup
		for i, source := range all {
			if ctx.Err() == nil && source.dependent == after && p.isDue(source, reason) {
				group.Go(func() { failed[i] = p.syncEndpoint(ctx, source) })
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

// logOutcome logs how a round ended, loudly only when it ended otherwise than the one
// before: an outage of a day must not fill the log.
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
		log.Debug().Msg("synchronised")
	case before == now:
		log.Debug().Err(err).Msg("still not everything could be fetched")
	case now == "":
		log.Info().Msg("everything can be fetched again")
	case err == nil:
		log.Info().Msg("what was asked for can be fetched again; the rest was refused, and is asked for tomorrow")
	case errors.Is(err, withings.ErrSignIn):
		log.Error().Str("sign_in", p.SignInURL).Msgf("sign-in needed: run `vitals2mqtt login %s`", p.Slug)
	default:
		log.Warn().Err(err).Msg("not everything could be fetched")
	}
}

// intervalSlack is how much sooner than its interval an endpoint may be asked: polls do
// not come to the second.
const intervalSlack = time.Minute

// isDue reports whether an endpoint is to be asked now. One that was refused rests
// for long, some are asked seldom, and the series of a night once. A person who
// isDue for a refresh, or has just signed in, gets everything.
func (p *poller) isDue(s source, reason string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[s.endpoint]
	if health == nil {
		return false // no configured key needs it
	}
	if s.dependent {
		if _, _, wanted := p.state.Sensors.NextSeries(); !wanted {
			p.cancelLocked(s.endpoint, nil) // a hint that is due and never followed would be due for ever
			return false
		}
	}
	now := time.Now()
	switch reason {
	case triggerSchedule:
	case triggerHint:
		return s.dependent && !now.Before(health.pausedUntil) || p.isHintDueLocked(s.endpoint, now)
	default:
		return true
	}
	return !now.Before(health.pausedUntil) && (health.failure != nil || s.isDueAt(health.lastRoundStart, now))
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

// applyOptionsLocked are what an answer of now is judged by. It wants p.mu held.
func (p *poller) applyOptionsLocked(from cursor) sensors.ApplyOptions {
	return sensors.ApplyOptions{Policy: p.Policy, Now: time.Now(), InitialSync: !from.Backfilled, Since: from.Since, Zone: p.Zone, Extra: p.Extra}
}

// newQuery is what a source is asked with, at the state of now: the question, the
// cursor it rests on, and whose that is ("" when nobody's yet).
func (p *poller) newQuery(s source) (q query, from cursor, user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	from = p.state.Cursors[s.endpoint].clampFuture(now)
	q = query{now: now, since: from.queryStart(now), lastSuccess: p.endpoints[s.endpoint].lastSuccess, backfilled: from.Backfilled}
	q.night.from, q.night.to, _ = p.state.Sensors.NextSeries()
	return q, from, p.state.UserID
}

// exchange is the straight line from the cursor over the reply to the topics,
// and back to the cursor, which is saved last: a crash repeats, it never skips. It
// returns whether the reply brought anything.
func (p *poller) exchange(ctx context.Context, s source, fetch fetchFunc) (news bool, err error) {
	q, from, user := p.newQuery(s)
	apply, err := fetch(ctx, p.Cloud, q)
	if ctx.Err() != nil {
		// Not a failure of the cloud, and no answer to work on any more: the cursor
		// has not moved, so the next start asks again.
		return false, context.Cause(ctx)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", s.endpoint, err)
		p.recordFailure(s.endpoint, err)
		return false, err
	}
	news, ok := p.applyResponse(ctx, s, from, user, apply)
	switch {
	case !ok && ctx.Err() != nil:
		return false, context.Cause(ctx)
	case !ok:
		// Somebody else signed in for this profile while we asked: what came
		// belongs to an account we hold no cursor for.
		return p.exchange(ctx, s, s.fetch)
	}
	return news, nil
}

// applyResponse takes an answer over and returns whether it brought anything; ok is
// false when the account is another one by now than that which the question was
// meant for, or when the end has come while others of the round were taken over.
func (p *poller) applyResponse(ctx context.Context, s source, from cursor, user string, apply applyFunc) (news, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil || p.setAccountLocked(p.Cloud.State().UserID) || user != "" && user != p.state.UserID {
		return false, false
	}
	rules := p.applyOptionsLocked(from)
	rules.RejectEmpty = p.needsConfirmationLocked(s.endpoint, rules.Now)
	return p.commitUpdateLocked(s, apply(p.state.Sensors, rules)), true
}

// commitUpdateLocked brings what an answer changed to the subscribers, then moves the cursor.
// It returns whether there was anything. p.mu must be held.
func (p *poller) commitUpdateLocked(s source, update sensors.Update) (news bool) {
	now := time.Now()
	p.publishLocked(update)
	p.updateDevicesLocked(update.Devices)
	p.updateAbsenceLocked(s.endpoint, update, now)
	p.bridge.warnUnknown(p.Slug, update.Unknown)
	health := p.endpoints[s.endpoint]
	// Intervals count from the beginning of the round: which of its requests had to
	// wait for a turn decides nothing about the next.
	health.lastSuccess, health.lastRoundStart, health.failure, health.pausedUntil = now, p.roundStart, nil, time.Time{}
	p.recordNewDataLocked(s.endpoint, update.Events, now)
	advanced := p.state.advance(s.endpoint, update.Cursor, now)
	if _, failed := p.state.Failing[s.endpoint]; failed {
		delete(p.state.Failing, s.endpoint)
		advanced = true
	}
	if update.Refill {
		// The history may hold what the deleted values have hidden. It is read
		// again in the next round, as at the first time: without events.
		delete(p.state.Cursors, s.endpoint)
		advanced = true
	}
	p.dirty = advanced || len(update.Changed) > 0 || len(update.Gone) > 0 || p.dirty
	if len(update.Events) > 0 {
		p.saveLocked() // also at the end: they are sent once they are stored
	} else {
		p.saveUnlessStoppingLocked()
	}
	p.sendNextEventLocked()
	return len(update.Changed)+len(update.Events)+len(update.Gone) > 0
}

// recordFailure notes what went wrong at an endpoint.
func (p *poller) recordFailure(endpoint sensors.Endpoint, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	health := p.endpoints[endpoint]
	health.lastFailure, health.failure = now, err
	p.notifyEndpointWaitersLocked(endpoint, err)
	if endpoint == sensors.EndpointDevices {
		p.bridge.markDevicesKnown(p.Slug)
	}
	p.onErrorLocked(endpoint, err, now)
	if withings.ClassOf(err) == withings.Forbidden {
		health.pausedUntil = now.Add(refusedPause)
	}
	failure := endpointFailure{Since: now, Class: errorClass(err), Text: err.Error()}
	if apiErr, ok := errors.AsType[*withings.Error](err); ok {
		failure.Status = apiErr.Status
	}
	if known, again := p.state.Failing[endpoint]; !again || known.Class != failure.Class || known.Status != failure.Status {
		p.state.Failing[endpoint], p.dirty = failure, true
	}
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
