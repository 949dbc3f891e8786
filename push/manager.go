// SPDX-License-Identifier: MIT

package push

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

// Account manages the subscriptions of one profile. Its calls have deadlines of
// their own, and return *withings.Error or wrap withings.ErrSignIn.
type Account interface {
	// Subscriptions lists all that the application has for the profile, including
	// those of other installations.
	Subscriptions(ctx context.Context) ([]withings.Subscription, error)
	Subscribe(ctx context.Context, callbackURL string, category int) error
	Unsubscribe(ctx context.Context, callbackURL string, category int) error
}

const (
	// DefaultAuditInterval is the time between two audits while nothing is wrong.
	DefaultAuditInterval = 6 * time.Hour
	// subscribePause and revokePause are the time between two requests. The
	// Withings API sends a HEAD to the callback URL with each subscribe.
	subscribePause = 5 * time.Second
	revokePause    = time.Second
)

// ManagerOptions configure a SubscriptionManager. Account, CallbackURL and
// WantedCategories are required.
type ManagerOptions struct {
	Account Account
	// CallbackURL is the URL to subscribe: see CallbackURL. It is never logged.
	CallbackURL string
	// FormerSecrets are previous secrets of the URL. One with another secret may
	// belong to another installation behind the same name.
	FormerSecrets []secret.Text
	// WantedCategories returns the categories to subscribe, as configured and
	// granted. It is called before every audit.
	WantedCategories func() []withings.Category
	// Probe checks our own listener before each audit; nil does not. See Probe.
	Probe func(ctx context.Context) error
	// OnChange is called after every audit, may call State and must not block; it
	// may be nil.
	OnChange func()
	// AuditInterval is the time between two audits while nothing is wrong; 0 is
	// DefaultAuditInterval.
	AuditInterval time.Duration
	// Jitter spreads all waits by a tenth in both directions, so that profiles and
	// installations do not send requests all at once; nil does not.
	Jitter *jitter.Source
	Log    zerolog.Logger
}

// SubscriptionManager keeps the subscriptions of one profile alive. It manages
// those of its own callback URL only, and removes nothing when it stops.
type SubscriptionManager struct {
	options       ManagerOptions
	secret        string
	log           zerolog.Logger
	state         *auditState
	auditRequests chan struct{} // holds a token for a requested audit
	signIns       chan struct{} // holds a token for a sign-in
	sem           chan struct{} // held while sending requests
}

// NewSubscriptionManager checks the options. If the callback URL does not end
// with /notify/ and a secret, the error wraps ErrPublicURL or ErrWeakSecret.
func NewSubscriptionManager(o ManagerOptions) (*SubscriptionManager, error) {
	if o.Account == nil || o.WantedCategories == nil {
		return nil, errors.New("push: Account and WantedCategories are required")
	}
	_, tail, found := splitCallback(normalizeURL(o.CallbackURL))
	if !found {
		return nil, fmt.Errorf("%w: callback URL does not contain %s", ErrPublicURL, callbackPrefix)
	}
	if err := checkSecret(tail); err != nil {
		return nil, err
	}
	return &SubscriptionManager{
		options:       o,
		secret:        tail,
		log:           o.Log,
		state:         newAuditState(cmp.Or(o.AuditInterval, DefaultAuditInterval), o.Jitter),
		auditRequests: make(chan struct{}, 1),
		signIns:       make(chan struct{}, 1),
		sem:           make(chan struct{}, 1),
	}, nil
}

// State returns the state of the subscriptions.
func (m *SubscriptionManager) State() State { return m.state.snapshot() }

// RequestAudit causes an audit now, or a minute after the last one:
// notifications may be missing. The Withings API then checks the callback URL
// even if nothing is missing in the list. It does not block.
func (m *SubscriptionManager) RequestAudit() {
	m.state.requestProof()
	signal(m.auditRequests)
}

// OnSignIn must be called after each sign-in: what the former consent did not
// include is tried again, at once, and a manager that was revoked starts over.
func (m *SubscriptionManager) OnSignIn() {
	m.state.recordConsent()
	signal(m.signIns)
}

// acquire waits for its turn to send requests.
func (m *SubscriptionManager) acquire(ctx context.Context) bool {
	select {
	case m.sem <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (m *SubscriptionManager) release() { <-m.sem }

// isFormerURL reports whether a URL was ours before.
func (m *SubscriptionManager) isFormerURL(url string) bool {
	_, tail, _ := splitCallback(normalizeURL(url))
	return isFormerAddress(m.options.CallbackURL, url) &&
		slices.ContainsFunc(m.options.FormerSecrets, func(former secret.Text) bool { return former.Reveal() == tail })
}

// maskSecret returns the text of an error for the log.
func (m *SubscriptionManager) maskSecret(err error) string {
	return strings.ReplaceAll(err.Error(), m.secret, secret.Mask)
}

// sleep waits, and returns false if the context ends before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
