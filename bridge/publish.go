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

// topicsOf lists the retained topics of one key under the views in use.
func (p *person) topicsOf(key string) []string {
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

// retain publishes a retained payload and remembers the topic, so that it can
// be cleared when nobody wants it any more. It wants p.mu held.
func (p *person) retain(topic string, payload []byte) {
	p.unsaved = p.remember.lay(topic) || p.unsaved
	p.bridge.publisher.Set(topic, payload)
}

// publish brings an update to the subscribers: values first, then the snapshot
// that sums them up. Its events wait until the state is stored. p.mu must be held.
func (p *person) publish(update sensors.Update) {
	site, changed := p.bridge.site, false
	for _, reading := range update.Changed {
		row, ok := p.Row(reading.Key)
		if !ok || !p.wants(reading.Key) {
			continue
		}
		changed = true
		bare, detail := p.show(reading, row)
		if site.Views.Bare {
			p.retain(site.Tree.Value(p.Slug, reading.Key), []byte(bare))
		}
		if site.Views.Detail {
			p.retain(site.Tree.Detail(p.Slug, reading.Key), encode(detail))
		}
	}
	for _, key := range update.Gone {
		changed = p.withdraw(key) || changed
	}
	if changed {
		p.publishDocument()
	}
	if changed && site.Views.Snapshot {
		p.retain(site.Tree.Snapshot(p.Slug), p.snapshot())
	}
	p.keepEventsLocked(update.Events)
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

// withdraw clears the topics of a key that has no value any more, and reports
// whether there were any. It wants p.mu held.
func (p *person) withdraw(key string) bool {
	cleared := false
	for _, topic := range p.topicsOf(key) {
		if p.remember.dropTopic(topic) {
			p.bridge.publisher.Clear(topic)
			cleared = true
		}
	}
	p.unsaved = p.unsaved || cleared
	return cleared
}

// snapshot is the JSON object of all current values by key.
func (p *person) snapshot() []byte {
	values := map[string]sensors.Value{}
	for _, reading := range p.remember.State.Readings() {
		if p.wants(reading.Key) {
			values[reading.Key] = reading.Value
		}
	}
	return encode(values)
}

// publishDocument announces the person to Home Assistant: an entity exists once
// its key is configured and has had a value. It wants p.mu held.
func (p *person) publishDocument() {
	if p.remember.UserID == "" {
		return // the ids rest on the account; without one there is nothing to announce
	}
	for _, reading := range p.remember.State.Readings() {
		p.unsaved = addSorted(&p.remember.Keys, reading.Key) || p.unsaved
	}
	if p.Push != nil && slices.ContainsFunc(p.remember.Devices, sensors.Device.IsMat) {
		p.unsaved = addSorted(&p.remember.Keys, sensors.KeyInBed) || p.unsaved // before anybody has lain on it
	}
	var keys []string
	var rows []sensors.Sensor
	for _, key := range p.remember.Keys {
		if row, ok := p.Row(key); ok && p.wants(key) {
			keys, rows = append(keys, key), append(rows, row)
		}
	}
	if p.announced != nil && slices.Equal(keys, p.announced) {
		return
	}
	p.announced = append([]string{}, keys...)
	p.bridge.announce(p, discovery.ProfileDocument(p.bridge.site, discovery.Profile{
		Slug: p.Slug, Name: p.Name, UserID: p.remember.UserID, Sensors: rows, Push: p.Push != nil,
	}))
}

// publishStatus says whether the account's values can be trusted to be fresh.
// It wants p.mu held.
func (p *person) publishStatus(now time.Time) {
	status := online
	if p.signInNeeded() || p.remember.UserID == "" || p.stale(now) {
		status = offline
	}
	p.shown = status
	p.retain(p.bridge.site.Tree.Status(p.Slug), []byte(status))
}

// stale reports whether nothing could be fetched for hours.
func (p *person) stale(now time.Time) bool {
	last := p.lastSuccess()
	if last.IsZero() {
		last = p.bridge.started
	}
	interval := p.Schedule.Next(now).Sub(now)
	return now.Sub(last) > max(staleAfter, 3*interval)
}

// lastSuccess is when any endpoint last answered.
func (p *person) lastSuccess() time.Time {
	var last time.Time
	for _, health := range p.endpoints {
		if health.lastSuccess.After(last) {
			last = health.lastSuccess
		}
	}
	return last
}

// diagnosticKeys are the facts about an account that are published as a value.
func (p *person) diagnosticKeys() []string {
	keys := []string{"authorization", "sync_problem", "last_sync", "held_back"}
	if p.Push != nil {
		keys = append(keys, "push")
	}
	return keys
}

// publishDiagnostics publishes what is wrong with the account, if anything. It
// wants p.mu held.
func (p *person) publishDiagnostics() {
	tree := p.bridge.site.Tree
	authorization := map[string]any{"value": onOff(p.signInNeeded())}
	if p.signInNeeded() {
		authorization["reason"] = "the account must be signed in again: vitals2mqtt login " + p.Slug
		if p.SignInURL != "" {
			authorization["sign_in_url"] = p.SignInURL
		}
	}
	p.retain(tree.Diagnostic(p.Slug, "authorization"), encode(authorization))

	reasons := p.reasons()
	problem := map[string]any{"value": onOff(len(reasons) > 0)}
	for name, reason := range reasons {
		problem[name] = reason
	}
	p.retain(tree.Diagnostic(p.Slug, "sync_problem"), encode(problem))
	if last := p.lastSuccess(); !last.IsZero() {
		p.retain(tree.Diagnostic(p.Slug, "last_sync"), encode(map[string]any{"value": stamp(last)}))
	}
	p.publishPush()
	p.retain(tree.Diagnostic(p.Slug, "held_back"), encode(map[string]any{"value": p.remember.State.HeldCount()}))
}

// publishPush publishes how notifications fare, if there are any. It wants p.mu
// held.
func (p *person) publishPush() {
	if p.Push == nil {
		return
	}
	state := p.pushState()
	push := map[string]any{"value": onOff(state.Healthy)}
	if state.Problem != "" {
		push["reason"] = state.Problem
	}
	if last := p.heard(time.Now()).Last; !last.IsZero() {
		push["last_notification"] = stamp(last)
	}
	p.retain(p.bridge.site.Tree.Diagnostic(p.Slug, "push"), encode(push))
}

// reasons names every problem of the account in words, by endpoint.
func (p *person) reasons() map[string]string {
	reasons := map[string]string{}
	for endpoint, health := range p.endpoints {
		switch {
		case health.failure == nil:
		case errors.Is(health.failure, withings.ErrApplication): // once, and the same words as bridge/health
			reasons[ofProgram] = withings.ErrApplication.Error()
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

// ofProgram is where a profile's reasons name what is a problem of the whole program.
const ofProgram = "application"

// classWord names a class of failure for the health report.
func classWord(err error) string {
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
func (p *person) sortedEndpoints() []sensors.Endpoint {
	endpoints := make([]sensors.Endpoint, 0, len(p.endpoints))
	for endpoint := range p.endpoints {
		endpoints = append(endpoints, endpoint)
	}
	slices.Sort(endpoints)
	return endpoints
}
