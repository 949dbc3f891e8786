package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// remembered is what a profile keeps over a restart: whose data it is, the
// current readings, the keys that ever had one, where each endpoint stopped, what
// lies on the broker, and what is still to be sent there.
type remembered struct {
	UserID  string                      `json:"user_id"`
	State   *sensors.State              `json:"state"`
	Cursors map[sensors.Endpoint]cursor `json:"cursors"`
	// Reread is when the recent past was last read whole, by endpoint.
	Reread  map[sensors.Endpoint]time.Time `json:"reread,omitempty"`
	Devices []sensors.Device               `json:"devices,omitempty"` // as the cloud listed them last
	// Absent is since when the cloud has not listed any more what it listed before: a
	// device by its id, all that an endpoint knew by the endpoint's name.
	Absent map[string]time.Time `json:"absent,omitempty"`
	// Failing is what went wrong at the endpoints whose last answer was an error.
	Failing map[sensors.Endpoint]trouble `json:"failing,omitempty"`
	Keys    []string                     `json:"keys"` // ever had a value, sorted
	// Notified is how notifications come in.
	Notified notified `json:"notified,omitzero"`
	// Outbox are the events that the broker has not confirmed.
	Outbox outbox `json:"outbox,omitzero"`
	lying
}

// cursor is where an endpoint stopped.
type cursor struct {
	// Since is the newest modification seen, by the cloud's clock.
	Since time.Time `json:"since"`
	// Filled says that the history was read once: only what comes later is news.
	Filled bool `json:"filled"`
}

func newRemembered() remembered {
	r := remembered{State: sensors.NewState()}
	r.complete()
	return r
}

// complete makes what was left out of the file ready for use.
func (r *remembered) complete() {
	if r.Cursors == nil {
		r.Cursors = map[sensors.Endpoint]cursor{}
	}
	if r.Reread == nil {
		r.Reread = map[sensors.Endpoint]time.Time{}
	}
	if r.Absent == nil {
		r.Absent = map[string]time.Time{}
	}
	if r.Failing == nil {
		r.Failing = map[sensors.Endpoint]trouble{}
	}
}

// believable is the cursor itself, unless it stands in the future: our clock was
// wrong when it was set. Then a day is read again, and what comes is news.
func (c cursor) believable(now time.Time) cursor {
	if c.Since.After(now) {
		c.Since = now.Add(-doubt)
	}
	return c
}

// doubt is how far back a cursor is set that rests on nothing the cloud said,
// with room for clocks that disagree.
const doubt = 24 * time.Hour

// start is the moment to ask from: a little before the cursor, never in the
// future, and everything as long as nothing was seen.
func (c cursor) start(now time.Time) time.Time {
	if c.Since.IsZero() {
		return time.Time{}
	}
	return c.believable(now).Since.Add(-overlap)
}

// advance moves an endpoint's cursor and reports whether it moved.
func (r *remembered) advance(endpoint sensors.Endpoint, newest, now time.Time) bool {
	before := r.Cursors[endpoint]
	after := cursor{Since: before.believable(now).Since, Filled: true}
	if newest.After(now) {
		newest = now // a cloud clock that runs ahead must not make us skip
	}
	if newest.After(after.Since) {
		after.Since = newest
	}
	if after.Since.IsZero() {
		// The account is empty so far. The first measurement will be news, so the
		// cursor must stand before it.
		after.Since = now.Add(-doubt)
	}
	r.Cursors[endpoint] = after
	return after != before
}

// lying is what somebody has on the broker, and what must not be there any more.
type lying struct {
	Topics []string `json:"topics"` // retained, sorted
	// Clears are topics that had to go, the oldest first. They are cleared again at
	// every start: the broker may have been away until we ended, or may have
	// forgotten it in a power cut. Clearing what is not there changes nothing.
	Clears []string `json:"clears,omitempty"`
}

// maxClears bounds what is cleared again at every start.
const maxClears = 5000

// lay notes a topic as retained and reports whether that is new.
func (l *lying) lay(topic string) bool {
	if !addSorted(&l.Topics, topic) {
		return false // what is retained is not among those that had to go
	}
	if at := slices.Index(l.Clears, topic); at >= 0 {
		l.Clears = slices.Delete(l.Clears, at, at+1)
	}
	return true
}

// dropTopic takes a topic from the retained ones to those that had to go, and
// reports whether it was there.
func (l *lying) dropTopic(topic string) bool {
	_, found := slices.BinarySearch(l.Topics, topic)
	return found && l.expel(topic)
}

// expel notes topics as such that had to go, and reports whether that is new.
func (l *lying) expel(topics ...string) bool {
	changed := false
	for _, topic := range topics {
		if at, found := slices.BinarySearch(l.Topics, topic); found {
			l.Topics, changed = slices.Delete(l.Topics, at, at+1), true
		}
		if !slices.Contains(l.Clears, topic) {
			l.Clears, changed = append(l.Clears, topic), true
		}
	}
	if over := len(l.Clears) - maxClears; over > 0 {
		l.Clears = slices.Delete(l.Clears, 0, over)
	}
	return changed
}

// addSorted adds a text to a sorted list and reports whether it is new.
func addSorted(list *[]string, text string) bool {
	at, found := slices.BinarySearch(*list, text)
	if !found {
		*list = slices.Insert(*list, at, text)
	}
	return !found
}

// adopt notes whose account this is.
func (p *person) adopt(userID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.assign(userID)
}

// assign notes whose account this is, and reports whether it was somebody
// else's before. Then nothing of the former person may stay: neither values nor
// cursors. It wants p.mu held.
func (p *person) assign(userID string) (changed bool) {
	if userID == "" || userID == p.remember.UserID {
		return false
	}
	changed = p.remember.UserID != ""
	if changed {
		p.bridge.log.Warn().Str("profile", p.Slug).
			Msg("another account signed in for this profile; the former account's values are removed")
		p.bridge.retireDocument(p, p.remember.UserID)
		for _, topic := range p.remember.Topics {
			p.bridge.publisher.Clear(topic)
		}
		p.remember.strip()
		p.remember.Devices, p.announced = nil, nil
		p.showDevices()
	}
	p.remember.UserID, p.unsaved = userID, true
	p.owner.Store(&userID)
	p.saveRoundLocked()
	return changed
}

// save stores what is remembered, if that changed: a server's flash memory is
// not written to at every poll. It wants p.mu held. A folder that cannot be written to is a problem that
// is shown, not the end: the values go on in memory.
func (p *person) save() {
	p.bridge.storeOwn()
	if !p.unsaved {
		return
	}
	if err := p.bridge.memory.Save(p.Slug, p.remember); err != nil {
		p.saveError = err.Error()
		p.bridge.log.Error().Err(err).Str("profile", p.Slug).
			Msg("the state could not be stored; after a restart this round is fetched again")
		return
	}
	p.saveError, p.unsaved = "", false
}

// saveRoundLocked is save for what the next start finds out again in any case: when the
// daemon is about to end, nobody waits for the disk, nor for others who do.
// p.mu must be held.
func (p *person) saveRoundLocked() {
	if !p.unsaved {
		return
	}
	if p.bridge.hasEnded() {
		return
	}
	select {
	case p.bridge.writers <- struct{}{}:
		defer func() { <-p.bridge.writers }()
		p.save()
	case <-p.bridge.ended:
	}
}

// restore publishes what was known before the last stop, so that the whole
// tree is there before the cloud is asked for anything.
func (p *person) restore() {
	found, err := p.bridge.memory.Load(p.Slug, &p.remember)
	if err != nil || !found || p.remember.State == nil {
		if err != nil {
			p.bridge.log.Error().Err(err).Str("profile", p.Slug).Msg("the stored state is of no use; everything is fetched again")
		}
		p.remember = newRemembered()
	}
	p.remember.complete()
	p.mu.Lock()
	defer p.mu.Unlock()
	if id := p.remember.UserID; id != "" {
		p.owner.Store(&id)
	}
	p.clearUnwanted()
	p.publish(sensors.Update{Changed: p.remember.State.Readings()})
	p.showDevices()
	now := time.Now()
	p.publishDiagnostics()
	p.publishStatus(now)
	p.publishDocument()
	p.sendEventLocked()
}

// clearUnwanted removes what lies on the broker for keys, views or prefixes
// that are no longer configured, also when that happened while we were off. What
// was cleared before is cleared again, before anything is published.
func (p *person) clearUnwanted() {
	wanted := map[string]bool{p.bridge.site.Tree.Status(p.Slug): true}
	for _, reading := range p.remember.State.Readings() {
		if p.wants(reading.Key) {
			// Without a value there is no snapshot: an older one would stay.
			wanted[p.bridge.site.Tree.Snapshot(p.Slug)] = p.bridge.site.Views.Snapshot
			for _, topic := range p.topicsOf(reading.Key) {
				wanted[topic] = true
			}
		}
	}
	for _, key := range p.diagnosticKeys() {
		wanted[p.bridge.site.Tree.Diagnostic(p.Slug, key)] = true
	}
	for _, topic := range slices.Clone(p.remember.Topics) {
		if !wanted[topic] {
			p.unsaved = p.remember.dropTopic(topic) || p.unsaved
		}
	}
	for _, topic := range p.remember.Clears {
		p.bridge.publisher.Clear(topic)
	}
}

// strip forgets everything about a person but what must be cleared, and the
// devices. It reports whether there was anything else.
func (r *remembered) strip() bool {
	known := r.UserID != "" || len(r.Topics)+len(r.Keys)+len(r.Cursors) > 0
	for _, topic := range slices.Clone(r.Topics) {
		r.dropTopic(topic)
	}
	fresh := newRemembered()
	fresh.lying, fresh.Devices = r.lying, r.Devices
	*r = fresh
	return known
}

// Announced is what a profile's discovery document rests on.
type Announced struct {
	UserID string
	// Keys are the sensors that ever had a value, sorted.
	Keys []string
}

// Recall reads what is remembered of a profile's account, for looking at it
// without a daemon. It returns false when nobody has ever signed in.
func Recall(m Memory, slug string) (Announced, bool, error) {
	kept := newRemembered()
	found, err := m.Load(slug, &kept)
	if err != nil || !found || kept.UserID == "" {
		return Announced{}, false, err
	}
	return Announced{UserID: kept.UserID, Keys: kept.Keys}, true, nil
}
