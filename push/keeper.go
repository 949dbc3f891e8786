package push

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// Account is one person's subscriptions at the cloud. Calls are bounded by
// deadlines of their own, and return *withings.Error or wrap withings.ErrSignIn.
type Account interface {
	// Subscriptions lists all that the application has for the person, also those
	// of other installations.
	Subscriptions(ctx context.Context) ([]withings.Subscription, error)
	Subscribe(ctx context.Context, callbackURL string, category int) error
	Unsubscribe(ctx context.Context, callbackURL string, category int) error
}

// The pace of a keeper.
const (
	// DefaultAudit is the time between two looks at subscriptions that stand.
	DefaultAudit = 6 * time.Hour
	// subscribePause and revokePause lie between two calls: the cloud asks our
	// address back during the first kind.
	subscribePause = 5 * time.Second
	revokePause    = time.Second
	// firstWait doubles with every failure up to longestWait.
	firstWait   = time.Minute
	longestWait = time.Hour
	// silentWait and longestSilent are the same for our own listener, which costs
	// nobody anything and is up soon.
	silentWait    = 5 * time.Second
	longestSilent = time.Minute
	// idleWait lies between two looks for a sign-in or a wish, which are no calls.
	idleWait = 10 * time.Minute
	// nudgePause keeps somebody who nudges all the time from asking all the time.
	nudgePause = time.Minute
)

// KeeperOptions is what a keeper needs. Account, CallbackURL and Wanted are required.
type KeeperOptions struct {
	Account Account
	// CallbackURL is the address to subscribe: see CallbackURL. It is never logged.
	CallbackURL string
	// Former are the secrets that the address ended with before. What ends with
	// another one may be of another installation behind the same name.
	Former []secret.Text
	// Wanted returns the categories to subscribe, by what is configured and what
	// the consent includes. It is asked before every audit.
	Wanted func() []Category
	// Probe asks our own listener for an answer before the cloud is asked for
	// anything; nil: it is taken for granted. See Probe.
	Probe func(ctx context.Context) error
	// Changed is called after every audit and may call State; it must not wait; nil: nobody cares.
	Changed func()
	// Audit is the time between two audits while all is well, give or take a tenth;
	// 0: DefaultAudit.
	Audit time.Duration
	// Jitter spreads all waits by a tenth to both sides, so that profiles and
	// installations do not ask all at once; nil: nothing is spread.
	Jitter *jitter.Source
	Log    zerolog.Logger
}

// Keeper keeps the subscriptions of one profile alive. Build it with NewKeeper,
// then Run it. It touches its own address only, and removes nothing when it stops.
type Keeper struct {
	options KeeperOptions
	secret  string
	log     zerolog.Logger
	nudged  chan struct{} // holds a token while a nudge waits
	woken   chan struct{} // the same for a sign-in
	gate    chan struct{} // held by whoever talks to the cloud

	mu       sync.Mutex
	standing map[Category]standing
	outside  map[Category]bool // of the consent
	doubt    bool              // the address is to be proven again, though all stands
	retired  bool              // by Revoke
	consents int               // sign-ins so far
	under    int               // the consent that the audit under way began with
	failures int               // in a row, of one kind
	trouble  error             // of the last audit
	told     string            // the cause that was logged last
	began    time.Time         // the last audit
	audited  time.Time
	next     time.Time
	cancel   context.CancelFunc // of the audit under way
}

// NewKeeper checks the options. An address that does not end with /notify/ and a
// secret is ErrPublicURL or ErrSecret.
func NewKeeper(o KeeperOptions) (*Keeper, error) {
	if o.Account == nil || o.Wanted == nil {
		return nil, errors.New("push: no account to subscribe for")
	}
	_, tail, found := cutRoute(normal(o.CallbackURL))
	if !found {
		return nil, fmt.Errorf("%w: the notification address has no %s", ErrPublicURL, route)
	}
	if err := checkSecret(tail); err != nil {
		return nil, err
	}
	if o.Audit <= 0 {
		o.Audit = DefaultAudit
	}
	return &Keeper{
		options: o, secret: tail, log: o.Log,
		nudged: make(chan struct{}, 1), woken: make(chan struct{}, 1), gate: make(chan struct{}, 1),
		standing: make(map[Category]standing), outside: make(map[Category]bool),
	}, nil
}

// Run audits at once and then again and again until the context ends. It returns nil.
func (k *Keeper) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait := k.round(ctx)
		k.plan(time.Now().Add(wait))
		k.rest(ctx, wait)
	}
	return nil
}

// Nudge asks for an audit now, or a minute after the last one: somebody wonders
// why nothing comes in. The address is then proven again even when the list is as
// it should be. It does not wait.
func (k *Keeper) Nudge() {
	k.mu.Lock()
	k.doubt = true
	k.mu.Unlock()
	poke(k.nudged)
}

// SignedIn tells that there is a new consent: what was outside of the old one is
// tried again, at once, and a keeper that was revoked starts over.
func (k *Keeper) SignedIn() {
	k.mu.Lock()
	clear(k.outside)
	k.retired, k.failures = false, 0
	k.consents++
	k.mu.Unlock()
	poke(k.woken)
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // there is one already
	}
}

func (k *Keeper) plan(next time.Time) {
	k.mu.Lock()
	k.next = next
	k.mu.Unlock()
	if k.options.Changed != nil {
		k.options.Changed()
	}
}

// rest waits for the next audit.
func (k *Keeper) rest(ctx context.Context, wait time.Duration) {
	end := time.Now().Add(wait)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	nudged := k.nudged
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.woken:
			return
		case <-timer.C:
			return
		case <-nudged:
			nudged = nil
			k.mu.Lock()
			soon := k.began.Add(nudgePause)
			if soon.Before(end) {
				k.next = soon
				timer.Reset(time.Until(soon))
			}
			k.mu.Unlock()
		}
	}
}

// after is how long to wait after an audit with this outcome. It wants k.mu held.
func (k *Keeper) after(err error) time.Duration {
	refused := false
	for _, at := range k.standing {
		refused = refused || at.status == Refused
	}
	first, longest := firstWait, longestWait
	switch {
	case errors.Is(err, withings.ErrSignIn):
		k.failures = 0
		return idleWait
	case err == nil && !refused:
		k.failures = 0
		return k.around(k.options.Audit)
	case err == nil:
		longest = k.options.Audit // nothing but what the cloud does not want
	case errors.Is(err, ErrSilent):
		first, longest = silentWait, longestSilent
	}
	if errors.Is(err, ErrSilent) != errors.Is(k.trouble, ErrSilent) {
		k.failures = 0
	}
	wait := first
	for range k.failures {
		if wait *= 2; wait >= longest {
			break
		}
	}
	k.failures++
	return max(k.around(min(wait, longest)), withings.RetryAfter(err))
}

// around spreads a time by a tenth to both sides.
func (k *Keeper) around(d time.Duration) time.Duration { return k.options.Jitter.Around(d, 0.1) }

// was says whether an address was ours before.
func (k *Keeper) was(url string) bool {
	_, tail, _ := cutRoute(normal(url))
	return former(k.options.CallbackURL, url) &&
		slices.ContainsFunc(k.options.Former, func(word secret.Text) bool { return word.Reveal() == tail })
}

// hide takes the secret out of a text for the log.
func (k *Keeper) hide(err error) string {
	return strings.ReplaceAll(err.Error(), k.secret, secret.Mask)
}
