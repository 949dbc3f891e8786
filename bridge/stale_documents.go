package bridge

import (
	"slices"

	"vitals2mqtt/discovery"
)

// HandleRetained takes a retained discovery document that the broker held. One
// of ours that was not built in this run is cleared with the topics it names;
// one with components that no longer exist is replaced by one that removes them.
func (b *Bridge) HandleRetained(topic string, payload []byte) {
	stale, ours := discovery.ParseOwn(b.site, topic, payload)
	if !ours {
		return
	}
	// Locks the profiles, which may hold their lock while they wait for that of the
	// documents.
	mayReturn := !b.documents.isPublished(stale.ID) && b.mayReturn(stale)
	b.documents.handleStale(
		topic, stale, mayReturn,
		func(today discovery.Document) { b.keepPending(today, stale) },
		slices.DeleteFunc(stale.Topics(), b.isInUse),
	)
	b.ledger.save()
}

// mayReturn reports whether a document may become one of today's: when the
// stored state is lost, a profile's account or devices are known only after the
// first answer. Home Assistant would forget names and areas with the device.
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

// keepPending takes the components out of a former document that are configured
// and not known yet: after a loss of the stored state they come back with their
// value.
func (b *Bridge) keepPending(today discovery.Document, stale discovery.StaleDocument) {
	known := today.Components()
	for key, component := range stale.Components {
		for _, topic := range component.Topics {
			name, _ := b.site.Tree.Parse(topic)
			if p := b.bySlug[name.Profile]; p != nil && p.wanted.Has(key) && !slices.Contains(known, key) {
				delete(stale.Components, key)
			}
		}
	}
}

// isInUse reports whether a topic that a former document names is not to be
// cleared with it, because it is a profile's of today: after a renamed account
// two documents may share topics.
func (b *Bridge) isInUse(topic string) bool {
	name, ok := b.site.Tree.Parse(topic)
	return !ok || b.bySlug[name.Profile] != nil
}
