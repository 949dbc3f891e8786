package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// profileState is what a profile keeps over a restart: whose data it is, the
// current readings, the keys that ever had one, where each endpoint stopped, what
// lies on the broker, and what is still to be sent there.
type profileState struct {
	UserID  string                      `json:"user_id"`
	Sensors *sensors.Store              `json:"state"`
	Cursors map[sensors.Endpoint]cursor `json:"cursors"`
	// Reread is when the recent past was last read whole, by endpoint.
	Reread  map[sensors.Endpoint]time.Time `json:"reread,omitempty"`
	Devices []sensors.Device               `json:"devices,omitempty"` // as the cloud listed them last
	// AbsentSince is since when the cloud has not listed any more what it listed before: a
	// device by its id, all that an endpoint knew by the endpoint's name.
	AbsentSince map[string]time.Time `json:"absent,omitempty"`
	// Failing is what went wrong at the endpoints whose last answer was an error.
	Failing map[sensors.Endpoint]endpointFailure `json:"failing,omitempty"`
	Keys    []string                             `json:"keys"` // ever had a value, sorted
	// PushStats is how notifications come in.
	PushStats pushStats `json:"notified,omitzero"`
	// Outbox are the events that the broker has not confirmed.
	Outbox outbox `json:"outbox,omitzero"`
	retainedLedger
}

// cursor is where an endpoint stopped.
type cursor struct {
	// Since is the newest modification seen, by the cloud's clock.
	Since time.Time `json:"since"`
	// Backfilled says that the history was read once: only what comes later is news.
	Backfilled bool `json:"filled"`
}

func newProfileState() profileState {
	r := profileState{Sensors: sensors.NewStore()}
	r.initMaps()
	return r
}

// initMaps makes what was left out of the file ready for use.
func (r *profileState) initMaps() {
	if r.Cursors == nil {
		r.Cursors = map[sensors.Endpoint]cursor{}
	}
	if r.Reread == nil {
		r.Reread = map[sensors.Endpoint]time.Time{}
	}
	if r.AbsentSince == nil {
		r.AbsentSince = map[string]time.Time{}
	}
	if r.Failing == nil {
		r.Failing = map[sensors.Endpoint]endpointFailure{}
	}
}

// clampFuture is the cursor itself, unless it stands in the future: our clock was
// wrong when it was set. Then a day is read again, and what comes is news.
func (c cursor) clampFuture(now time.Time) cursor {
	if c.Since.After(now) {
		c.Since = now.Add(-cursorLookback)
	}
	return c
}

// cursorLookback is how far back a cursor is set that rests on nothing the cloud said,
// with room for clocks that disagree.
const cursorLookback = 24 * time.Hour

// queryStart is the moment to ask from: a little before the cursor, never in the
// future, and everything as long as nothing was seen.
func (c cursor) queryStart(now time.Time) time.Time {
	if c.Since.IsZero() {
		return time.Time{}
	}
	return c.clampFuture(now).Since.Add(-cursorOverlap)
}

// advance moves an endpoint's cursor and reports whether it moved.
func (r *profileState) advance(endpoint sensors.Endpoint, newest, now time.Time) bool {
	before := r.Cursors[endpoint]
	after := cursor{Since: before.clampFuture(now).Since, Backfilled: true}
	if newest.After(now) {
		newest = now // a cloud clock that runs ahead must not make us skip
	}
	if newest.After(after.Since) {
		after.Since = newest
	}
	if after.Since.IsZero() {
		// The account is empty so far. The first measurement will be news, so the
		// cursor must stand before it.
		after.Since = now.Add(-cursorLookback)
	}
	r.Cursors[endpoint] = after
	return after != before
}

// retainedLedger is what somebody has on the broker, and what must not be there any more.
type retainedLedger struct {
	Topics []string `json:"topics"` // retained, sorted
	// Clears are topics that had to go, the oldest first. They are cleared again at
	// every start: the broker may have been away until we ended, or may have
	// forgotten it in a power cut. Clearing what is not there changes nothing.
	Clears []string `json:"clears,omitempty"`
}

// maxClears bounds what is cleared again at every start.
const maxClears = 5000

// Add notes a topic as retained and reports whether that is new.
func (l *retainedLedger) Add(topic string) bool {
	if !insertSorted(&l.Topics, topic) {
		return false // what is retained is not among those that had to go
	}
	if at := slices.Index(l.Clears, topic); at >= 0 {
		l.Clears = slices.Delete(l.Clears, at, at+1)
	}
	return true
}

// Remove takes a topic from the retained ones to those that had to go, and
// reports whether it was there.
func (l *retainedLedger) Remove(topic string) bool {
	_, found := slices.BinarySearch(l.Topics, topic)
	return found && l.MarkCleared(topic)
}

// MarkCleared notes topics as such that had to go, and reports whether that is new.
func (l *retainedLedger) MarkCleared(topics ...string) bool {
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

// insertSorted adds a text to a sorted list and reports whether it is new.
func insertSorted(list *[]string, text string) bool {
	at, found := slices.BinarySearch(*list, text)
	if !found {
		*list = slices.Insert(*list, at, text)
	}
	return !found
}

// setAccount notes whose account this is.
func (p *poller) setAccount(userID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.setAccountLocked(userID)
}

// setAccountLocked notes whose account this is, and reports whether it was somebody
// else's before. Then nothing of the former person may stay: neither values nor
// cursors. It wants p.mu held.
func (p *poller) setAccountLocked(userID string) (changed bool) {
	if userID == "" || userID == p.state.UserID {
		return false
	}
	changed = p.state.UserID != ""
	if changed {
		p.bridge.log.Warn().Str("profile", p.Slug).
			Msg("another account signed in for this profile; the former account's values are removed")
		p.bridge.removeAccountDocument(p, p.state.UserID)
		for _, topic := range p.state.Topics {
			p.bridge.publisher.Clear(topic)
		}
		p.state.purge()
		p.state.Devices, p.announcedKeys = nil, nil
		p.publishDevicesLocked()
	}
	p.state.UserID, p.dirty = userID, true
	p.atomicUserID.Store(&userID)
	p.saveUnlessStoppingLocked()
	return changed
}

// saveLocked stores what is remembered, if that changed: a server's flash memory is
// not written to at every poll. It wants p.mu held. A folder that cannot be written to is a problem that
// is shown, not the end: the values go on in memory.
func (p *poller) saveLocked() {
	p.bridge.saveLedger()
	if !p.dirty {
		return
	}
	if err := p.bridge.stateStore.Save(p.Slug, p.state); err != nil {
		p.saveError = err.Error()
		p.bridge.log.Error().Err(err).Str("profile", p.Slug).
			Msg("the state could not be stored; after a restart this round is fetched again")
		return
	}
	p.saveError, p.dirty = "", false
}

// saveUnlessStoppingLocked is save for what the next start finds out again in any case: when the
// daemon is about to end, nobody waits for the disk, nor for others who do.
// p.mu must be held.
func (p *poller) saveUnlessStoppingLocked() {
	if !p.dirty {
		return
	}
	if p.bridge.isStopping() {
		return
	}
	select {
	case p.bridge.saveSlots <- struct{}{}:
		defer func() { <-p.bridge.saveSlots }()
		p.saveLocked()
	case <-p.bridge.stopping:
	}
}

// restore publishes what was known before the last stop, so that the whole
// tree is there before the cloud is asked for anything.
func (p *poller) restore() {
	found, err := p.bridge.stateStore.Load(p.Slug, &p.state)
	if err != nil || !found || p.state.Sensors == nil {
		if err != nil {
			p.bridge.log.Error().Err(err).Str("profile", p.Slug).Msg("the stored state is of no use; everything is fetched again")
		}
		p.state = newProfileState()
	}
	p.state.initMaps()
	p.mu.Lock()
	defer p.mu.Unlock()
	if id := p.state.UserID; id != "" {
		p.atomicUserID.Store(&id)
	}
	p.clearUnwantedLocked()
	p.publishLocked(sensors.Update{Changed: p.state.Sensors.Readings()})
	p.publishDevicesLocked()
	now := time.Now()
	p.publishDiagnosticsLocked()
	p.publishStatusLocked(now)
	p.publishDocumentLocked()
	p.sendNextEventLocked()
}

// clearUnwantedLocked removes what lies on the broker for keys, views or prefixes
// that are no longer configured, also when that happened while we were off. What
// was cleared before is cleared again, before anything is published.
func (p *poller) clearUnwantedLocked() {
	wanted := map[string]bool{p.bridge.site.Tree.Status(p.Slug): true}
	for _, reading := range p.state.Sensors.Readings() {
		if p.isWanted(reading.Key) {
			// Without a value there is no snapshot: an older one would stay.
			wanted[p.bridge.site.Tree.Snapshot(p.Slug)] = p.bridge.site.Views.Snapshot
			for _, topic := range p.topicsForKey(reading.Key) {
				wanted[topic] = true
			}
		}
	}
	for _, key := range p.diagnosticKeys() {
		wanted[p.bridge.site.Tree.Diagnostic(p.Slug, key)] = true
	}
	for _, topic := range slices.Clone(p.state.Topics) {
		if !wanted[topic] {
			p.dirty = p.state.Remove(topic) || p.dirty
		}
	}
	for _, topic := range p.state.Clears {
		p.bridge.publisher.Clear(topic)
	}
}

// purge forgets everything about a person but what must be cleared, and the
// devices. It reports whether there was anything else.
func (r *profileState) purge() bool {
	known := r.UserID != "" || len(r.Topics)+len(r.Keys)+len(r.Cursors) > 0
	for _, topic := range slices.Clone(r.Topics) {
		r.Remove(topic)
	}
	fresh := newProfileState()
	fresh.retainedLedger, fresh.Devices = r.retainedLedger, r.Devices
	*r = fresh
	return known
}

// StoredAccount is what a profile's discovery document rests on.
type StoredAccount struct {
	UserID string
	// Keys are the sensors that ever had a value, sorted.
	Keys []string
}

// LoadStoredAccount reads what is remembered of a profile's account, for looking at it
// without a daemon. It returns false when nobody has ever signed in.
func LoadStoredAccount(m StateStore, slug string) (StoredAccount, bool, error) {
	state := newProfileState()
	found, err := m.Load(slug, &state)
	if err != nil || !found || state.UserID == "" {
		return StoredAccount{}, false, err
	}
	return StoredAccount{UserID: state.UserID, Keys: state.Keys}, true, nil
}
