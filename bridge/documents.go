package bridge

import (
	"slices"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
)

// publishBridge announces the bridge itself: its document comes first, because
// every person's document refers to it. Before that goes what a former run left
// there under other names; whoever still needs a topic publishes it afterwards.
func (b *Bridge) publishBridge() {
	b.documentsMu.Lock()
	b.updateLedgerLocked(b.clearStaleLocked)
	b.documentsMu.Unlock()
	b.publishDocument(discovery.BridgeDocument(b.site))
	b.publisher.Set(b.site.Tree.BridgeInfo(), encode(map[string]any{
		"version": b.site.Identity.Version, "started_at": formatTime(b.startedAt), "configuration": b.digest,
		"instance": b.site.Identity.Instance, // two of them below one base topic notice each other
	}))
}

// ledgerKey is where it is remembered what lies on the broker that is not a
// profile's: documents, and the topics of bridge and devices. No profile can be
// called that.
const ledgerKey = "bridge"

// loadLedger reads what is remembered of the bridge's own topics. It is read once:
// nobody else writes it while the daemon runs.
func (b *Bridge) loadLedger() {
	b.documentsMu.Lock()
	defer b.documentsMu.Unlock()
	if _, err := b.stateStore.Load(ledgerKey, &b.ledger); err != nil {
		b.log.Error().Err(err).Msg("what the bridge has on the broker is not known any more; some of it may stay there")
		b.ledger = retainedLedger{}
	}
}

// updateLedgerLocked changes what is remembered of the bridge's own topics; change reports
// whether there was anything to change. It wants b.documents held.
func (b *Bridge) updateLedgerLocked(change func(*retainedLedger) bool) {
	if change(&b.ledger) {
		b.ledgerVersion++
	}
}

// saveLedger stores what note has changed. Profiles call it before they store what
// they remember themselves: after a crash in between the round is repeated, and with
// it what was to be noted. Who comes while somebody is storing waits for one more
// time, however many they are. It wants b.documents not held; p.mu may be.
func (b *Bridge) saveLedger() {
	b.documentsMu.Lock()
	saved := b.ledgerSavedVersion == b.ledgerVersion
	b.documentsMu.Unlock()
	if saved {
		return
	}
	b.ledgerSaveMu.Lock()
	defer b.ledgerSaveMu.Unlock()
	b.documentsMu.Lock()
	ledger, version, saved := retainedLedger{slices.Clone(b.ledger.Topics), slices.Clone(b.ledger.Clears)}, b.ledgerVersion, b.ledgerSavedVersion == b.ledgerVersion
	b.documentsMu.Unlock()
	if saved {
		return // by whoever had it before us
	}
	if err := b.stateStore.Save(ledgerKey, ledger); err != nil {
		b.log.Error().Err(err).Msg("what the bridge has on the broker could not be stored; some of it may stay there")
		return
	}
	b.documentsMu.Lock()
	b.ledgerSavedVersion = version
	b.documentsMu.Unlock()
}

// clearStaleLocked clears what lies under prefixes that are not in use any more, and once
// more what had to go before.
func (b *Bridge) clearStaleLocked(ledger *retainedLedger) bool {
	tree, changed := b.site.Tree, false
	current := []string{tree.BridgeState(), tree.BridgeInfo(), tree.BridgeHealth()}
	for _, topic := range slices.Clone(ledger.Topics) {
		if !slices.Contains(current, topic) && !b.isCurrentTopic(topic) {
			changed = ledger.Remove(topic) || changed
		}
	}
	for _, topic := range ledger.Clears {
		// Documents that still lie there are seen by Retained. To clear one that does
		// not is a warning in Home Assistant's log.
		if _, document := b.site.Tree.DocumentID(topic); !document || !b.discovery {
			b.publisher.Clear(topic)
		}
	}
	for _, topic := range current {
		changed = ledger.Add(topic) || changed
	}
	return changed
}

// isCurrentTopic reports whether a document or a device's topic has its place in the
// tree of today; whether anybody needs it is another question.
func (b *Bridge) isCurrentTopic(topic string) bool {
	if _, document := b.site.Tree.DocumentID(topic); document {
		return b.discovery
	}
	switch name, ok := b.site.Tree.Parse(topic); {
	case !ok || name.Device == "":
		return false
	case name.Kind == topics.KindValue:
		return b.site.Views.Bare
	}
	return b.site.Views.Detail
}

// publishDocument validates a document and publishes it; what Home Assistant
// would refuse is left out and logged.
func (b *Bridge) publishDocument(document discovery.Document) {
	b.publishProfileDocument(nil, document)
}

// publishProfileDocument is publishDocument for the document of a person.
func (b *Bridge) publishProfileDocument(p *poller, document discovery.Document) {
	clean, ok := b.validateDocument(document)
	if !ok {
		return
	}
	b.documentsMu.Lock()
	defer b.documentsMu.Unlock()
	if p != nil {
		p.document = clean
	}
	b.publishDocumentLocked(clean)
}

// validateDocument leaves out of a document what Home Assistant would refuse, and
// reports whether it is to be published.
func (b *Bridge) validateDocument(document discovery.Document) (clean discovery.Document, ok bool) {
	clean, problems := discovery.Validate(document)
	for _, problem := range problems {
		b.log.Error().Str("device", document.ID()).Str("component", problem.Component).Str("rule", problem.Rule).
			Msg("left out of the discovery document: " + problem.Text)
	}
	return clean, b.discovery && len(clean.Components()) > 0
}

// publishDocumentLocked publishes a document and remembers where it lies. It wants b.documents
// held.
func (b *Bridge) publishDocumentLocked(document discovery.Document) {
	topic := document.Topic(b.site.Tree)
	b.published[document.ID()] = document
	b.updateLedgerLocked(func(ledger *retainedLedger) bool { return ledger.Add(topic) })
	b.publisher.Set(topic, document.JSON())
}

// removeDocumentLocked removes a document, and other topics with it, for good: also when the
// broker is away now, and we are gone before it is back. A document that was
// never there is not cleared: Home Assistant would complain. seen says that it was
// met on the broker. It wants b.documents held.
func (b *Bridge) removeDocumentLocked(id string, retained bool, others ...string) {
	cleared := others
	b.updateLedgerLocked(func(ledger *retainedLedger) bool {
		if b.forgetDocumentLocked(ledger, id) || retained {
			cleared = append([]string{b.site.Tree.Document(id)}, others...)
		}
		return ledger.MarkCleared(cleared...)
	})
	for _, topic := range cleared {
		b.publisher.Clear(topic)
	}
}

// forgetDocumentLocked forgets a document that was built, and reports whether it may lie
// on the broker. b.documents must be held.
func (b *Bridge) forgetDocumentLocked(ledger *retainedLedger, id string) bool {
	_, published := b.published[id]
	delete(b.published, id)
	_, retained := slices.BinarySearch(ledger.Topics, b.site.Tree.Document(id))
	return published || retained
}

// removeAccountDocument removes the document of an account that is no longer the
// person's. Where it has become somebody else's, it is that one's now: accounts
// can be exchanged.
func (b *Bridge) removeAccountDocument(p *poller, userID string) {
	id := discovery.ProfileID(userID)
	b.documentsMu.Lock()
	defer b.documentsMu.Unlock()
	if p != nil {
		p.document = discovery.Document{}
	}
	for _, other := range b.pollers {
		if other.document.ID() == id {
			b.publishDocumentLocked(other.document)
			return
		}
	}
	b.removeDocumentLocked(id, false)
}

// HandleRetained takes a retained discovery document that the broker held. One that
// is ours but was not built now is cleared with the topics it names; one that
// holds components we no longer make is replaced by one that removes them.
func (b *Bridge) HandleRetained(topic string, payload []byte) {
	stale, ours := discovery.ParseOwn(b.site, topic, payload)
	if !ours {
		return
	}
	// Asks people, who may hold their lock while they wait for ours.
	mayReturn := !b.isPublished(stale.ID) && b.mayReturn(stale)
	defer b.saveLedger()
	b.documentsMu.Lock()
	defer b.documentsMu.Unlock()
	document, current := b.published[stale.ID]
	switch {
	case current:
		b.keepPending(document, stale)
		// Not retained: only a Home Assistant that has met the components in this
		// run of its own can forget them, and that one is listening now.
		if removal, needed := discovery.RemovalDocument(document, stale); needed {
			b.publisher.Send(topic, removal.JSON())
		}
	case mayReturn:
		b.log.Debug().Str("device", stale.ID).Msg("a device that may still be somebody's is left alone")
	default:
		b.log.Info().Msg("removing a device that is no longer configured from Home Assistant") // its id may be an account's
		b.removeDocumentLocked(stale.ID, true, slices.DeleteFunc(stale.Topics(), b.isInUse)...)
	}
}

// isPublished reports whether a document is one of ours already.
func (b *Bridge) isPublished(id string) bool {
	b.documentsMu.Lock()
	defer b.documentsMu.Unlock()
	_, published := b.published[id]
	return published
}

// mayReturn reports whether a document may become one of ours again: when what was
// remembered is lost, a profile's account or devices are known only when the
// cloud has told. Home Assistant would forget names and rooms with the device.
func (b *Bridge) mayReturn(stale discovery.StaleDocument) bool {
	for _, topic := range stale.Topics() {
		name, ok := b.site.Tree.Parse(topic)
		switch {
		case !ok:
		case name.Profile != "":
			if p := b.bySlug[name.Profile]; p != nil && !p.announced() {
				return true
			}
		case slices.ContainsFunc(b.pollers, func(p *poller) bool { return !p.devicesKnown() }):
			return true // anybody's device
		}
	}
	return false
}

// announced reports whether the person's document was built.
func (p *poller) announced() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.announcedKeys != nil
}

// devicesKnown reports whether the person's devices are known, or not asked for.
func (p *poller) devicesKnown() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, needed := p.endpoints[sensors.EndpointDevices]
	return !needed || p.state.Cursors[sensors.EndpointDevices].Backfilled
}

// keepPending takes the components out of a former document that are wanted and not
// known yet: after a loss of what was remembered they come back with their value.
func (b *Bridge) keepPending(document discovery.Document, stale discovery.StaleDocument) {
	known := document.Components()
	for key, component := range stale.Components {
		for _, topic := range component.Topics {
			name, _ := b.site.Tree.Parse(topic)
			if p := b.bySlug[name.Profile]; p != nil && p.isWanted(key) && !slices.Contains(known, key) {
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

// removeFormerProfiles removes the retained topics of profiles that were taken out of
// the configuration while we were off.
func (b *Bridge) removeFormerProfiles() {
	slugs, err := b.stateStore.Profiles()
	if err != nil {
		b.log.Warn().Err(err).Msg("cannot tell which profiles were there before")
		return
	}
	for _, slug := range slugs {
		if _, configured := b.bySlug[slug]; !configured && !topics.IsReserved(slug) {
			b.removeProfile(slug)
		}
	}
}

// removeProfile removes the topics of a former profile, now and at every start,
// and forgets everything else about that person.
func (b *Bridge) removeProfile(slug string) {
	former := newProfileState()
	if found, err := b.stateStore.Load(slug, &former); err != nil || !found {
		return
	}
	b.setProfileDevices(slug, profileDevices{devices: former.Devices}) // without keys: nobody wants them
	userID := former.UserID
	if len(former.Topics) > 0 {
		b.log.Info().Str("profile", slug).Msg("removing the topics of a profile that is no longer configured")
	}
	changed := former.purge()
	for _, topic := range former.Clears {
		b.publisher.Clear(topic)
	}
	if userID != "" {
		b.removeAccountDocument(nil, userID) // not that of a renamed profile, which keeps its device
	}
	if !changed {
		return
	}
	b.saveLedger()
	if err := b.stateStore.Save(slug, former); err != nil {
		b.log.Warn().Err(err).Str("profile", slug).Msg("what is remembered of a former profile could not be forgotten")
	}
}
