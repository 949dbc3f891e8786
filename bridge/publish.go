package bridge

import (
	"errors"
	"slices"
	"time"

	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// staleAfter is how long no poll must have succeeded before the account counts
// as offline. This morning's weight is not wrong because the cloud blinked.
const staleAfter = 6 * time.Hour

// topicsForKey lists the retained topics of one key under the views in use.
func (p *poller) topicsForKey(key string) []string {
	site := p.bridge.site
	var topics []string
	if site.Views.Bare {
		topics = append(topics, site.Tree.Value(p.Slug, key))
	}
	if site.Views.Detail {
		topics = append(topics, site.Tree.Detail(p.Slug, key))
	}
	return topics
}

// publishRetainedLocked publishes a retained payload and remembers the topic, so that it can
// be cleared when nobody wants it any more. It wants p.mu held.
func (p *poller) publishRetainedLocked(topic string, payload []byte) {
	p.dirty = p.state.Add(topic) || p.dirty
	p.bridge.publisher.Set(topic, payload)
}

// publishLocked brings an update to the subscribers: values first, then the snapshot
// that sums them up. Its events wait until the state is stored. p.mu must be held.
func (p *poller) publishLocked(update sensors.Update) {
	site, changed := p.bridge.site, false
	for _, reading := range update.Changed {
		row, ok := p.Row(reading.Key)
		if !ok || !p.isWanted(reading.Key) {
			continue
		}
		changed = true
		bare, detail := p.render(reading, row)
		if site.Views.Bare {
			p.publishRetainedLocked(site.Tree.Value(p.Slug, reading.Key), []byte(bare))
		}
		if site.Views.Detail {
			p.publishRetainedLocked(site.Tree.Detail(p.Slug, reading.Key), encode(detail))
		}
	}
	for _, key := range update.Gone {
		changed = p.clearKeyLocked(key) || changed
	}
	if changed {
		p.publishDocumentLocked()
	}
	if changed && site.Views.Snapshot {
		p.publishRetainedLocked(site.Tree.Snapshot(p.Slug), p.snapshotLocked())
	}
	p.queueEventsLocked(update.Events)
}

// Row finds a key in the catalogue or among the user's own rows.
func (p Profile) Row(key string) (sensors.Sensor, bool) {
	for _, row := range p.Extra {
		if row.Key == key {
			return row, true
		}
	}
	return sensors.Lookup(key)
}

// clearKeyLocked clears the topics of a key that has no value any more, and reports
// whether there were any. It wants p.mu held.
func (p *poller) clearKeyLocked(key string) bool {
	cleared := false
	for _, topic := range p.topicsForKey(key) {
		if p.state.Remove(topic) {
			p.bridge.publisher.Clear(topic)
			cleared = true
		}
	}
	p.dirty = p.dirty || cleared
	return cleared
}

// snapshotLocked is the JSON object of all current values by key.
func (p *poller) snapshotLocked() []byte {
	values := map[string]sensors.Value{}
	for _, reading := range p.state.Sensors.Readings() {
		if p.isWanted(reading.Key) {
			values[reading.Key] = reading.Value
		}
	}
	return encode(values)
}

// publishDocumentLocked announces the person to Home Assistant: an entity exists once
// its key is configured and has had a value. It wants p.mu held.
func (p *poller) publishDocumentLocked() {
	if p.state.UserID == "" {
		return // the ids rest on the account; without one there is nothing to announce
	}
	for _, reading := range p.state.Sensors.Readings() {
		p.dirty = insertSorted(&p.state.Keys, reading.Key) || p.dirty
	}
	if p.Push != nil && slices.ContainsFunc(p.state.Devices, sensors.Device.IsMat) {
		p.dirty = insertSorted(&p.state.Keys, sensors.KeyInBed) || p.dirty // before anybody has lain on it
	}
	var keys []string
	var rows []sensors.Sensor
	for _, key := range p.state.Keys {
		if row, ok := p.Row(key); ok && p.isWanted(key) {
			keys, rows = append(keys, key), append(rows, row)
		}
	}
	if p.announcedKeys != nil && slices.Equal(keys, p.announcedKeys) {
		return
	}
	p.announcedKeys = append([]string{}, keys...)
	p.bridge.publishProfileDocument(p, discovery.ProfileDocument(p.bridge.site, discovery.Profile{
		Slug: p.Slug, Name: p.Name, UserID: p.state.UserID, Sensors: rows, Push: p.Push != nil,
	}))
}

// publishStatusLocked says whether the account's values can be trusted to be fresh.
// It wants p.mu held.
func (p *poller) publishStatusLocked(now time.Time) {
	status := online
	if p.needsSignInLocked() || p.state.UserID == "" || p.isStaleLocked(now) {
		status = offline
	}
	p.status = status
	p.publishRetainedLocked(p.bridge.site.Tree.Status(p.Slug), []byte(status))
}

// isStaleLocked reports whether nothing could be fetched for hours.
func (p *poller) isStaleLocked(now time.Time) bool {
	last := p.lastSuccessLocked()
	if last.IsZero() {
		last = p.bridge.startedAt
	}
	interval := p.Schedule.Next(now).Sub(now)
	return now.Sub(last) > max(staleAfter, 3*interval)
}

// lastSuccessLocked is when any endpoint last answered.
func (p *poller) lastSuccessLocked() time.Time {
	var last time.Time
	for _, health := range p.endpoints {
		if health.lastSuccess.After(last) {
			last = health.lastSuccess
		}
	}
	return last
}

// diagnosticKeys are the facts about an account that are published as a value.
func (p *poller) diagnosticKeys() []string {
	keys := []string{"authorization", "sync_problem", "last_sync", "held_back"}
	if p.Push != nil {
		keys = append(keys, "push")
	}
	return keys
}

// publishDiagnosticsLocked publishes what is wrong with the account, if anything. It
// wants p.mu held.
func (p *poller) publishDiagnosticsLocked() {
	tree := p.bridge.site.Tree
	authorization := map[string]any{"value": onOff(p.needsSignInLocked())}
	if p.needsSignInLocked() {
		authorization["reason"] = "the account must be signed in again: vitals2mqtt login " + p.Slug
		if p.SignInURL != "" {
			authorization["sign_in_url"] = p.SignInURL
		}
	}
	p.publishRetainedLocked(tree.Diagnostic(p.Slug, "authorization"), encode(authorization))

	reasons := p.problemsLocked()
	problem := map[string]any{"value": onOff(len(reasons) > 0)}
	for name, reason := range reasons {
		problem[name] = reason
	}
	p.publishRetainedLocked(tree.Diagnostic(p.Slug, "sync_problem"), encode(problem))
	if last := p.lastSuccessLocked(); !last.IsZero() {
		p.publishRetainedLocked(tree.Diagnostic(p.Slug, "last_sync"), encode(map[string]any{"value": formatTime(last)}))
	}
	p.publishPushLocked()
	p.publishRetainedLocked(tree.Diagnostic(p.Slug, "held_back"), encode(map[string]any{"value": p.state.Sensors.HeldCount()}))
}

// publishPushLocked publishes how notifications fare, if there are any. It wants p.mu
// held.
func (p *poller) publishPushLocked() {
	if p.Push == nil {
		return
	}
	state := p.pushStateLocked()
	push := map[string]any{"value": onOff(state.Healthy)}
	if state.Problem != "" {
		push["reason"] = state.Problem
	}
	if last := p.pushStatsLocked(time.Now()).Last; !last.IsZero() {
		push["last_notification"] = formatTime(last)
	}
	p.publishRetainedLocked(p.bridge.site.Tree.Diagnostic(p.Slug, "push"), encode(push))
}

// problemsLocked names every problem of the account in words, by endpoint.
func (p *poller) problemsLocked() map[string]string {
	reasons := map[string]string{}
	for endpoint, health := range p.endpoints {
		switch {
		case health.failure == nil:
		case errors.Is(health.failure, withings.ErrApplication): // once, and the same words as bridge/health
			reasons[applicationProblem] = withings.ErrApplication.Error()
		default:
			reasons[string(endpoint)] = health.failure.Error()
		}
	}
	if p.saveError != "" {
		reasons["state"] = p.saveError
	}
	if p.Cloud.State().Unsaved {
		reasons["token"] = "the newest token could not be stored; a restart now would need a new sign-in"
	}
	return reasons
}

// applicationProblem is where a profile's reasons name what is a problem of the whole program.
const applicationProblem = "application"

// errorClass names a class of failure for the health report.
func errorClass(err error) string {
	switch class := withings.ClassOf(err); {
	case errors.Is(err, withings.ErrSignIn): // whatever the cloud refused it with
		return "sign_in"
	case class != withings.OK:
		return class.String()
	}
	return "unknown"
}

func onOff(problem bool) string {
	if problem {
		return on
	}
	return off
}

// sortedEndpoints returns the endpoints in a fixed order.
func (p *poller) sortedEndpoints() []sensors.Endpoint {
	endpoints := make([]sensors.Endpoint, 0, len(p.endpoints))
	for endpoint := range p.endpoints {
		endpoints = append(endpoints, endpoint)
	}
	slices.Sort(endpoints)
	return endpoints
}
