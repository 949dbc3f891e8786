// SPDX-License-Identifier: MIT

package bridge

import (
	"context"
	"slices"
	"sync"
	"time"

	"vitals2mqtt/sensors"
)

// What triggers a round.
const (
	triggerSchedule = "schedule"
	triggerHint     = "hint"
	triggerSignIn   = "sign-in" // by another process
	triggerRequest  = "request"
	triggerStart    = "start"
	triggerOnce     = "once"
	// What else publishes: the stored state at the start, a new day, and bed
	// events.
	triggerRestore = "restore"
	triggerHistory = "history"
	triggerNewDay  = "new day"
	triggerBed     = "bed event"
)

// poller fetches the data of one profile and publishes what is new. mu guards
// everything below it.
type poller struct {
	*shared
	Profile

	wanted  keyFilter
	refresh *refreshQueue // requests for a fetch of everything
	wakeups signal        // raised when a hint arrives
	tasks   chan task     // run between two polls
	account *accountID
	records *recordKeeper
	// storeEvent applies what no endpoint returns.
	storeEvent func(sensors.Batch, sensors.ApplyOptions) error

	mu        sync.Mutex
	state     *stateFile
	endpoints endpointTable
	hints     hintQueue
	push      *pushHealth
	topics    *profileTopics
	events    *eventSender
	plan      pollPlan
	pace      roundPace
	adaptive  adaptivePlan
	consent   consentWatch
	changes   publishLog
	missing   missingCache
	settled   settledResponses
	filling   bool // somebody reads the history
	// fetchingWaveforms says that somebody does; waveformsListed is when the heart
	// records were read whose curves were looked for last.
	fetchingWaveforms bool
	waveformsListed   time.Time
	// roundStart is when the current or the last round started.
	roundStart time.Time
}

// newPoller returns the poller of a profile that publishes the wanted keys;
// stagger, from 0 to 1, is its place among all profiles.
func newPoller(ctx context.Context, s *shared, profile Profile, wanted keyFilter, stagger float64) *poller {
	p := &poller{
		shared:    s,
		Profile:   profile,
		wanted:    wanted,
		refresh:   newRefreshQueue(),
		wakeups:   newSignal(),
		tasks:     make(chan task, maxTasks),
		endpoints: newEndpointTable(endpointsOf(profile)),
		hints:     newHintQueue(),
		plan:      newPollPlan(profile, stagger),
		adaptive:  newAdaptivePlan(profile.adapts()),
		account:   &accountID{},
		settled:   newSettledResponses(),
	}
	if devices := p.endpoints[sensors.EndpointDevices]; devices != nil {
		devices.onlyForPolling = !slices.Contains(neededEndpoints(profile), sensors.EndpointDevices)
	}
	p.state = &stateFile{
		profileState: newProfileState(),
		slug:         profile.Slug,
		store:        s.store,
		ledger:       s.ledger,
		stop:         s.stop,
		slots:        s.saveSlots,
		log:          s.log,
	}
	p.push = &pushHealth{subscriptions: profile.Push, stats: &p.state.PushStats, startedAt: s.startedAt}
	p.topics = &profileTopics{
		shared:    s,
		profile:   profile,
		wanted:    p.wanted,
		account:   p.account,
		state:     p.state,
		endpoints: p.endpoints,
		push:      p.push,

		documentDue: true,
		unannounced: map[string]bool{},
	}
	p.records = newRecordKeeper(ctx, s.archive, profile.Slug, s.log)
	p.events = &eventSender{
		shared:  s,
		slug:    profile.Slug,
		wanted:  p.wanted,
		records: p.records,
		account: p.account,
		mu:      &p.mu,
		state:   p.state,
	}
	return p
}

// clearUnwanted clears the topics that are no longer configured.
func (p *poller) clearUnwanted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.topics.clearUnwanted()
}

// restore publishes the stored state, so that the whole tree is there before
// the first request.
func (p *poller) restore() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.publishLocked(sensors.Update{Changed: p.state.Sensors.Readings()})
	p.topics.publishDevices()
	p.logPublishedLocked(triggerRestore)
	now := time.Now()
	p.topics.publishDiagnostics(now)
	p.topics.publishStatus(now)
	p.topics.publishDocument()
	p.events.sendNextLocked()
}

// publishLocked publishes an update, queues its events, and reports what it
// leaves out. p.mu must be held.
func (p *poller) publishLocked(update sensors.Update) {
	p.changes.add(p.topics.publish(update))
	if len(update.Changed)+len(update.Gone) > 0 {
		p.missing.invalidate()
	}
	p.events.queueLocked(update.Events)
	if update.LeftOutChanged {
		p.state.LeftOut, p.state.dirty = p.state.Sensors.LeftOutList(), true
		p.leftOut.report(p.log, p.Slug, p.state.Sensors.LeftOut())
	}
}

// logPublishedLocked logs what has changed among the published values. p.mu must
// be held.
func (p *poller) logPublishedLocked(reason string) {
	if p.changes.flush(p.log, p.Slug, reason, p.topics.published) {
		p.published(p.Slug)
	}
}

// devicesKnown reports whether the profile's devices are known, or not needed.
func (p *poller) devicesKnown() bool {
	if p.endpoints[sensors.EndpointDevices] == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.isBackfilled(sensors.EndpointDevices)
}

// auditIfNeeded requests an audit of the subscriptions when notifications seem
// to be missing.
func (p *poller) auditIfNeeded(now time.Time) {
	p.mu.Lock()
	found := p.push.checkSilence(now)
	if found.missed {
		p.state.dirty = true
		p.state.save()
	}
	p.mu.Unlock()
	if found.unreliable {
		p.log.Warn().Str("profile", p.Slug).Str("cause", noPost).
			Msg("notifications are unreliable; polling on the normal schedule")
	}
	if found.audit && p.RequestAudit != nil {
		p.log.Info().Str("profile", p.Slug).Msg("expected notification missing; auditing subscriptions")
		p.RequestAudit()
	}
}

// applyOptionsLocked returns the options for applying a batch now. p.mu must be
// held.
func (p *poller) applyOptionsLocked(from sensors.Cursor) sensors.ApplyOptions {
	return sensors.ApplyOptions{
		Policy:      p.Policy,
		Now:         time.Now(),
		InitialSync: from.Since.IsZero(),
		Since:       from.Since,
		Zone:        p.Zone,
		Extra:       p.Extra,
	}
}
