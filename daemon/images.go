// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/web"
)

// imagePublisher draws the last night and the last electrocardiogram of each
// profile, and publishes pictures that have changed.
type imagePublisher struct {
	archive  *history.Archive
	state    bridge.StateStore
	bridge   *bridge.Bridge
	slugs    []string
	language display.Language
	log      zerolog.Logger
	changed  chan struct{}
	sent     map[imageKey][sha256.Size]byte
}

// imageKey is a picture of an account.
type imageKey struct{ slug, user, key string }

const (
	// imageDelay lets the records of one round arrive.
	imageDelay = 3 * time.Second
	// imageInterval is how long a change by another process can stay unnoticed.
	imageInterval = 10 * time.Minute
	// Older nights and electrocardiograms are not the last ones of anything.
	imageNights = 14 * 24 * time.Hour
	imageECGs   = 5 * 365 * 24 * time.Hour
)

// newImagePublisher returns nil when pictures are not configured.
func newImagePublisher(
	c *config.Config, state bridge.StateStore, archive *history.Archive, log zerolog.Logger,
) *imagePublisher {
	if !c.HomeAssistant.Images || !c.HomeAssistant.Discovery {
		return nil
	}
	p := &imagePublisher{
		archive:  archive,
		state:    state,
		language: display.Language(c.HomeAssistant.Language),
		log:      log,
		changed:  make(chan struct{}, 1),
		sent:     map[imageKey][sha256.Size]byte{},
	}
	for _, profile := range c.Withings.Profiles {
		p.slugs = append(p.slugs, profile.Slug)
	}
	return p
}

// notify tells that the archive has changed. It never waits, and may be called
// on nil.
func (p *imagePublisher) notify() {
	if p == nil {
		return
	}
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// run publishes until the context ends.
func (p *imagePublisher) run(ctx context.Context, loop *bridge.Bridge) {
	p.bridge = loop
	for {
		for _, slug := range p.slugs {
			p.update(ctx, slug)
		}
		if !wait(ctx, imageInterval, p.changed) || !wait(ctx, imageDelay, nil) {
			return
		}
	}
}

// wait waits for a signal, but not longer than a limit. It returns false when
// the context has ended.
func wait(ctx context.Context, limit time.Duration, signal <-chan struct{}) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-signal:
	}
	return ctx.Err() == nil
}

// update draws the pictures of a profile.
func (p *imagePublisher) update(ctx context.Context, slug string) {
	account, _, err := bridge.LoadStoredAccount(p.state, slug)
	user := account.UserID
	if err != nil || user == "" {
		return // the bridge reports a state that cannot be read
	}
	zone := AccountZone(ctx, p.archive, user)
	for key, draw := range map[string]func(context.Context, string, *time.Location) ([]byte, error){
		discovery.KeyNightImage: p.night, discovery.KeyECGImage: p.ecg,
	} {
		svg, err := draw(ctx, user, zone)
		sum, id := sha256.Sum256(svg), imageKey{slug, user, key}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			p.log.Warn().Err(err).Str("profile", slug).Str("image", key).Msg("cannot draw an image")
		case svg != nil && p.sent[id] != sum && p.bridge.PublishImage(slug, user, key, svg):
			p.sent[id] = sum
		}
	}
}

// night draws the last night that has stages, nil without one.
func (p *imagePublisher) night(ctx context.Context, user string, zone *time.Location) ([]byte, error) {
	now := time.Now()
	nights, err := p.archive.Nights(ctx, user, now.Add(-imageNights), now)
	if err != nil {
		return nil, err
	}
	for _, night := range slices.Backward(nights) {
		if svg := web.NightImage(night, p.language, zone); svg != nil && !night.Nap {
			return svg, nil
		}
	}
	return nil, nil
}

// ecg draws the last electrocardiogram that has a curve, nil without one.
func (p *imagePublisher) ecg(ctx context.Context, user string, zone *time.Location) ([]byte, error) {
	now := time.Now()
	found, err := p.archive.ECGs(ctx, user, now.Add(-imageECGs), now)
	if err != nil {
		return nil, err
	}
	for _, ecg := range slices.Backward(found) {
		if !ecg.HasWaveform {
			continue
		}
		curve, has, err := p.archive.Waveform(ctx, user, ecg.ID)
		if err != nil || has {
			return web.ECGImage(ecg, curve, p.language, zone), err
		}
	}
	return nil, nil
}
