package bridge

import "vitals2mqtt/discovery"

// publishBridge announces the bridge itself: its document comes first, because
// every person's document refers to it.
func (b *Bridge) publishBridge() {
	b.publishDocument(discovery.Bridge(b.site))
	b.publisher.Set(b.site.Tree.BridgeInfo(), encode(map[string]any{
		"version": b.site.Identity.Version, "started_at": stamp(b.started), "configuration": b.digest,
	}))
}

// publishDocument validates a document and publishes it; what Home Assistant
// would refuse is left out and logged.
func (b *Bridge) publishDocument(document discovery.Document) {
	clean, problems := discovery.Validate(document)
	for _, problem := range problems {
		b.log.Error().Str("device", document.ID()).Str("component", problem.Component).Str("rule", problem.Rule).
			Msg("left out of the discovery document: " + problem.Text)
	}
	if !b.discovery || len(clean.Components()) == 0 {
		return
	}
	b.documents.Lock()
	defer b.documents.Unlock()
	b.built[clean.ID()] = clean
	b.publisher.Set(clean.Topic(b.site.Tree), clean.JSON())
}

// retireDocument removes the document of an account that is no longer ours.
func (b *Bridge) retireDocument(userID string) {
	id := discovery.PersonID(userID)
	b.documents.Lock()
	defer b.documents.Unlock()
	delete(b.built, id)
	b.publisher.Clear(b.site.Tree.Document(id))
}

// Retained takes a retained discovery document that the broker held. One that
// is ours but was not built now is cleared with the topics it names; one that
// holds components we no longer make is replaced by one that removes them.
func (b *Bridge) Retained(topic string, payload []byte) {
	foreign, ours := discovery.Ours(b.site, topic, payload)
	if !ours {
		return
	}
	b.documents.Lock()
	defer b.documents.Unlock()
	document, current := b.built[foreign.ID]
	if !current {
		b.log.Info().Str("device", foreign.ID).Msg("removing a device that is no longer configured")
		b.publisher.Clear(topic)
		for _, named := range foreign.Topics() {
			b.clearForeign(named)
		}
		return
	}
	// Not retained: only a Home Assistant that has met the components in this
	// run of its own can forget them, and that one is listening now.
	if farewell, needed := discovery.Farewell(document, foreign); needed {
		b.publisher.Send(topic, farewell.JSON())
	}
}

// clearForeign clears a topic that a former document names, unless a profile
// of today uses it: after a renamed account two documents may share topics.
func (b *Bridge) clearForeign(topic string) {
	if name, ok := b.site.Tree.Parse(topic); ok && b.bySlug[name.Profile] == nil {
		b.publisher.Clear(topic)
	}
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
		if _, configured := b.bySlug[slug]; configured {
			continue
		}
		former := newRemembered()
		if found, err := b.memory.Load(slug, &former); err != nil || !found {
			continue
		}
		b.ownDevices(slug, owner{devices: former.Devices}) // without keys: nobody wants them
		if len(former.Topics) == 0 {
			continue
		}
		b.log.Info().Str("profile", slug).Msg("removing the topics of a profile that is no longer configured")
		for _, topic := range former.Topics {
			b.publisher.Clear(topic)
		}
		if former.UserID != "" && !b.userConfigured(former.UserID) {
			b.retireDocument(former.UserID)
		}
	}
}

// userConfigured reports whether an account belongs to a profile of today: a
// renamed profile keeps its device in Home Assistant.
func (b *Bridge) userConfigured(userID string) bool {
	for _, p := range b.people {
		if p.userID() == userID {
			return true
		}
	}
	return false
}
