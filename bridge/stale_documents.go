// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"

	"vitals2mqtt/discovery"
)

// HandleRetained handles a discovery document that the broker has retained. A
// document of this instance that was not published in this run is cleared
// together with the topics that it names; if components no longer exist, they
// are removed.
func (b *Bridge) HandleRetained(topic string, payload []byte) {
	stale, ours := discovery.ParseOwn(b.site, topic, payload)
	if !ours {
		return
	}
	// Must run without the lock of the documents: mayReturn locks the pollers,
	// which may wait for that lock.
	mayReturn := !b.documents.isPublished(stale.ID) && b.mayReturn(stale)
	b.documents.handleStale(
		topic, stale, mayReturn,
		func(current discovery.Document) { b.keepPending(current, stale) },
		slices.DeleteFunc(stale.Topics(), b.isInUse),
	)
	b.ledger.save()
}

// mayReturn reports whether a document may still be published in this run:
// after a loss of the stored state, a profile's account and devices are known
// only after the first fetch. Removing the device would make Home Assistant
// lose its name and area.
func (b *Bridge) mayReturn(stale discovery.StaleDocument) bool {
	for _, topic := range stale.Topics() {
		name, ok := b.site.Tree.Parse(topic)
		switch {
		case !ok:
		case name.Profile != "":
			if b.bySlug[name.Profile] != nil && !b.documents.isAnnounced(name.Profile) {
				return true
			}
		case slices.ContainsFunc(b.pollers, func(p *poller) bool { return !p.devicesKnown() }):
			return true // a device of any profile
		}
	}
	return false
}

// keepPending drops from a stale document the components that are configured
// but have no value yet: after a loss of the stored state they return with
// their value.
func (b *Bridge) keepPending(current discovery.Document, stale discovery.StaleDocument) {
	known := current.Components()
	for key, component := range stale.Components {
		for _, topic := range component.Topics {
			name, _ := b.site.Tree.Parse(topic)
			if p := b.bySlug[name.Profile]; p != nil && p.wanted.Has(key) && !slices.Contains(known, key) {
				delete(stale.Components, key)
			}
		}
	}
}

// isInUse reports whether a topic in a stale document must not be cleared,
// because it belongs to a configured profile: if a profile has another account
// now, two documents share its topics.
func (b *Bridge) isInUse(topic string) bool {
	name, ok := b.site.Tree.Parse(topic)
	return !ok || b.bySlug[name.Profile] != nil
}
