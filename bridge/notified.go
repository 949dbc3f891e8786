package bridge

import (
	"slices"
	"time"

	"vitals2mqtt/sensors"
)

// How silence is judged.
const (
	// hearsay is how late a notification may be before its absence means anything.
	hearsay = 15 * time.Minute
	// manyUnheard new things in a row that no notification told of, and they are
	// not relied on any more, whatever the list of subscriptions says.
	manyUnheard = 3
	// A burst is one notification. The longest of the last gaps between them, twice,
	// is a silence that is unusual for this person, but never less than hours.
	burst        = time.Minute
	fewGaps      = 5
	manyGaps     = 20
	leastSilence = 3 * time.Hour
	// longestLag leaves out what was entered or edited later.
	longestLag = 24 * time.Hour
)

// noPost is what is wrong when all subscriptions stand and yet nothing comes.
const noPost = "the subscriptions stand, but new values come by polling only: " +
	"does everything between the internet and this program let POST through, not only HEAD and GET?"

// notified is how a profile's notifications come in, over restarts too.
type notified struct {
	// Address names where they come to: another one has no past.
	Address string `json:"address,omitempty"`
	// Last is when the newest came.
	Last time.Time `json:"last,omitzero"`
	// Gaps lie between the last ones, Lags between measuring and hearing of it, the
	// oldest first.
	Gaps []time.Duration `json:"gaps,omitempty"`
	Lags []time.Duration `json:"lags,omitempty"`
	// Unheard counts the new things since Last that came by polling alone.
	Unheard int `json:"unheard,omitempty"`
}

// hear notes that a notification came. Before since, nobody was there to hear one.
func (n *notified) hear(at, since time.Time) {
	if gap := at.Sub(n.Last); !n.Last.Before(since) && gap >= burst {
		n.Gaps = latest(append(n.Gaps, gap))
	}
	if at.After(n.Last) {
		n.Last = at
	}
	n.Unheard = 0
}

// delay notes how long after the measurement its notification came.
func (n *notified) delay(lag time.Duration) {
	if lag >= 0 && lag < longestLag {
		n.Lags = latest(append(n.Lags, lag))
	}
}

func latest(list []time.Duration) []time.Duration { return list[max(0, len(list)-manyGaps):] }

// silent reports whether nothing has come for longer than is usual. Before since,
// nobody was there to hear it.
func (n *notified) silent(since, now time.Time) bool {
	if len(n.Gaps) < fewGaps {
		return false
	}
	if n.Last.After(since) {
		since = n.Last
	}
	return now.Sub(since) > max(leastSilence, 2*slices.Max(n.Gaps))
}

// lag is the newest delay and the usual one, in seconds; nil when none is known.
func (n *notified) lag() (newest, usual *float64) {
	if len(n.Lags) == 0 {
		return nil, nil
	}
	sorted := slices.Sorted(slices.Values(n.Lags))
	last, middle := n.Lags[len(n.Lags)-1].Seconds(), sorted[len(sorted)/2].Seconds()
	return &last, &middle
}

// hear notes that a notification came. It wants p.mu held.
func (p *person) hear(at time.Time) {
	p.heard(time.Now()).hear(at, p.bridge.started)
	p.unheard, p.unsaved = time.Time{}, true
}

// heard is what is known of the notifications to the address of today. A moment
// in the future is one of a clock that was wrong. It wants p.mu held.
func (p *person) heard(now time.Time) *notified {
	n := &p.remember.Notified
	if p.Push == nil {
		return n
	}
	if address := p.Push().Address; n.Address != address {
		*n, p.unsaved = notified{Address: address}, true
	}
	if n.Last.After(now) {
		n.Last = now
	}
	return n
}

// brought notes what an endpoint has brought: what a hint has announced tells how
// late hints are, and what none has is to be wondered at. It wants p.mu held.
func (p *person) brought(endpoint sensors.Endpoint, events []sensors.Event, now time.Time) {
	if p.Push == nil || len(events) == 0 {
		return
	}
	n := p.heard(now)
	if hint, announced := p.hinted[endpoint]; announced && hint.told {
		n.delay(hint.since.Sub(events[len(events)-1].MeasuredAt))
		return
	}
	switch {
	case now.Sub(n.Last) < hearsay || now.Sub(p.bridge.started) < hearsay:
		// Told already, under another number, or while nobody was here to listen.
	case !p.Push().Healthy || !p.announces(events):
		// None was to be expected.
	case p.unheard.IsZero():
		p.unheard = now
	}
}

// announcement says which notifications tell of a kind of event. What several
// numbers can tell of, and nobody knows which does, is not in the list.
func announcement(kind sensors.EventType) (category int, ok bool) {
	category, ok = map[sensors.EventType]int{
		sensors.EventWeighIn: 1, sensors.EventTemperature: 2, sensors.EventBloodPressure: 4, sensors.EventWorkout: 16,
		sensors.EventSleep: 44, sensors.EventNap: 44, sensors.EventGlucose: 58,
	}[kind]
	return category, ok
}

// announces reports whether notifications of one of the events are subscribed to.
func (p *person) announces(events []sensors.Event) bool {
	subscribed := p.Push().Subscribed
	return slices.ContainsFunc(events, func(e sensors.Event) bool {
		category, ok := announcement(e.Type)
		return ok && slices.Contains(subscribed, category)
	})
}

// wonders reports whether the subscriptions should be looked at: something new
// was not announced, or it has been quiet for longer than is usual. It says so
// once for each of them. It wants p.mu held.
func (p *person) wonders(now time.Time) bool {
	if p.Push == nil {
		return false
	}
	n := p.heard(now)
	if !p.unheard.IsZero() && now.Sub(p.unheard) >= hearsay {
		p.unheard = time.Time{}
		n.Unheard++
		p.unsaved = true
		p.save()
		if n.Unheard == manyUnheard {
			p.bridge.log.Warn().Str("profile", p.Slug).Str("cause", noPost).Msg("notifications cannot be relied on")
		}
		return true
	}
	if n.silent(p.bridge.started, now) && !p.wondered.Equal(n.Last) {
		p.wondered = n.Last
		return true
	}
	return false
}

// pushState is how notifications fare, by their keeper and by what was heard. It
// wants p.mu held, and p.Push.
func (p *person) pushState() PushState {
	state := p.Push()
	if state.Healthy && p.heard(time.Now()).Unheard >= manyUnheard {
		state.Healthy, state.Problem = false, noPost
	}
	return state
}

// pushHealthy reports whether notifications can be relied on: they are as they
// should be, and one at least has come. It wants p.mu held.
func (p *person) pushHealthy() bool {
	return p.Push != nil && p.pushState().Healthy && !p.heard(time.Now()).Last.IsZero()
}

// wonder has the subscriptions of everybody looked at for whom that seems wise.
func (p *person) wonder(now time.Time) {
	p.mu.Lock()
	doubt := p.wonders(now)
	p.mu.Unlock()
	if doubt && p.Recheck != nil {
		p.bridge.log.Info().Str("profile", p.Slug).Msg("no notification where there should have been one; the subscriptions are looked at")
		p.Recheck()
	}
}
