package push

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/time/rate"

	"vitals2mqtt/internal/secret"
)

// defaultQueueSize is room for a burst of every category from a few dozen people.
const defaultQueueSize = 256

// The limit on posts when none is given. A weigh-in causes eight notifications
// within three seconds.
const defaultPerSecond, defaultBurst = 200, 1000

// Limit is a token bucket: PerSecond in the long run, Burst at once.
type Limit struct {
	PerSecond float64
	Burst     int
}

// Options is what the listener needs. PublicURL, Secret, Known and Deliver are
// required.
type Options struct {
	// PublicURL is where the cloud reaches us; requests are accepted with and
	// without its path, so that a proxy may take it off or leave it.
	PublicURL string
	// Secret ends the path, at least 32 characters: see NewSecret.
	Secret secret.Text
	// FormerSecrets are secrets from before. Posts to them are taken in for Grace after
	// the start, until the cloud has heard of the new address.
	FormerSecrets []secret.Text
	// IsKnownUser says whether a user id is somebody's here. It is called from many
	// goroutines and must not wait.
	IsKnownUser func(userID string) bool
	// Deliver takes what came in, one notification after the other, all of them
	// from one goroutine of Run. While it waits the queue fills.
	Deliver func(Notification)
	// Listen is HOST:PORT of a server of its own, "" when Handler is mounted in
	// somebody else's. Port 0 takes a free one.
	Listen string
	// Sources are the only networks that may post; none: everybody may. HEAD and
	// GET are let through: they say nothing and do nothing, the cloud's check of a
	// new subscription comes from other networks than its notifications, and our
	// own probe from this machine.
	Sources []netip.Prefix
	// TrustedProxies are the networks of the proxies whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Limit bounds the posts to the right path; the zero value is 200 a second with
	// bursts of 1000.
	Limit Limit
	// QueueSize is how many notifications may wait for Deliver; 0: 256.
	QueueSize int
	Log       zerolog.Logger
}

// Listener takes notifications in. Build it with New, then Run it.
type Listener struct {
	options     Options
	log         zerolog.Logger
	paths       callbackPaths // the accepted paths
	formerPaths callbackPaths // those of former secrets
	formerUntil time.Time     // when they end
	limiter     *rate.Limiter
	dedupe      *dedupe
	queue       *queue
	stats       *statsCounter

	mu               sync.Mutex
	listener         net.Listener
	loggedCategories map[Category]bool // unknown categories that the log has named
}

// New checks the options; it does not bind yet. Its errors may be ErrSecret or
// ErrPublicURL.
func New(o Options) (*Listener, error) {
	if o.IsKnownUser == nil || o.Deliver == nil {
		return nil, errors.New("push: nobody to deliver notifications to")
	}
	now, err := newCallbackPaths(o.PublicURL, o.Secret)
	if err != nil {
		return nil, err
	}
	var former callbackPaths
	for _, formerSecret := range o.FormerSecrets {
		more, err := newCallbackPaths(o.PublicURL, formerSecret)
		if err != nil {
			continue // it never was an address, or is none below this URL
		}
		former = append(former, more...)
	}
	if o.Limit.PerSecond <= 0 || o.Limit.Burst <= 0 {
		o.Limit = Limit{PerSecond: defaultPerSecond, Burst: defaultBurst}
	}
	if o.QueueSize <= 0 {
		o.QueueSize = defaultQueueSize
	}
	return &Listener{
		options: o, log: o.Log,
		paths: now, formerPaths: former, formerUntil: time.Now().Add(FormerSecretGrace),
		limiter: rate.NewLimiter(rate.Limit(o.Limit.PerSecond), o.Limit.Burst),
		dedupe:  newDedupe(), queue: newQueue(o.QueueSize), stats: newStatsCounter(),
		loggedCategories: make(map[Category]bool),
	}, nil
}

// Handler serves the notification address and nothing else, for mounting below
// /notify/ and below the path of the public URL, outside of whatever asks for
// passwords or compares host names.
func (l *Listener) Handler() http.Handler { return http.HandlerFunc(l.handle) }

// Stats counts what came in so far.
func (l *Listener) Stats() Stats { return l.stats.snapshot() }

// Run delivers, and serves when there is an address of its own, until the context
// ends. What has been answered by then is delivered before it returns, what comes
// later is refused so that the cloud sends it again. A listener runs once.
func (l *Listener) Run(ctx context.Context) error {
	if err := l.Listen(ctx); err != nil {
		return err
	}
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		l.queue.deliver(l.options.Deliver)
	}()
	err := l.serve(ctx)
	l.queue.close()
	<-delivered
	return err
}

// logUnknownCategory logs a category that is in no table, once, and not without end.
func (l *Listener) logUnknownCategory(c Category) {
	const most = 32
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.IsKnown() || l.loggedCategories[c] || len(l.loggedCategories) >= most {
		return
	}
	l.loggedCategories[c] = true
	l.log.Info().Int("category", int(c)).Msg("notification of an unknown category: taken as a change of anything")
}
