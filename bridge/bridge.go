// SPDX-License-Identifier: MIT

// Package bridge is the daemon's loop: when to fetch, what is new, in which
// order to publish and store, what is healthy. It speaks neither HTTP nor MQTT
// and opens no file; the interfaces in ports.go do that.
package bridge

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"vitals2mqtt/discovery"
	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/units"
)

// Options are the parts of a Bridge; all but Log, Digest, Facts and
// Published are required.
type Options struct {
	Site       discovery.Site
	Discovery  bool
	Profiles   []Profile
	Publisher  Publisher
	StateStore StateStore
	Archive    Archive
	Requests   *RequestCounter
	Log        zerolog.Logger
	// Published is called when values of a profile were published or removed, with
	// its slug; nil is allowed. It must not block, or call the bridge.
	Published func(profile string)
	// Digest identifies the configuration in bridge/info.
	Digest string
	// Facts adds what the bridge does not see, such as the connection to the
	// broker; nil without any. It must not block. Changed delivers a signal when
	// these facts have changed.
	Facts   func(*health.Facts)
	Changed <-chan struct{}
}

// Bridge fetches the values of all profiles and publishes them.
type Bridge struct {
	*shared
	*infoTopic

	requests     *RequestCounter
	otherFacts   func(*health.Facts) // may be nil
	factsChanged <-chan struct{}
	reporter     *healthReporter
	pollers      []*poller
	bySlug       map[string]*poller
}

// New checks the options, restores the stored state and publishes it.
func New(ctx context.Context, o Options) (*Bridge, error) {
	switch {
	case o.Publisher == nil || o.StateStore == nil || o.Archive == nil || o.Requests == nil:
		return nil, errors.New("bridge: publisher, state store, archive and request counter are required")
	case o.Site.Tree == (topics.Tree{}):
		return nil, errors.New("bridge: no topic tree")
	}
	b := &Bridge{
		shared:       newShared(o),
		requests:     o.Requests,
		otherFacts:   o.Facts,
		factsChanged: o.Changed,
		reporter:     &healthReporter{log: o.Log},
		bySlug:       make(map[string]*poller, len(o.Profiles)),
	}
	var filters keyFilters
	for i, profile := range o.Profiles {
		if profile.Cloud == nil || profile.Schedule == nil {
			return nil, fmt.Errorf("bridge: profile %q has no cloud or no schedule", profile.Slug)
		}
		if o.Discovery && !o.Site.Views.Detail && profile.Units != "" && profile.Units != units.Metric {
			// Home Assistant reads the bare topics then, and always gets metric values.
			o.Log.Warn().Str("profile", profile.Slug).
				Msg("values stay metric; other units need the detail view or discovery disabled")
			profile.Units = units.Metric
		}
		p := newPoller(ctx, b.shared, profile, filters.of(profile), float64(i)/float64(len(o.Profiles)))
		p.storeEvent = func(batch sensors.Batch, o sensors.ApplyOptions) error {
			// It was acknowledged, so it is stored even while stopping.
			_, err := endpointSync{p}.store(context.WithoutCancel(ctx), batch, o, sensors.Progress{})
			return err
		}
		b.pollers = append(b.pollers, p)
		b.bySlug[profile.Slug] = p
	}
	b.ledger.load()
	b.documents.announceBridge()
	b.infoTopic = newInfoTopic(b.shared, map[string]any{
		"version":       b.site.Identity.Version,
		"started_at":    formatTime(b.startedAt),
		"configuration": o.Digest,
		"instance":      b.site.Identity.Instance, // two daemons that share a base topic detect each other
	})
	former := loadFormerProfiles(b.shared, func(slug string) bool { return b.bySlug[slug] != nil })
	// Everything is cleared before anything is published: a profile may have the
	// topics now that were another one's.
	for _, profile := range former {
		profile.clearTopics()
	}
	loadAll(ctx, b.pollers)
	for _, p := range b.pollers {
		p.restore()
	}
	for _, profile := range former {
		profile.remove()
	}
	for _, p := range b.pollers {
		if p.devicesKnown() {
			b.devices.markKnown(p.Slug)
		}
	}
	b.ledger.save()
	return b, nil
}

// maxConcurrentLoads is how many profiles are loaded at the same time: no more
// than the archive has connections for reading.
const maxConcurrentLoads = 2

// loadAll loads what is stored of all profiles, and clears what they are no
// longer configured to publish.
func loadAll(ctx context.Context, pollers []*poller) {
	var group errgroup.Group
	group.SetLimit(maxConcurrentLoads)
	for _, p := range pollers {
		p.devices.waitFor(p.Slug)
		group.Go(func() error {
			archiveLoader{p}.load(ctx)
			return nil
		})
	}
	_ = group.Wait() // a failure is published, never fatal
	for _, p := range pollers {
		p.clearUnwanted()
	}
}

func newShared(o Options) *shared {
	if o.Published == nil {
		o.Published = func(string) {}
	}
	ledger := &ledgerStore{store: o.StateStore, log: o.Log}
	documents := newAnnouncer(o.Site, o.Discovery, o.Publisher, ledger, o.Log)
	return &shared{
		site:          o.Site,
		publisher:     o.Publisher,
		store:         o.StateStore,
		archive:       o.Archive,
		published:     o.Published,
		log:           o.Log,
		startedAt:     time.Now(),
		ledger:        ledger,
		documents:     documents,
		devices:       newDeviceAnnouncer(o.Site, documents, ledger),
		stop:          newStopSignal(),
		saveSlots:     make(chan struct{}, maxConcurrentSaves),
		healthChanged: newSignal(),
	}
}
