// SPDX-License-Identifier: MIT

// Package push receives the vendor's notifications and keeps the subscriptions
// to them alive. A notification is only a hint: the package fetches nothing
// itself and knows no sensor.
package push

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"

	"vitals2mqtt/internal/httpserve"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

const (
	// defaultQueueSize is room for a burst of all categories from a few dozen
	// profiles.
	defaultQueueSize = 256
	// The default rate limit. A weigh-in causes eight notifications in three
	// seconds.
	defaultPerSecond, defaultBurst = 200, 1000
)

// Options configure a Listener. PublicURL, Secret, IsKnownUser and Deliver are
// required.
type Options struct {
	// PublicURL is where the Withings API reaches the program. Requests are
	// accepted with and without its path, so that a proxy may strip it.
	PublicURL string
	// Secret ends the path, with at least 32 characters: see NewSecret.
	Secret secret.Text
	// FormerSecrets are previous secrets. Posts to them are accepted for
	// FormerSecretGrace after the start, until the new URL is subscribed.
	FormerSecrets []secret.Text
	// IsKnownUser reports whether a user id belongs to a profile. It is called
	// from many goroutines and must not block.
	IsKnownUser func(userID string) bool
	// Deliver receives the notifications one after the other, from one goroutine
	// of Run. The queue fills while it blocks.
	Deliver func(Notification)
	// Listen is HOST:PORT of a server of its own, "" if Handler is mounted in
	// another one. Port 0 chooses a free one.
	Listen string
	// Sources are the networks that may post; empty allows all. HEAD and GET are
	// always allowed: they have no effect, and the Withings API checks a new
	// subscription from other networks than it notifies from.
	Sources []netip.Prefix
	// TrustedProxies are the networks of the proxies whose X-Forwarded-For is
	// believed.
	TrustedProxies []netip.Prefix
	// Limit bounds the posts to the right path; the zero value is 200 a second
	// with bursts of 1000.
	Limit Limit
	// QueueSize is how many notifications may wait for Deliver; 0 is 256.
	QueueSize int
	Log       zerolog.Logger
}

// Limit is a token bucket: PerSecond in the long run, Burst at once.
type Limit struct {
	PerSecond float64
	Burst     int
}

// Listener receives notifications.
type Listener struct {
	options Options
	handler *handler
	server  *httpserve.Server
}

// New checks the options; it does not bind yet. Its error may wrap
// ErrWeakSecret or ErrPublicURL.
func New(o Options) (*Listener, error) {
	if o.IsKnownUser == nil || o.Deliver == nil {
		return nil, errors.New("push: IsKnownUser and Deliver are required")
	}
	paths, err := newCallbackPaths(o.PublicURL, o.Secret, o.FormerSecrets)
	if err != nil {
		return nil, err
	}
	if o.Limit.PerSecond <= 0 || o.Limit.Burst <= 0 {
		o.Limit = Limit{PerSecond: defaultPerSecond, Burst: defaultBurst}
	}
	h := &handler{
		paths:            paths,
		sources:          o.Sources,
		trustedProxies:   o.TrustedProxies,
		isKnownUser:      o.IsKnownUser,
		limiter:          rate.NewLimiter(rate.Limit(o.Limit.PerSecond), o.Limit.Burst),
		dedupe:           newDedupe(),
		queue:            newQueue(cmp.Or(o.QueueSize, defaultQueueSize)),
		stats:            newStatsCounter(),
		log:              o.Log,
		loggedCategories: make(map[withings.Category]bool),
	}
	return &Listener{options: o, handler: h, server: httpserve.New(h, httpserve.Options{
		WriteTimeout: 10 * time.Second,
		MaxBodyBytes: maxBodySize,
		OnReject:     func() { h.recordRefusal(RefusedConnections) },
		// Idle connections would take up places, and a proxy that reuses one while it
		// is being closed loses a notification.
		DisableKeepAlives: true,
		Log:               o.Log,
		ErrorLevel:        slog.LevelDebug, // anyone can cause errors on a public server
	})}, nil
}

// Handler serves the callback URL and nothing else, to be mounted below
// /notify/ and below the path of the public URL, without authentication and
// host checks.
func (l *Listener) Handler() http.Handler { return l.handler }

// Stats counts what came in so far.
func (l *Listener) Stats() Stats { return l.handler.stats.snapshot() }

// Listen binds the address, so that a taken port is known before anything else
// starts. Run calls it too. Without Options.Listen it does nothing.
func (l *Listener) Listen(ctx context.Context) error {
	if l.options.Listen == "" {
		return nil
	}
	if err := l.server.Listen(ctx, l.options.Listen); err != nil {
		return fmt.Errorf("push: listening on %s: %w", l.options.Listen, err)
	}
	return nil
}

// Addr returns the bound address; nil before Listen and without Options.Listen.
func (l *Listener) Addr() net.Addr { return l.server.Addr() }

// Run delivers notifications, and serves on Options.Listen, until the context
// ends. What was answered by then is delivered before it returns; what arrives
// later is refused, so that the Withings API sends it again. A listener runs
// once.
func (l *Listener) Run(ctx context.Context) error {
	if err := l.Listen(ctx); err != nil {
		return err
	}
	return l.runWith(ctx, l.serve)
}

// runWith delivers notifications until a function that serves returns.
func (l *Listener) runWith(ctx context.Context, serve func(context.Context) error) error {
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		l.handler.queue.deliver(l.options.Deliver)
	}()
	err := serve(ctx)
	l.handler.queue.close()
	<-delivered
	return err
}

// serve serves on the bound address, or only waits, until the context ends.
func (l *Listener) serve(ctx context.Context) error {
	if l.Addr() == nil {
		<-ctx.Done()
		return nil
	}
	l.options.Log.Info().Stringer("address", l.Addr()).Msg("notification listener started")
	if err := l.server.Run(ctx); err != nil {
		return fmt.Errorf("push: %w", err)
	}
	return nil
}
