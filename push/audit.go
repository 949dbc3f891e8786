package push

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"vitals2mqtt/withings"
)

// round is one audit, and returns how long to wait for the next.
func (k *Keeper) round(ctx context.Context) time.Duration {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if !k.enter(ctx) {
		return 0
	}
	defer k.leave()
	wanted, doubt := k.begin(cancel)
	if len(wanted) == 0 {
		return idleWait
	}
	err := k.audit(ctx, wanted, doubt)
	if ctx.Err() != nil {
		return 0 // stopped, or revoked: what is half done is not a failure
	}
	return k.finish(err)
}

func (k *Keeper) enter(ctx context.Context) bool {
	select {
	case k.gate <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (k *Keeper) leave() { <-k.gate }

// begin notes what is wanted now; nothing is when the keeper was revoked.
func (k *Keeper) begin(cancel context.CancelFunc) (wanted []Category, doubt bool) {
	wishing := wishes(k.options.Wanted(), nil)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cancel, k.began, k.under = cancel, time.Now(), k.consents
	if k.retired {
		return nil, false
	}
	before := k.standing
	k.standing = make(map[Category]standing, len(wishing))
	for _, category := range wishing {
		k.standing[category] = standing{status: Pending}
		if at, known := before[category]; known {
			k.standing[category] = at
		}
		if k.outside[category] {
			k.standing[category] = standing{NotGranted, causeOf(&withings.Error{Status: statusScope})}
		} else if k.standing[category].status == NotGranted {
			k.standing[category] = standing{status: Pending}
		}
	}
	return wishes(wishing, k.outside), k.doubt
}

// audit compares and repairs. What concerns one category only is noted with it;
// the error is what kept the rest from being done.
func (k *Keeper) audit(ctx context.Context, wanted []Category, doubt bool) error {
	if k.options.Probe != nil {
		if err := k.options.Probe(ctx); err != nil {
			return fmt.Errorf("%w: %w", ErrSilent, err)
		}
	}
	rows, err := k.options.Account.Subscriptions(ctx)
	if err != nil {
		return fmt.Errorf("listing subscriptions: %w", err)
	}
	found := compare(rows, k.options.CallbackURL, k.was, wanted)
	k.compared(found, doubt)
	todo := found.missing
	if doubt && len(found.standing) > 0 {
		todo = slices.Concat(found.standing[:1], todo)
	}
	for i, category := range todo {
		if i > 0 && !pause(ctx, subscribePause) {
			return ctx.Err()
		}
		if err := k.subscribe(ctx, category); err != nil {
			return err
		}
	}
	k.settle(found.standing, Subscribed, "")
	k.clean(ctx, found.former)
	return nil
}

// compared takes over what the list says. While the address is in doubt the list
// proves nothing.
func (k *Keeper) compared(found plan, doubt bool) {
	if !doubt {
		k.settle(found.standing, Subscribed, "")
	}
	for _, category := range found.missing {
		if k.status(category) == Subscribed {
			k.log.Warn().Stringer("category", category).Msg("the cloud has dropped a subscription: it is made again")
			k.settle([]Category{category}, Pending, "")
		}
	}
}

// subscribe makes one subscription. It returns an error when the others would
// fail as well.
func (k *Keeper) subscribe(ctx context.Context, category Category) error {
	err := k.options.Account.Subscribe(ctx, k.options.CallbackURL, int(category))
	one := []Category{category}
	switch {
	case err == nil:
		k.settle(one, Subscribed, "")
		k.mu.Lock()
		k.doubt = false
		k.mu.Unlock()
		k.log.Info().Stringer("category", category).Msg("subscribed to notifications")
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	switch judge(err) {
	case local:
		k.complain(category, err)
		k.settle(one, Refused, Cause(err))
		return nil
	case ungranted:
		k.complain(category, err)
		k.settle(one, NotGranted, Cause(err))
		k.leaveOut(category)
		return nil
	case sweeping:
	}
	return fmt.Errorf("subscribing to %s: %w", category, err)
}

// leaveOut remembers what the consent does not include, unless there has been
// another consent since the question.
func (k *Keeper) leaveOut(category Category) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.under == k.consents {
		k.outside[category] = true
	}
}

// complain logs what concerns one category, when it is news.
func (k *Keeper) complain(category Category, err error) {
	if now := k.status(category); now != Refused && now != NotGranted {
		k.log.Warn().Stringer("category", category).Str("error", k.hide(err)).Str("cause", Cause(err)).
			Msg("cannot subscribe to one kind of notifications")
	}
}

// clean removes our subscriptions with another secret, now that the new ones
// stand. What cannot be removed is left for the next audit: it does no harm.
func (k *Keeper) clean(ctx context.Context, formers []old) {
	for i, former := range formers {
		switch k.status(former.category) {
		case Pending, Failing, Refused:
			continue // the new one does not stand
		case Subscribed, NotGranted:
		}
		if i > 0 && !pause(ctx, revokePause) {
			return
		}
		switch err := k.options.Account.Unsubscribe(ctx, former.url, int(former.category)); {
		case ctx.Err() != nil:
			return
		case err == nil || gone(err):
			k.log.Info().Stringer("category", former.category).Msg("removed the subscription of a former notification address")
		default:
			k.log.Debug().Str("cause", Cause(err)).Msg("cannot remove the subscription of a former notification address")
		}
	}
}

// finish notes the outcome of an audit.
func (k *Keeper) finish(err error) time.Duration {
	k.mu.Lock()
	defer k.mu.Unlock()
	wait, cause := k.after(err), Cause(err)
	k.trouble = err
	if failure, ours := errors.AsType[*withings.Error](err); ours && failure.Status == statusUnreachable {
		k.doubt = true // what stands in the list is not reached either
	}
	if err == nil {
		k.audited = time.Now()
	}
	for category, at := range k.standing {
		if err != nil && (at.status == Pending || at.status == Failing || at.status == Subscribed && unreachable(err)) {
			k.standing[category] = standing{Failing, cause}
		}
	}
	switch {
	case err != nil && cause != k.told:
		k.log.Warn().Str("error", k.hide(err)).Str("cause", cause).Stringer("again_in", wait.Round(time.Second)).
			Msg("notifications cannot be relied on")
	case err == nil && k.told != "":
		k.log.Info().Msg("subscriptions are as they should be again")
	}
	k.told = cause
	return wait
}

func (k *Keeper) settle(categories []Category, status Status, cause string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, category := range categories {
		k.standing[category] = standing{status, cause}
	}
}

// status is "" for a category that is not wanted.
func (k *Keeper) status(category Category) Status {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.standing[category].status
}

// pause waits, or returns false when the context has ended.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
