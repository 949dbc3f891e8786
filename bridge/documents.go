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
	b.documents.Lock()
	b.note(b.tidy)
	b.documents.Unlock()
	b.publishDocument(discovery.BridgeDocument(b.site))
	b.publisher.Set(b.site.Tree.BridgeInfo(), encode(map[string]any{
		"version": b.site.Identity.Version, "started_at": stamp(b.started), "configuration": b.digest,
		"instance": b.site.Identity.Instance, // two of them below one base topic notice each other
	}))
}

// ownSlot is where it is remembered what lies on the broker that is not a
// profile's: documents, and the topics of bridge and devices. No profile can be
// called that.
const ownSlot = "bridge"

// recall reads what is remembered of the bridge's own topics. It is read once:
// nobody else writes it while the daemon runs.
func (b *Bridge) recall() {
	b.documents.Lock()
	defer b.documents.Unlock()
	if _, err := b.memory.Load(ownSlot, &b.own); err != nil {
		b.log.Error().Err(err).Msg("what the bridge has on the broker is not known any more; some of it may stay there")
		b.own = lying{}
	}
}

// note changes what is remembered of the bridge's own topics; change reports
// whether there was anything to change. It wants b.documents held.
func (b *Bridge) note(change func(*lying) bool) {
	if change(&b.own) {
		b.ownVersion++
	}
}

// storeOwn stores what note has changed. Profiles call it before they store what
// they remember themselves: after a crash in between the round is repeated, and with
// it what was to be noted. Who comes while somebody is storing waits for one more
// time, however many they are. It wants b.documents not held; p.mu may be.
func (b *Bridge) storeOwn() {
	b.documents.Lock()
	stored := b.ownStored == b.ownVersion
	b.documents.Unlock()
	if stored {
		return
	}
	b.storing.Lock()
	defer b.storing.Unlock()
	b.documents.Lock()
	own, version, stored := lying{slices.Clone(b.own.Topics), slices.Clone(b.own.Clears)}, b.ownVersion, b.ownStored == b.ownVersion
	b.documents.Unlock()
	if stored {
		return // by whoever had it before us
	}
	if err := b.memory.Save(ownSlot, own); err != nil {
		b.log.Error().Err(err).Msg("what the bridge has on the broker could not be stored; some of it may stay there")
		return
	}
	b.documents.Lock()
	b.ownStored = version
	b.documents.Unlock()
}

// tidy clears what lies under prefixes that are not in use any more, and once
// more what had to go before.
func (b *Bridge) tidy(own *lying) bool {
	tree, changed := b.site.Tree, false
	today := []string{tree.BridgeState(), tree.BridgeInfo(), tree.BridgeHealth()}
	for _, topic := range slices.Clone(own.Topics) {
		if !slices.Contains(today, topic) && !b.mayStay(topic) {
			changed = own.dropTopic(topic) || changed
		}
	}
	for _, topic := range own.Clears {
		// Documents that still lie there are seen by Retained. To clear one that does
		// not is a warning in Home Assistant's log.
		if _, document := b.site.Tree.DocumentID(topic); !document || !b.discovery {
			b.publisher.Clear(topic)
		}
	}
	for _, topic := range today {
		changed = own.lay(topic) || changed
	}
	return changed
}

// mayStay reports whether a document or a device's topic has its place in the
// tree of today; whether anybody needs it is another question.
func (b *Bridge) mayStay(topic string) bool {
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
func (b *Bridge) publishDocument(document discovery.Document) { b.announce(nil, document) }

// announce is publishDocument for the document of a person.
func (b *Bridge) announce(p *person, document discovery.Document) {
	clean, ok := b.presentable(document)
	if !ok {
		return
	}
	b.documents.Lock()
	defer b.documents.Unlock()
	if p != nil {
		p.document = clean
	}
	b.show(clean)
}

// presentable leaves out of a document what Home Assistant would refuse, and
// reports whether it is to be published.
func (b *Bridge) presentable(document discovery.Document) (clean discovery.Document, ok bool) {
	clean, problems := discovery.Validate(document)
	for _, problem := range problems {
		b.log.Error().Str("device", document.ID()).Str("component", problem.Component).Str("rule", problem.Rule).
			Msg("left out of the discovery document: " + problem.Text)
	}
	return clean, b.discovery && len(clean.Components()) > 0
}

// show publishes a document and remembers where it lies. It wants b.documents
// held.
func (b *Bridge) show(document discovery.Document) {
	topic := document.Topic(b.site.Tree)
	b.built[document.ID()] = document
	b.note(func(own *lying) bool { return own.lay(topic) })
	b.publisher.Set(topic, document.JSON())
}

// drop removes a document, and other topics with it, for good: also when the
// broker is away now, and we are gone before it is back. A document that was
// never there is not cleared: Home Assistant would complain. seen says that it was
// met on the broker. It wants b.documents held.
func (b *Bridge) drop(id string, seen bool, others ...string) {
	gone := others
	b.note(func(own *lying) bool {
		if b.unbuildLocked(own, id) || seen {
			gone = append([]string{b.site.Tree.Document(id)}, others...)
		}
		return own.expel(gone...)
	})
	for _, topic := range gone {
		b.publisher.Clear(topic)
	}
}

// unbuildLocked forgets a document that was built, and reports whether it may lie
// on the broker. b.documents must be held.
func (b *Bridge) unbuildLocked(own *lying, id string) bool {
	_, built := b.built[id]
	delete(b.built, id)
	_, lies := slices.BinarySearch(own.Topics, b.site.Tree.Document(id))
	return built || lies
}

// retireDocument removes the document of an account that is no longer the
// person's. Where it has become somebody else's, it is that one's now: accounts
// can be exchanged.
func (b *Bridge) retireDocument(p *person, userID string) {
	id := discovery.ProfileID(userID)
	b.documents.Lock()
	defer b.documents.Unlock()
	if p != nil {
		p.document = discovery.Document{}
	}
	for _, other := range b.people {
		if other.document.ID() == id {
			b.show(other.document)
			return
		}
	}
	b.drop(id, false)
}

// Retained takes a retained discovery document that the broker held. One that
// is ours but was not built now is cleared with the topics it names; one that
// holds components we no longer make is replaced by one that removes them.
func (b *Bridge) Retained(topic string, payload []byte) {
	foreign, ours := discovery.ParseOwn(b.site, topic, payload)
	if !ours {
		return
	}
	// Asks people, who may hold their lock while they wait for ours.
	awaited := !b.isBuilt(foreign.ID) && b.awaited(foreign)
	defer b.storeOwn()
	b.documents.Lock()
	defer b.documents.Unlock()
	document, current := b.built[foreign.ID]
	switch {
	case current:
		b.spare(document, foreign)
		// Not retained: only a Home Assistant that has met the components in this
		// run of its own can forget them, and that one is listening now.
		if farewell, needed := discovery.RemovalDocument(document, foreign); needed {
			b.publisher.Send(topic, farewell.JSON())
		}
	case awaited:
		b.log.Debug().Str("device", foreign.ID).Msg("a device that may still be somebody's is left alone")
	default:
		b.log.Info().Msg("removing a device that is no longer configured from Home Assistant") // its id may be an account's
		b.drop(foreign.ID, true, slices.DeleteFunc(foreign.Topics(), b.inUse)...)
	}
}

// isBuilt reports whether a document is one of ours already.
func (b *Bridge) isBuilt(id string) bool {
	b.documents.Lock()
	defer b.documents.Unlock()
	_, built := b.built[id]
	return built
}

// awaited reports whether a document may become one of ours again: when what was
// remembered is lost, a profile's account or devices are known only when the
// cloud has told. Home Assistant would forget names and rooms with the device.
func (b *Bridge) awaited(foreign discovery.StaleDocument) bool {
	for _, topic := range foreign.Topics() {
		name, ok := b.site.Tree.Parse(topic)
		switch {
		case !ok:
		case name.Profile != "":
			if p := b.bySlug[name.Profile]; p != nil && !p.introduced() {
				return true
			}
		case slices.ContainsFunc(b.people, func(p *person) bool { return !p.listed() }):
			return true // anybody's device
		}
	}
	return false
}

// introduced reports whether the person's document was built.
func (p *person) introduced() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.announced != nil
}

// listed reports whether the person's devices are known, or not asked for.
func (p *person) listed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, needed := p.endpoints[sensors.EndpointDevices]
	return !needed || p.remember.Cursors[sensors.EndpointDevices].Filled
}

// spare takes the components out of a former document that are wanted and not
// known yet: after a loss of what was remembered they come back with their value.
func (b *Bridge) spare(document discovery.Document, foreign discovery.StaleDocument) {
	known := document.Components()
	for key, remnant := range foreign.Components {
		for _, topic := range remnant.Topics {
			name, _ := b.site.Tree.Parse(topic)
			if p := b.bySlug[name.Profile]; p != nil && p.wants(key) && !slices.Contains(known, key) {
				delete(foreign.Components, key)
			}
		}
	}
}

// inUse reports whether a topic that a former document names is not to be
// cleared with it, because it is a profile's of today: after a renamed account
// two documents may share topics.
func (b *Bridge) inUse(topic string) bool {
	name, ok := b.site.Tree.Parse(topic)
	return !ok || b.bySlug[name.Profile] != nil
}

// retireFormer removes the retained topics of profiles that were taken out of
// the configuration while we were off.
func (b *Bridge) retireFormer() {
	slugs, err := b.memory.Profiles()
	if err != nil {
		b.log.Warn().Err(err).Msg("cannot tell which profiles were there before")
		return
	}
	for _, slug := range slugs {
		if _, configured := b.bySlug[slug]; !configured && !topics.IsReserved(slug) {
			b.retireProfile(slug)
		}
	}
}

// retireProfile removes the topics of a former profile, now and at every start,
// and forgets everything else about that person.
func (b *Bridge) retireProfile(slug string) {
	former := newRemembered()
	if found, err := b.memory.Load(slug, &former); err != nil || !found {
		return
	}
	b.ownDevices(slug, owner{devices: former.Devices}) // without keys: nobody wants them
	known := former.UserID
	if len(former.Topics) > 0 {
		b.log.Info().Str("profile", slug).Msg("removing the topics of a profile that is no longer configured")
	}
	changed := former.strip()
	for _, topic := range former.Clears {
		b.publisher.Clear(topic)
	}
	if known != "" {
		b.retireDocument(nil, known) // not that of a renamed profile, which keeps its device
	}
	if !changed {
		return
	}
	b.storeOwn()
	if err := b.memory.Save(slug, former); err != nil {
		b.log.Warn().Err(err).Str("profile", slug).Msg("what is remembered of a former profile could not be forgotten")
	}
}
