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
	// refusedRest is how long an endpoint rests that the account's scope or plan
	// does not open: asking every five minutes would not change it.
	refusedRest = 24 * time.Hour
)

// sync fetches every endpoint the profile needs, each on its own: one that
// fails or hangs does not hold the others up.
func (p *person) sync(ctx context.Context, reason string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	log := p.bridge.log.With().Str("profile", p.Slug).Str("reason", reason).Logger()
	p.adopt(p.Cloud.State().UserID)
	all := sources()
	failed := make([]error, len(all))
	// Whoever asks for a refresh, or has just signed in, is not kept waiting for the
	// pause after a refusal.
	ctx = withings.WithSharedRefresh(ctx, reason != bySchedule && reason != byHint)
	p.look()
	for _, after := range []bool{false, true} {
		var group sync.WaitGroup
		for i, source := range all {
			if ctx.Err() == nil && source.after == after && p.asks(source, reason) {
				group.Go(func() { failed[i] = p.syncEndpoint(ctx, source) })
			}
		}
		group.Wait()
	}
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
	p.mu.Lock()
	before, now := p.told, p.standing()
	program := p.applicationOnlyLocked()
	if !program {
		p.told = now
	}
	p.mu.Unlock()
	p.bridge.logApplication()
	switch {
	case program:
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

// slack is how much sooner than its interval an endpoint may be asked: polls do
// not come to the second.
const slack = time.Minute

// asks reports whether an endpoint is to be asked now. One that was refused rests
// for long, some are asked seldom, and the series of a night once. A person who
// asks for a refresh, or has just signed in, gets everything.
func (p *person) asks(s source, reason string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[s.endpoint]
	if health == nil {
		return false // no configured key needs it
	}
	if s.after {
		if _, _, wanted := p.remember.State.NextSeries(); !wanted {
			p.abandon(s.endpoint, nil) // a hint that is due and never followed would be due for ever
			return false
		}
	}
	now := time.Now()
	switch reason {
	case bySchedule:
	case byHint:
		return s.after && !now.Before(health.restUntil) || p.isHinted(s.endpoint, now)
	default:
		return true
	}
	return !now.Before(health.restUntil) && (health.failure != nil || s.dueAt(health.lastRound, now))
}

// look moves the state on to the present: a new day may have begun.
func (p *person) look() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.round = time.Now()
	update := p.remember.State.Tick(p.rules(cursor{}))
	changed := len(update.Changed)+len(update.Gone) > 0
	p.unsaved = changed || p.unsaved
	p.publish(update)
	if changed {
		p.showDevices() // a bed may have been left
		p.save()
	}
}

// rules are what an answer of now is judged by. It wants p.mu held.
func (p *person) rules(from cursor) sensors.ApplyOptions {
	return sensors.ApplyOptions{Policy: p.Policy, Now: time.Now(), InitialSync: !from.Filled, Since: from.Since, Zone: p.Zone, Extra: p.Extra}
}

// ask is what a source is asked with, at the state of now: the question, the
// cursor it rests on, and whose that is ("" when nobody's yet).
func (p *person) ask(s source) (q question, from cursor, user string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	from = p.remember.Cursors[s.endpoint].believable(now)
	q = question{now: now, since: from.start(now), last: p.endpoints[s.endpoint].lastSuccess, filled: from.Filled}
	q.night.from, q.night.to, _ = p.remember.State.NextSeries()
	return q, from, p.remember.UserID
}

// exchange is the straight line from the cursor over the reply to the topics,
// and back to the cursor, which is saved last: a crash repeats, it never skips. It
// returns whether the reply brought anything.
func (p *person) exchange(ctx context.Context, s source, fetch fetching) (news bool, err error) {
	q, from, user := p.ask(s)
	apply, err := fetch(ctx, p.Cloud, q)
	if ctx.Err() != nil {
		// Not a failure of the cloud, and no answer to work on any more: the cursor
		// has not moved, so the next start asks again.
		return false, context.Cause(ctx)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", s.endpoint, err)
		p.failed(s.endpoint, err)
		return false, err
	}
	news, ok := p.accept(ctx, s, from, user, apply)
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

// accept takes an answer over and returns whether it brought anything; ok is
// false when the account is another one by now than that which the question was
// meant for, or when the end has come while others of the round were taken over.
func (p *person) accept(ctx context.Context, s source, from cursor, user string, answer apply) (news, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil || p.assign(p.Cloud.State().UserID) || user != "" && user != p.remember.UserID {
		return false, false
	}
	rules := p.rules(from)
	rules.RejectEmpty = p.doubtsLocked(s.endpoint, rules.Now)
	return p.take(s, answer(p.remember.State, rules)), true
}

// take brings what an answer changed to the subscribers, then moves the cursor.
// It returns whether there was anything. p.mu must be held.
func (p *person) take(s source, update sensors.Update) (news bool) {
	now := time.Now()
	p.publish(update)
	p.takeDevices(update.Devices)
	p.noteAbsenceLocked(s.endpoint, update, now)
	p.bridge.warnUnknown(p.Slug, update.Unknown)
	health := p.endpoints[s.endpoint]
	// Intervals count from the beginning of the round: which of its requests had to
	// wait for a turn decides nothing about the next.
	health.lastSuccess, health.lastRound, health.failure, health.restUntil = now, p.round, nil, time.Time{}
	p.brought(s.endpoint, update.Events, now)
	moved := p.remember.advance(s.endpoint, update.Cursor, now)
	if _, failed := p.remember.Failing[s.endpoint]; failed {
		delete(p.remember.Failing, s.endpoint)
		moved = true
	}
	if update.Refill {
		// The history may hold what the deleted values have hidden. It is read
		// again in the next round, as at the first time: without events.
		delete(p.remember.Cursors, s.endpoint)
		moved = true
	}
	p.unsaved = moved || len(update.Changed) > 0 || len(update.Gone) > 0 || p.unsaved
	if len(update.Events) > 0 {
		p.save() // also at the end: they are sent once they are stored
	} else {
		p.saveRoundLocked()
	}
	p.sendEventLocked()
	return len(update.Changed)+len(update.Events)+len(update.Gone) > 0
}

// failed notes what went wrong at an endpoint.
func (p *person) failed(endpoint sensors.Endpoint, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	health := p.endpoints[endpoint]
	health.lastFailure, health.failure = now, err
	p.reply(endpoint, err)
	if endpoint == sensors.EndpointDevices {
		p.bridge.settle(p.Slug)
	}
	p.fruitless(endpoint, err, now)
	if withings.ClassOf(err) == withings.Forbidden {
		health.restUntil = now.Add(refusedRest)
	}
	fresh := trouble{Since: now, Class: classWord(err), Text: err.Error()}
	if cloud, ok := errors.AsType[*withings.Error](err); ok {
		fresh.Status = cloud.Status
	}
	if known, again := p.remember.Failing[endpoint]; !again || known.Class != fresh.Class || known.Status != fresh.Status {
		p.remember.Failing[endpoint], p.unsaved = fresh, true
	}
}

// settle draws the conclusions from one round over all endpoints.
func (p *person) settle(failed []error) {
	p.mu.Lock()
	defer p.mu.Unlock()
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
		p.retryAt = now.Add(max(wait, firstRetry)) // a second's wait would make it a poll a second
	}
	if p.regranted(now) {
		p.retryAt = now.Add(pokePause)
	}
	p.publishDiagnostics()
	p.publishStatus(now)
	p.publishDocument()
	p.save()
}
