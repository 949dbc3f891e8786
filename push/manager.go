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
	// DefaultAuditInterval is the time between two looks at subscriptions that stand.
	DefaultAuditInterval = 6 * time.Hour
	// subscribePause and revokePause lie between two calls: the cloud asks our
	// address back during the first kind.
	subscribePause = 5 * time.Second
	revokePause    = time.Second
	// minRetryWait doubles with every failure up to longestWait.
	minRetryWait = time.Minute
	maxRetryWait = time.Hour
	// minProbeWait and longestSilent are the same for our own listener, which costs
	// nobody anything and is up soon.
	minProbeWait = 5 * time.Second
	maxProbeWait = time.Minute
	// idleInterval lies between two looks for a sign-in or a wish, which are no calls.
	idleInterval = 10 * time.Minute
	// minAuditInterval keeps somebody who nudges all the time from asking all the time.
	minAuditInterval = time.Minute
)

// ManagerOptions is what a keeper needs. Account, CallbackURL and Wanted are required.
type ManagerOptions struct {
	Account Account
	// CallbackURL is the address to subscribe: see CallbackURL. It is never logged.
	CallbackURL string
	// FormerSecrets are the secrets that the address ended with before. What ends with
	// another one may be of another installation behind the same name.
	FormerSecrets []secret.Text
	// WantedCategories returns the categories to subscribe, by what is configured and what
	// the consent includes. It is asked before every audit.
	WantedCategories func() []Category
	// Probe asks our own listener for an answer before the cloud is asked for
	// anything; nil: it is taken for granted. See Probe.
	Probe func(ctx context.Context) error
	// OnChange is called after every audit and may call State; it must not wait; nil: nobody cares.
	OnChange func()
	// AuditInterval is the time between two audits while all is well, give or take a tenth;
	// 0: DefaultAudit.
	AuditInterval time.Duration
	// Jitter spreads all waits by a tenth to both sides, so that profiles and
	// installations do not ask all at once; nil: nothing is spread.
	Jitter *jitter.Source
	Log    zerolog.Logger
}

// SubscriptionManager keeps the subscriptions of one profile alive. Build it with NewKeeper,
// then Run it. It touches its own address only, and removes nothing when it stops.
type SubscriptionManager struct {
	options       ManagerOptions
	secret        string
	log           zerolog.Logger
	auditRequests chan struct{} // holds a token while a nudge waits
	signIns       chan struct{} // the same for a sign-in
	sem           chan struct{} // held by whoever talks to the cloud

	mu              sync.Mutex
	categories      map[Category]categoryStatus
	notGranted      map[Category]bool // of the consent
	needsProof      bool              // the address is to be proven again, though all stands
	revoked         bool              // by Revoke
	consentCount    int               // sign-ins so far
	auditConsent    int               // the consent that the audit under way began with
	failures        int               // in a row, of one kind
	lastErr         error             // of the last audit
	lastLoggedCause string            // the cause that was logged last
	auditStarted    time.Time         // the last audit
	lastAudit       time.Time
	nextAudit       time.Time
	cancelAudit     context.CancelFunc // of the audit under way
}

// NewSubscriptionManager checks the options. An address that does not end with /notify/ and a
// secret is ErrPublicURL or ErrSecret.
func NewSubscriptionManager(o ManagerOptions) (*SubscriptionManager, error) {
	if o.Account == nil || o.WantedCategories == nil {
		return nil, errors.New("push: no account to subscribe for")
	}
	_, tail, found := splitCallback(normalizeURL(o.CallbackURL))
	if !found {
		return nil, fmt.Errorf("%w: the notification address has no %s", ErrPublicURL, callbackPrefix)
	}
	if err := checkSecret(tail); err != nil {
		return nil, err
	}
	if o.AuditInterval <= 0 {
		o.AuditInterval = DefaultAuditInterval
	}
	return &SubscriptionManager{
		options: o, secret: tail, log: o.Log,
		auditRequests: make(chan struct{}, 1), signIns: make(chan struct{}, 1), sem: make(chan struct{}, 1),
		categories: make(map[Category]categoryStatus), notGranted: make(map[Category]bool),
	}, nil
}

// Run audits at once and then again and again until the context ends. It returns nil.
func (k *SubscriptionManager) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		wait := k.runAudit(ctx)
		k.scheduleNext(time.Now().Add(wait))
		k.waitForNextAudit(ctx, wait)
	}
	return nil
}

// RequestAudit asks for an audit now, or a minute after the last one: somebody wonders
// why nothing comes in. The address is then proven again even when the list is as
// it should be. It does not wait.
func (k *SubscriptionManager) RequestAudit() {
	k.mu.Lock()
	k.needsProof = true
	k.mu.Unlock()
	signal(k.auditRequests)
}

// OnSignIn tells that there is a new consent: what was outside of the old one is
// tried again, at once, and a keeper that was revoked starts over.
func (k *SubscriptionManager) OnSignIn() {
	k.mu.Lock()
	clear(k.notGranted)
	k.revoked, k.failures = false, 0
	k.consentCount++
	k.mu.Unlock()
	signal(k.signIns)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // there is one already
	}
}

func (k *SubscriptionManager) scheduleNext(next time.Time) {
	k.mu.Lock()
	k.nextAudit = next
	k.mu.Unlock()
	if k.options.OnChange != nil {
		k.options.OnChange()
	}
}

// waitForNextAudit waits for the next audit.
func (k *SubscriptionManager) waitForNextAudit(ctx context.Context, wait time.Duration) {
	end := time.Now().Add(wait)
	timer := time.NewTimer(wait)
	defer timer.Stop()
	requests := k.auditRequests
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.signIns:
			return
		case <-timer.C:
			return
		case <-requests:
			requests = nil
			k.mu.Lock()
			soon := k.auditStarted.Add(minAuditInterval)
			if soon.Before(end) {
				k.nextAudit = soon
				timer.Reset(time.Until(soon))
			}
			k.mu.Unlock()
		}
	}
}

// nextWaitLocked is how long to wait nextWaitLocked an audit with this outcome. It wants k.mu held.
func (k *SubscriptionManager) nextWaitLocked(err error) time.Duration {
	refused := false
	for _, at := range k.categories {
		refused = refused || at.status == Refused
	}
	first, longest := minRetryWait, maxRetryWait
	switch {
	case errors.Is(err, withings.ErrSignIn):
		k.failures = 0
		return idleInterval
	case err == nil && !refused:
		k.failures = 0
		return k.withJitter(k.options.AuditInterval)
	case err == nil:
		longest = k.options.AuditInterval // nothing but what the cloud does not want
	case errors.Is(err, ErrNoAnswer):
		first, longest = minProbeWait, maxProbeWait
	}
	if errors.Is(err, ErrNoAnswer) != errors.Is(k.lastErr, ErrNoAnswer) {
		k.failures = 0
	}
	wait := first
	for range k.failures {
		if wait *= 2; wait >= longest {
			break
		}
	}
	k.failures++
	return max(k.withJitter(min(wait, longest)), withings.RetryAfter(err))
}

// withJitter spreads a time by a tenth to both sides.
func (k *SubscriptionManager) withJitter(d time.Duration) time.Duration {
	return k.options.Jitter.Around(d, 0.1)
}

// isFormerURL says whether an address isFormerURL ours before.
func (k *SubscriptionManager) isFormerURL(url string) bool {
	_, tail, _ := splitCallback(normalizeURL(url))
	return isFormerAddress(k.options.CallbackURL, url) &&
		slices.ContainsFunc(k.options.FormerSecrets, func(word secret.Text) bool { return word.Reveal() == tail })
}

// maskSecret takes the secret out of a text for the log.
func (k *SubscriptionManager) maskSecret(err error) string {
	return strings.ReplaceAll(err.Error(), k.secret, secret.Mask)
}
