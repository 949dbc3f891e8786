// SPDX-License-Identifier: MIT

package daemon

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

// subscriptions are the secret notification address and the subscriptions of
// every profile to it. A nil value has none, and its methods do nothing.
type subscriptions struct {
	managers      map[string]*push.SubscriptionManager // by slug
	callbackID    string                               // identifies the address without revealing it
	secret        secret.Text
	formerSecrets []string // accepted for a grace period after the start
	folder        *checkpoint.Folder
	log           zerolog.Logger
}

// newSubscriptions builds the subscriptions for the accounts by slug; nil
// without a public URL.
func newSubscriptions(
	c *config.Config, folder *checkpoint.Folder, accounts map[string]*withings.Account,
	spread *jitter.Source, log zerolog.Logger,
) (*subscriptions, error) {
	if c.Notifications.PublicURL == "" {
		return nil, nil //nolint:nilnil // notifications are optional
	}
	plain, err := folder.Secret(push.NewSecret)
	if err != nil {
		return nil, err
	}
	former, err := folder.FormerSecrets()
	if err != nil {
		return nil, err
	}
	callback, err := push.CallbackURL(c.Notifications.PublicURL, plain)
	if err != nil {
		return nil, fmt.Errorf("notifications: %w", err)
	}
	hidden := secret.New(plain)
	sum := sha256.Sum256([]byte(callback))
	managers := make(map[string]*push.SubscriptionManager, len(accounts))
	for _, p := range c.Withings.Profiles {
		account := accounts[p.Slug]
		managers[p.Slug], err = push.NewSubscriptionManager(push.ManagerOptions{
			Account:       account,
			CallbackURL:   callback,
			FormerSecrets: SecretTexts(former),
			WantedCategories: func() []withings.Category {
				return WantedCategories(Profile(c, &p), account.State().Scopes)
			},
			Probe:  ProbeListener(c, hidden),
			Jitter: spread,
			Log:    log.With().Str("profile", p.Slug).Logger(),
		})
		if err != nil {
			return nil, err
		}
	}
	return &subscriptions{
		managers:      managers,
		callbackID:    hex.EncodeToString(sum[:4]),
		secret:        hidden,
		formerSecrets: former,
		folder:        folder,
		log:           log,
	}, nil
}

// ProbeListener returns a function that checks, on this machine, that the
// daemon answers at the notification address with this secret.
func ProbeListener(c *config.Config, hidden secret.Text) func(context.Context) error {
	address := configuredAddress(cmp.Or(c.Notifications.Listen, c.Web.Listen))
	return push.Probe(func() net.Addr { return address }, hidden)
}

// configuredAddress is a listening address from the configuration.
type configuredAddress string

// Network implements net.Addr.
func (configuredAddress) Network() string { return "tcp" }

// String implements net.Addr.
func (a configuredAddress) String() string { return string(a) }

// newListener builds the listener that passes notifications to the bridge as
// hints; nil without subscriptions.
func newListener(c *config.Config, s *subscriptions, loop *bridge.Bridge, log zerolog.Logger) (*push.Listener, error) {
	if s == nil {
		return nil, nil //nolint:nilnil // notifications are optional
	}
	return push.New(push.Options{
		PublicURL:      c.Notifications.PublicURL,
		Secret:         s.secret,
		FormerSecrets:  SecretTexts(s.formerSecrets),
		Listen:         c.Notifications.Listen,
		Sources:        c.Notifications.Sources,
		TrustedProxies: c.Notifications.TrustedProxies,
		IsKnownUser:    loop.HasAccount,
		Deliver: func(n push.Notification) {
			loop.HandleHint(bridge.Hint{
				UserID:   n.UserID,
				Category: n.Category,
				Device:   n.DeviceID,
				At:       n.Date,
				Received: n.Received,
				Span:     !n.Start.IsZero(),
			})
		},
		Log: log,
	})
}

// SecretTexts wraps secrets so that they are masked when printed.
func SecretTexts(plain []string) []secret.Text {
	hidden := make([]secret.Text, 0, len(plain))
	for _, text := range plain {
		hidden = append(hidden, secret.New(text))
	}
	return hidden
}

// WantedCategories lists the categories that the keys of a profile need and the
// consent includes.
func WantedCategories(p bridge.Profile, scopes []string) []withings.Category {
	var wanted []withings.Category
	for _, category := range bridge.Categories(p) {
		if len(scopes) == 0 || slices.Contains(scopes, category.Scope()) {
			wanted = append(wanted, category)
		}
	}
	return wanted
}

// attach connects a polled profile with its subscriptions.
func (s *subscriptions) attach(p *bridge.Profile) {
	if s == nil {
		return
	}
	manager := s.managers[p.Slug]
	p.RequestAudit, p.OnSignIn = manager.RequestAudit, manager.OnSignIn
	p.Push = func() bridge.PushState {
		state := manager.State()
		out := bridge.PushState{
			Healthy:   state.Healthy,
			Problem:   state.Problem,
			LastAudit: state.LastAudit,
			Address:   s.callbackID,
		}
		for _, category := range state.Categories {
			if category.Status == push.Subscribed {
				out.Subscribed = append(out.Subscribed, category.Category)
			}
		}
		return out
	}
}

// onSignIn has the subscriptions of a profile audited after a sign-in.
func (s *subscriptions) onSignIn(profile string) {
	if s != nil && s.managers[profile] != nil {
		s.managers[profile].OnSignIn()
	}
}

// run keeps the subscriptions alive until the context ends.
func (s *subscriptions) run(ctx context.Context, group *errgroup.Group) {
	if s == nil {
		return
	}
	if len(s.formerSecrets) > 0 {
		group.Go(func() error { s.removeFormerSecrets(ctx); return nil })
	}
	for _, manager := range s.managers {
		group.Go(func() error { return manager.Run(ctx) })
	}
}

// removeFormerSecrets deletes the former secrets after the grace period, so
// that the next start does not accept them again.
func (s *subscriptions) removeFormerSecrets(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(push.FormerSecretGrace):
		if err := s.folder.RemoveFormerSecrets(s.formerSecrets); err != nil {
			s.log.Warn().Err(err).
				Msg("could not delete previous notification secret; it stays valid after the next start")
		}
	}
}

// notificationStats counts what a listener has received; nil without one.
func notificationStats(listener *push.Listener) *web.Notifications {
	if listener == nil {
		return nil
	}
	stats := listener.Stats()
	refused := make(map[string]uint64, len(stats.Refused))
	for reason, n := range stats.Refused {
		refused[string(reason)] = n
	}
	return &web.Notifications{
		Received:   stats.Received,
		Duplicates: stats.Duplicates,
		Dropped:    stats.Dropped,
		Probes:     stats.Probes,
		Refused:    refused,
	}
}
