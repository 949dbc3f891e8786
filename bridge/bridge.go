// Package bridge is the daemon's loop: when to fetch, what is new, in which
// order to publish and remember, what is healthy. It speaks neither HTTP nor
// MQTT and opens no file; it is handed what does.
package bridge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/units"
	"vitals2mqtt/withings"
)

// Cloud is what the bridge asks of one profile's account. Every error carries a
// withings.Class; withings.ErrSignIn means that a person must consent again.
type Cloud interface {
	dataCloud
	// State tells about the account without asking the cloud.
	State() withings.AccountState
	// Flush stores a token that could not be stored before.
	Flush(ctx context.Context) error
}

// Publisher takes what subscribers shall see. No method blocks.
type Publisher interface {
	// Set keeps a retained payload on a topic.
	Set(topic string, payload []byte)
	// Clear removes the retained payload of a topic.
	Clear(topic string)
	// Send passes a message on that is not retained.
	Send(topic string, payload []byte)
	// SendConfirmed does so with one that must arrive. confirmed is called once
	// the broker has it, never from within SendConfirmed.
	SendConfirmed(topic string, payload []byte, confirmed func())
	// Republish sends every retained payload again.
	Republish()
}

// StateStore keeps what must outlive a restart, by profile.
type StateStore interface {
	Load(profile string, into any) (found bool, err error)
	Save(profile string, value any) error
	// Profiles lists the slugs of which something is kept.
	Profiles() ([]string, error)
}

// Schedule tells when the next poll is due.
type Schedule interface {
	Next(after time.Time) time.Time
}

// Profile is one person whose values are published.
type Profile struct {
	Slug, Name string
	// Keys are the configured sensors.
	Keys []string
	// Unlisted also publishes measure types that the catalogue does not know.
	Unlisted bool
	Schedule Schedule
	Policy   sensors.Policy
	// Zone is for records without a time zone of their own; nil is UTC.
	Zone *time.Location
	// Extra are rows that the user adds for measure types without one.
	Extra []sensors.Sensor
	// Units is what the bare topics show; Home Assistant always gets metric values.
	Units units.System
	Cloud Cloud
	// Push tells how notifications fare for this profile; nil without any.
	Push func() PushState
	// RequestAudit asks for a look at the subscriptions, and OnSignIn tells of a new
	// consent. Neither waits; nil when nobody cares.
	RequestAudit, OnSignIn func()
	// RelaxedSchedule is the schedule while notifications are healthy; nil is Schedule.
	RelaxedSchedule Schedule
	// SignInURL is where a person signs in again, "" when there is no page.
	SignInURL string
	// TokenVersion changes whenever somebody signs in beside the daemon; nil
	// means that this cannot happen.
	TokenVersion func(ctx context.Context) string
}

// PushState is how the notifications of a profile fare.
type PushState struct {
	Healthy bool
	// Problem says in words what is wrong, "" when nothing is.
	Problem string
	// Address names, without giving it away, where notifications come to.
	Address string
	// Subscribed lists the categories with a subscription.
	Subscribed []withings.Category
	// LastAudit is when the subscriptions were last seen at the cloud.
	LastAudit time.Time
}

// Options are the parts a Bridge is made of; all but Log and Digest are needed.
type Options struct {
	Site       discovery.Site
	Discovery  bool
	Profiles   []Profile
	Publisher  Publisher
	StateStore StateStore
	Requests   *RequestCounter
	Log        zerolog.Logger
	// Digest names the configuration in bridge/info.
	Digest string
	// Problems returns what is wrong outside of the bridge with the whole program,
	// for the health report; nil when nothing can be. It must not block.
	Problems func() []Problem
}

// Bridge carries values from the cloud to the publisher.
type Bridge struct {
	site             discovery.Site
	discovery        bool
	publisher        Publisher
	stateStore       StateStore
	requests         *RequestCounter
	log              zerolog.Logger
	digest           string
	externalProblems func() []Problem // what is wrong elsewhere in the program; may be nil
	startedAt        time.Time
	pollers          []*poller
	bySlug           map[string]*poller

	loggedApplication applicationLog
	stopping          chan struct{} // closed when Run is to return: what is begun then is not finished
	stopOnce          sync.Once
	saveSlots         chan struct{} // one is held by each who stores a round
	warnedUnknown     sync.Map      // sensors.Unknown: numbers that were warned about since the start
	devices           *deviceRegistry
	healthChanged     chan struct{} // holds one when the health report changed
	documentsMu       sync.Mutex
	published         map[string]discovery.Document // by device id
	// ledger is what the broker holds that is no profile's, ownVersion counts its
	// changes, and ownStored is the version on disk; all behind documents.
	ledger                            retainedLedger
	ledgerVersion, ledgerSavedVersion int
	ledgerSaveMu                      sync.Mutex // held by whoever stores own
}

// maxConcurrentSaves is how many profiles store a round at the same time: a disk gets no
// faster by more, and at the end those who began must finish.
const maxConcurrentSaves = 8

// New checks the options and restores what was known before the last stop.
func New(o Options) (*Bridge, error) {
	switch {
	case o.Publisher == nil || o.StateStore == nil || o.Requests == nil:
		return nil, errors.New("bridge: publisher, memory and requests are needed")
	case o.Site.Tree == (topics.Tree{}):
		return nil, errors.New("bridge: no topic tree")
	}
	b := &Bridge{
		site: o.Site, discovery: o.Discovery, publisher: o.Publisher, stateStore: o.StateStore, requests: o.Requests,
		log: o.Log, digest: o.Digest, externalProblems: o.Problems, startedAt: time.Now(),
		bySlug: make(map[string]*poller, len(o.Profiles)), published: map[string]discovery.Document{},
		devices: newDeviceRegistry(), healthChanged: make(chan struct{}, 1), stopping: make(chan struct{}), saveSlots: make(chan struct{}, maxConcurrentSaves),
	}
	for i, profile := range o.Profiles {
		if profile.Cloud == nil || profile.Schedule == nil {
			return nil, fmt.Errorf("bridge: profile %q has no cloud or no schedule", profile.Slug)
		}
		p := newPoller(b, profile, float64(i)/float64(len(o.Profiles)))
		b.pollers = append(b.pollers, p)
		b.bySlug[profile.Slug] = p
	}
	b.loadLedger()
	b.publishBridge()
	for _, p := range b.pollers {
		b.devices.waitForProfile(p.Slug)
	}
	for _, p := range b.pollers {
		p.restore()
	}
	b.removeFormerProfiles()
	for _, p := range b.pollers {
		if p.devicesKnown() {
			b.markDevicesKnown(p.Slug)
		}
	}
	b.saveLedger()
	return b, nil
}

// Run polls every profile on its schedule until the context ends. It returns
// nil then: what goes wrong with the cloud is published, never fatal.
func (b *Bridge) Run(ctx context.Context) error {
	stop := func() { b.stopOnce.Do(func() { close(b.stopping) }) }
	defer stop() // what AfterFunc starts may come later than this return
	defer context.AfterFunc(ctx, stop)()
	var group errgroup.Group
	for _, p := range b.pollers {
		group.Go(func() error { return p.run(ctx) })
		group.Go(func() error { return p.runDayTimer(ctx) })
	}
	group.Go(func() error { return b.runHealthReports(ctx) })
	return group.Wait()
}

// isStopping reports whether Run is to return.
func (b *Bridge) isStopping() bool {
	select {
	case <-b.stopping:
		return true
	default:
		return false
	}
}

// Once fetches one profile a single time, or all with an empty slug, and
// returns what went wrong.
func (b *Bridge) Once(ctx context.Context, slug string) error {
	pollers := b.pollers
	if slug != "" {
		p, ok := b.bySlug[slug]
		if !ok {
			return fmt.Errorf("%w: %q", ErrUnknownProfile, slug)
		}
		pollers = []*poller{p}
	}
	var failed []error
	for _, p := range pollers {
		if err := p.sync(ctx, "once"); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", p.Slug, err))
		}
	}
	b.PublishPendingDevices()
	b.publishHealth()
	return errors.Join(failed...)
}

// Flush gives every account a last chance to store its token.
func (b *Bridge) Flush(ctx context.Context) error {
	var failed []error
	for _, p := range b.pollers {
		failed = append(failed, p.Cloud.Flush(ctx))
	}
	return errors.Join(failed...)
}

// warnUnknown tells of numbers that no table explains, each once a start.
func (b *Bridge) warnUnknown(slug string, unknown []sensors.Unknown) {
	for _, u := range unknown {
		if _, warned := b.warnedUnknown.LoadOrStore(u, true); !warned {
			b.log.Warn().Str("profile", slug).Int64("number", u.Number).
				Msgf("the cloud sent a %s that nobody has named yet; its values are published all the same", u.Kind)
		}
	}
}
