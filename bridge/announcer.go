// SPDX-License-Identifier: MIT

package bridge

import (
	"maps"
	"slices"
	"sync"

	"github.com/rs/zerolog"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// announcer publishes the discovery documents of the bridge, the profiles and
// the devices, and records them in the ledger.
type announcer struct {
	site      discovery.Site
	discovery bool
	publisher Publisher
	ledger    *ledgerStore
	log       zerolog.Logger

	mu        sync.Mutex
	published map[string]documentBuilder  // by device id
	profiles  map[string]announcedProfile // by slug
}

func newAnnouncer(
	site discovery.Site, discover bool, publisher Publisher, ledger *ledgerStore, log zerolog.Logger,
) *announcer {
	return &announcer{
		site:      site,
		discovery: discover,
		publisher: publisher,
		ledger:    ledger,
		log:       log,
		published: map[string]documentBuilder{},
		profiles:  map[string]announcedProfile{},
	}
}

// announceBridge publishes the document of the bridge itself. It comes first,
// because every profile's document refers to it. Before that, it clears what a
// former run left under other names; topics still in use are published later.
func (a *announcer) announceBridge() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ledger.update(a.clearStale)
	build := func() discovery.Document { return discovery.BridgeDocument(a.site) }
	if document, ok := a.validate(build()); ok {
		a.publishLocked(document, build)
	}
}

// clearStale clears the topics below prefixes that are no longer in use, and
// again the topics that were cleared before.
func (a *announcer) clearStale(ledger *retainedLedger) bool {
	tree, changed := a.site.Tree, false
	current := []string{tree.BridgeState(), tree.BridgeInfo(), tree.BridgeHealth()}
	for _, topic := range slices.Clone(ledger.Topics) {
		if !slices.Contains(current, topic) && !a.isCurrentTopic(topic) {
			changed = ledger.Remove(topic) || changed
		}
	}
	for _, topic := range ledger.Clears {
		// Documents that are still retained arrive through HandleRetained. Clearing
		// one that is not makes Home Assistant log a warning.
		if _, document := tree.DocumentID(topic); !document || !a.discovery {
			a.publisher.Clear(topic)
		}
	}
	for _, topic := range current {
		changed = ledger.Add(topic) || changed
	}
	return changed
}

// isCurrentTopic reports whether the configuration allows the topic of a
// document or a device, whether or not anything is published there.
func (a *announcer) isCurrentTopic(topic string) bool {
	if _, document := a.site.Tree.DocumentID(topic); document {
		return a.discovery
	}
	switch name, ok := a.site.Tree.Parse(topic); {
	case !ok || name.Device == "":
		return false
	case name.Kind == topics.KindValue:
		return a.site.Views.Bare
	}
	return a.site.Views.Detail
}

// announceProfile publishes the document of a profile with these keys unless
// they are the same as before; extra are the user's own rows.
func (a *announcer) announceProfile(profile discovery.Profile, keys []string, extra []sensors.Sensor) {
	a.mu.Lock()
	defer a.mu.Unlock()
	before, known := a.profiles[profile.Slug]
	if known && slices.Equal(keys, before.keys) && slices.Equal(profile.Images, before.images) {
		return
	}
	now := announcedProfile{id: before.id, build: before.build, keys: keys, images: profile.Images}
	build := func() discovery.Document {
		whole := profile
		whole.Sensors = rowsOf(keys, extra)
		return discovery.ProfileDocument(a.site, whole)
	}
	if document, ok := a.validate(build()); ok {
		now.id, now.build = document.ID(), build
		a.publishLocked(document, build)
	}
	a.profiles[profile.Slug] = now
}

// isAnnounced reports whether the document of a profile was built.
func (a *announcer) isAnnounced(slug string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, built := a.profiles[slug]
	return built
}

// removeAccount removes the document of an account that is no longer the
// profile's. When another profile has the account now, its document is
// published again: accounts can be exchanged.
func (a *announcer) removeAccount(slug, userID string) {
	id := discovery.ProfileID(userID)
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.profiles, slug)
	for _, other := range slices.Sorted(maps.Keys(a.profiles)) {
		if profile := a.profiles[other]; profile.id == id {
			a.publishLocked(profile.build.valid(), profile.build)
			return
		}
	}
	a.removeLocked(id, false)
}

// isPublished reports whether a document was published in this run.
func (a *announcer) isPublished(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, published := a.published[id]
	return published
}

// handleStale handles a document that was found on the broker. If this run has
// published a document with the same id, the components that it lacks are
// removed, except those that prune drops from the stale one; a document that
// may return is kept; any other is removed, together with other topics.
func (a *announcer) handleStale(
	topic string, stale discovery.StaleDocument, mayReturn bool, prune func(current discovery.Document), others []string,
) {
	a.mu.Lock()
	defer a.mu.Unlock()
	build, current := a.published[stale.ID]
	switch {
	case current:
		document := build.valid()
		prune(document)
		// Not retained: only a Home Assistant that has seen the components since it
		// started can remove them, and it is subscribed now.
		if removal, needed := discovery.RemovalDocument(document, stale); needed {
			a.publisher.Send(topic, removal.JSON())
		}
	case mayReturn:
		a.log.Debug().Str("device", stale.ID).Msg("keeping the discovery document of a device that may return")
	default:
		a.log.Info().Msg("removing a device that is no longer configured") // its id may be an account's
		a.removeLocked(stale.ID, true, others...)
	}
}

// publishDevices publishes the values and documents of devices, and clears what
// they no longer have. They are recorded together, because the ledger is stored
// as a whole.
func (a *announcer) publishDevices(plans []devicePlan) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ledger.update(func(ledger *retainedLedger) (changed bool) {
		for i := range plans {
			changed = a.recordDeviceLocked(ledger, &plans[i]) || changed
		}
		return changed
	})
	for _, plan := range plans {
		for _, value := range plan.values {
			a.publisher.Set(value.topic, value.payload)
		}
		for _, topic := range plan.clears {
			a.publisher.Clear(topic)
		}
		if plan.publish {
			a.setLocked(plan.document, plan.build)
		}
	}
}

// recordDeviceLocked records the topics of a device in the ledger, adds the
// document of a removed device to the topics to clear, and reports whether the
// ledger changed. a.mu must be held.
func (a *announcer) recordDeviceLocked(ledger *retainedLedger, plan *devicePlan) (changed bool) {
	for _, value := range plan.values {
		changed = ledger.Add(value.topic) || changed
	}
	if plan.publish {
		changed = ledger.Add(plan.document.Topic(a.site.Tree)) || changed
	}
	if !plan.remove {
		return changed
	}
	if id := discovery.DeviceID(plan.id); a.forgetLocked(ledger, id) {
		document := a.site.Tree.Document(id)
		plan.clears = append(plan.clears, document)
		changed = ledger.MarkCleared(document) || changed
	}
	for _, topic := range plan.clears {
		changed = ledger.Remove(topic) || changed
	}
	return changed
}

// validate removes from a document what Home Assistant would reject, and
// reports whether to publish the rest.
func (a *announcer) validate(document discovery.Document) (clean discovery.Document, ok bool) {
	clean, problems := discovery.Validate(document)
	for _, problem := range problems {
		a.log.Error().Str("device", document.ID()).Str("component", problem.Component).Str("rule", problem.Rule).
			Str("problem", problem.Text).Msg("component left out of the discovery document")
	}
	return clean, a.discovery && len(clean.Components()) > 0
}

// publishLocked publishes a document and records its topic. a.mu must be held.
func (a *announcer) publishLocked(document discovery.Document, build documentBuilder) {
	topic := document.Topic(a.site.Tree)
	a.ledger.update(func(ledger *retainedLedger) bool { return ledger.Add(topic) })
	a.setLocked(document, build)
}

// setLocked publishes a document whose topic is recorded. a.mu must be held.
func (a *announcer) setLocked(document discovery.Document, build documentBuilder) {
	a.published[document.ID()] = build
	a.publisher.SetBuilt(document.Topic(a.site.Tree), document.JSON(), func() []byte { return build.valid().JSON() })
}

// removeLocked permanently removes a document and other topics, even if the
// broker is unreachable until the daemon stops. A document that was never
// published is not cleared, because Home Assistant would log a warning;
// retained says that it was found on the broker. a.mu must be held.
func (a *announcer) removeLocked(id string, retained bool, others ...string) {
	cleared := others
	a.ledger.update(func(ledger *retainedLedger) bool {
		if a.forgetLocked(ledger, id) || retained {
			cleared = append([]string{a.site.Tree.Document(id)}, others...)
		}
		return ledger.MarkCleared(cleared...)
	})
	for _, topic := range cleared {
		a.publisher.Clear(topic)
	}
}

// forgetLocked removes a document from the published ones, and reports whether
// the broker may have it. a.mu must be held.
func (a *announcer) forgetLocked(ledger *retainedLedger, id string) bool {
	_, published := a.published[id]
	delete(a.published, id)
	_, retained := slices.BinarySearch(ledger.Topics, a.site.Tree.Document(id))
	return published || retained
}
