// SPDX-License-Identifier: MIT

package bridge

import (
	"maps"
	"slices"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/health"
	"vitals2mqtt/sensors"
)

// profileTopics publishes the retained topics of one profile, and triggers the
// publishing of its documents. It is guarded by the lock of its poller.
type profileTopics struct {
	*shared

	profile   Profile
	wanted    keyFilter
	account   *accountID
	state     *stateFile
	endpoints endpointTable
	push      *pushHealth
	status    string // "online", "offline", or "" before the first
	// findings are those published last, if any were.
	findings      []health.Status
	findingsShown bool
	// snapshotDue is set while the snapshot is older than the values, documentDue
	// while the document may lack something.
	snapshotDue, documentDue bool
	// collecting is set during a round: keys that never had a value wait in
	// unannounced until the document has them, so that it is built once.
	collecting  bool
	unannounced map[string]bool
}

// setAccount records the account of the profile, and reports whether it
// replaces another one. In that case, all values and cursors of the former
// account are removed.
func (t *profileTopics) setAccount(userID string) (changed bool) {
	if userID == "" || userID == t.state.UserID {
		return false
	}
	changed = t.state.UserID != ""
	if changed {
		t.log.Warn().Str("profile", t.profile.Slug).
			Msg("profile signed in with another account; removing the previous account's values")
		t.documents.removeAccount(t.profile.Slug, t.state.UserID)
		t.clearAll()
		t.state.purge()
		t.state.Devices = nil
		t.publishDevices()
	}
	t.state.UserID, t.state.dirty, t.documentDue = userID, true, true
	t.account.Store(&userID)
	t.state.saveUnlessStopping()
	return changed
}

// forKey lists the retained topics of one key under the views in use.
func (t *profileTopics) forKey(key string) []string {
	var topics []string
	if t.site.Views.Bare {
		topics = append(topics, t.site.Tree.Value(t.profile.Slug, key))
	}
	if t.site.Views.Detail {
		topics = append(topics, t.site.Tree.Detail(t.profile.Slug, key))
	}
	return topics
}

// set publishes a retained payload and records the topic, so that it can be
// cleared when it is no longer configured.
func (t *profileTopics) set(topic string, payload []byte) {
	t.state.dirty = t.state.Add(topic) || t.state.dirty
	t.publisher.Set(topic, payload)
}

// publish publishes an update: the document if it lacks a key, then the values,
// then the snapshot. It returns the keys that are published and those that were
// removed.
func (t *profileTopics) publish(update sensors.Update) (changed, removed []string) {
	var ready []sensors.Reading
	// The values of an event are published before it.
	mayWait := t.collecting && len(update.Events) == 0 && t.documents.discovery && t.state.UserID != ""
	for _, reading := range update.Changed {
		isNew := insertSorted(&t.state.Keys, reading.Key)
		t.state.dirty, t.documentDue = t.state.dirty || isNew, t.documentDue || isNew
		switch {
		case !t.wanted.Has(reading.Key):
		case mayWait && (isNew || t.unannounced[reading.Key]):
			t.unannounced[reading.Key] = true
			changed = append(changed, reading.Key)
		default:
			ready = append(ready, reading)
		}
	}
	if !mayWait && len(update.Changed) > 0 {
		t.publishDocument()
	}
	for _, reading := range ready {
		if t.publishValue(reading) {
			changed = append(changed, reading.Key)
		}
	}
	for _, key := range update.Gone {
		if !t.isAwaited(key) && t.clear(key) {
			removed = append(removed, key)
		}
	}
	if len(changed)+len(removed) == 0 {
		return nil, nil
	}
	t.snapshotDue = true
	t.publishSnapshot()
	return changed, removed
}

// publishValue publishes a reading, unless its key has no row.
func (t *profileTopics) publishValue(reading sensors.Reading) (published bool) {
	row, ok := t.profile.Row(reading.Key)
	if !ok {
		return false
	}
	bare, detail := render(reading, row, t.profile.Units)
	if t.site.Views.Bare {
		t.set(t.site.Tree.Value(t.profile.Slug, reading.Key), []byte(bare))
	}
	if t.site.Views.Detail {
		t.set(t.site.Tree.Detail(t.profile.Slug, reading.Key), encode(detail))
	}
	return true
}

// published counts what is published now.
func (t *profileTopics) published() published {
	all := published{devices: len(t.state.Devices)}
	for _, reading := range t.state.Sensors.Readings() {
		if t.wanted.Has(reading.Key) {
			all.values++
		}
	}
	return all
}

// clear clears the topics of a key that no longer has a value, and reports
// whether there were any.
func (t *profileTopics) clear(key string) bool {
	cleared := false
	for _, topic := range t.forKey(key) {
		if t.state.Remove(topic) {
			t.publisher.Clear(topic)
			cleared = true
		}
	}
	t.state.dirty = t.state.dirty || cleared
	return cleared
}

// clearAll clears every topic of the profile.
func (t *profileTopics) clearAll() {
	t.findingsShown = false
	clear(t.unannounced)
	for _, topic := range t.state.Topics {
		t.publisher.Clear(topic)
	}
}

// clearUnwanted clears the topics of keys, views or prefixes that are no longer
// configured, and clears again what was cleared before. It runs at the start,
// before anything is published.
func (t *profileTopics) clearUnwanted() {
	wanted := map[string]bool{t.site.Tree.Status(t.profile.Slug): true}
	for _, reading := range t.state.Sensors.Readings() {
		if t.wanted.Has(reading.Key) {
			// Without any value there is no snapshot, and an older one is cleared.
			wanted[t.site.Tree.Snapshot(t.profile.Slug)] = t.site.Views.Snapshot
			for _, topic := range t.forKey(reading.Key) {
				wanted[topic] = true
			}
		}
	}
	for _, topic := range t.images() {
		wanted[topic] = true
	}
	for _, key := range diagnosticKeys(t.push.isEnabled()) {
		wanted[t.site.Tree.Diagnostic(t.profile.Slug, key)] = true
	}
	for _, key := range t.state.Keys {
		if !t.isAwaited(key) {
			continue
		}
		wanted[t.site.Tree.Snapshot(t.profile.Slug)] = t.site.Views.Snapshot
		for _, topic := range t.forKey(key) {
			wanted[topic] = true
		}
	}
	for _, topic := range slices.Clone(t.state.Topics) {
		if !wanted[topic] {
			t.state.dirty = t.state.Remove(topic) || t.state.dirty
		}
	}
	for _, topic := range t.state.Clears {
		t.publisher.Clear(topic)
	}
}

// isAwaited reports whether a key has no value only because nothing was read
// yet into an archive that is new. What was published before the program or its
// archive was replaced stays until then.
func (t *profileTopics) isAwaited(key string) bool {
	if !t.wanted.Has(key) {
		return false
	}
	if _, known := t.state.Sensors.Current(key); known {
		return false
	}
	for _, endpoint := range sensors.EndpointsOf(key) {
		if t.endpoints[endpoint] != nil && endpoint != sensors.EndpointEvents && !t.state.isBackfilled(endpoint) {
			return true
		}
	}
	return false
}

// clearAbsent clears the topics of keys that turned out to have no value.
func (t *profileTopics) clearAbsent() {
	cleared := false
	for _, key := range t.state.Keys {
		if _, known := t.state.Sensors.Current(key); !known && !t.isAwaited(key) {
			cleared = t.clear(key) || cleared
		}
	}
	t.snapshotDue = t.snapshotDue || cleared
	t.publishSnapshot()
}

// publishSnapshot publishes the snapshot if it is due, but none that would lack
// values only because nothing was read yet into an archive that is new.
func (t *profileTopics) publishSnapshot() {
	if !t.snapshotDue || !t.site.Views.Snapshot || slices.ContainsFunc(t.state.Keys, t.isUnread) {
		return
	}
	t.snapshotDue = false
	t.set(t.site.Tree.Snapshot(t.profile.Slug), t.snapshot())
}

// isUnread reports whether a key is awaited from an endpoint that was not read
// at all yet. One that fails is not waited for when others can be read.
func (t *profileTopics) isUnread(key string) bool {
	return t.isAwaited(key) && slices.ContainsFunc(sensors.EndpointsOf(key), func(name sensors.Endpoint) bool {
		endpoint := t.endpoints[name]
		return endpoint != nil && name != sensors.EndpointEvents && endpoint.lastSuccess.IsZero() &&
			t.state.Cursors[name] == sensors.Cursor{} && (endpoint.failure == nil || t.endpoints.lastSuccess().IsZero())
	})
}

// snapshot is the JSON object of all current values by key.
func (t *profileTopics) snapshot() []byte {
	values := map[string]sensors.Value{}
	for _, reading := range t.state.Sensors.Readings() {
		if t.wanted.Has(reading.Key) {
			values[reading.Key] = reading.Value
		}
	}
	return encode(values)
}

// publishDocument announces the profile to Home Assistant if the document may
// lack something, and publishes the values that waited for it: an entity exists
// once its key is configured and has had a value.
func (t *profileTopics) publishDocument() {
	if !t.documentDue || t.state.UserID == "" {
		return // the entity ids contain the account's
	}
	t.documentDue = false
	if t.push.isEnabled() && slices.ContainsFunc(t.state.Devices, sensors.Device.IsMat) {
		t.state.dirty = insertSorted(&t.state.Keys, sensors.KeyInBed) || t.state.dirty // before the first bed event
	}
	keys := make([]string, 0, len(t.state.Keys))
	for _, key := range t.state.Keys {
		if _, ok := t.profile.Row(key); ok && t.wanted.Has(key) {
			keys = append(keys, key)
		}
	}
	t.documents.announceProfile(discovery.Profile{
		Slug:   t.profile.Slug,
		Name:   t.profile.Name,
		UserID: t.state.UserID,
		Push:   t.push.isEnabled(),

		StatisticsButton: t.profile.StatisticsButton,
		Images:           slices.Sorted(maps.Keys(t.images())),
	}, keys, t.profile.Extra)
	for _, key := range slices.Sorted(maps.Keys(t.unannounced)) {
		if reading, known := t.state.Sensors.Current(key); known {
			t.publishValue(reading)
		}
	}
	clear(t.unannounced)
}

// images are the topics of the pictures that were published, by key; none when
// they are not configured.
func (t *profileTopics) images() map[string]string {
	found := map[string]string{}
	for _, key := range discovery.ImageKeys() {
		if topic := t.site.Tree.Image(t.profile.Slug, key); t.profile.Images && slices.Contains(t.state.Topics, topic) {
			found[key] = topic
		}
	}
	return found
}

// publishDevices publishes the profile's devices.
func (t *profileTopics) publishDevices() {
	var keys []string
	for _, key := range sensors.DeviceKeys() {
		if t.wanted.Has(key) {
			keys = append(keys, key)
		}
	}
	devices := profileDevices{name: t.profile.Name, keys: keys, devices: slices.Clone(t.state.Devices)}
	if t.push.isEnabled() {
		devices.beds = t.state.Sensors.Beds()
	}
	t.devices.set(t.profile.Slug, devices)
}

// updateDevices applies a list of devices; nil means that there is none. It
// reports whether any device has changed.
func (t *profileTopics) updateDevices(devices []sensors.Device, now time.Time) (changed bool) {
	if devices == nil {
		return false
	}
	before, absent := t.state.Devices, len(t.state.AbsentSince)
	t.state.Devices = t.state.AbsentSince.mergeDevices(before, asReceivedBefore(devices, before), now)
	changed = !slices.Equal(before, t.state.Devices)
	t.state.dirty = t.state.dirty || changed || absent+len(t.state.AbsentSince) > 0
	t.documentDue = t.documentDue || changed // the first mat
	t.publishDevices()
	t.devices.markKnown(t.profile.Slug)
	return changed
}

// publishStatus publishes whether the account's values are up to date.
func (t *profileTopics) publishStatus(now time.Time) {
	t.status = online
	if t.endpoints.needsSignIn() || t.state.UserID == "" || t.isStale(now) {
		t.status = offline
	}
	t.set(t.site.Tree.Status(t.profile.Slug), []byte(t.status))
}

// staleAfter and stalePolls are how long and how many polls must fail before the
// account counts as offline: this morning's weight stays valid during a short
// outage.
const (
	staleAfter = 6 * time.Hour
	stalePolls = 3
)

// isStale reports whether nothing could be fetched for hours. While
// notifications are reliable, polls are as rare as the relaxed schedule.
func (t *profileTopics) isStale(now time.Time) bool {
	last := t.endpoints.lastSuccess()
	if last.IsZero() {
		last = t.startedAt
	}
	schedule := t.profile.Schedule
	if t.profile.RelaxedSchedule != nil && t.push.isReliable(now) {
		schedule = t.profile.RelaxedSchedule
	}
	due := last
	for range stalePolls {
		due = schedule.Next(due) // a schedule may have long and short pauses
	}
	return now.Sub(last) > staleAfter && now.After(due)
}
