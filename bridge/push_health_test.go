// SPDX-License-Identifier: MIT

package bridge

import (
	"testing"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/withings"
)

// newTestPushHealth has healthy subscriptions for weigh-ins, an hour after the
// start.
func newTestPushHealth() (h *pushHealth, state *PushState, now time.Time) {
	state = &PushState{Healthy: true, Address: "a", Subscribed: []withings.Category{withings.CategoryWeight}}
	h = &pushHealth{
		subscriptions: func() PushState { return *state },
		stats:         &pushStats{},
		startedAt:     epoch(),
	}
	return h, state, epoch().Add(time.Hour)
}

func weighInAt(at time.Time) []sensors.Event {
	return []sensors.Event{{Type: sensors.EventWeighIn, MeasuredAt: at}}
}

func TestNotificationsAreReliableAfterTheFirst(t *testing.T) {
	t.Parallel()
	h, state, now := newTestPushHealth()
	if h.isReliable(now) {
		t.Error("reliable before the first notification")
	}
	h.recordNotification(now, now)
	if !h.isReliable(now) {
		t.Error("not reliable after the first notification")
	}
	state.Healthy = false
	if h.isReliable(now) {
		t.Error("reliable without subscriptions")
	}
	if (&pushHealth{stats: &pushStats{Last: now}}).isReliable(now) {
		t.Error("reliable without notifications configured")
	}
}

func TestAnotherCallbackHasNoHistory(t *testing.T) {
	t.Parallel()
	h, state, now := newTestPushHealth()
	h.recordNotification(now, now)
	state.Address = "b"
	stored := *h.stats
	if h.isReliable(now) {
		t.Error("reliable by notifications to another callback")
	}
	if _, stats := h.report(now); !stats.Last.IsZero() || h.stats.Last != stored.Last || h.stats.Address != "a" {
		t.Errorf("reported %+v, stored %+v", stats, *h.stats)
	}
	h.recordNotification(now.Add(time.Minute), now.Add(time.Minute))
	if h.stats.Address != "b" || len(h.stats.Gaps) != 0 {
		t.Errorf("after the first notification to the new callback: %+v", *h.stats)
	}
}

func TestUnannouncedDataCountsAsMissed(t *testing.T) {
	t.Parallel()
	h, _, now := newTestPushHealth()
	for i := range maxMissed {
		h.recordNewData(weighInAt(now), time.Time{}, false, now)
		if found := h.checkSilence(now.Add(graceDelay - time.Second)); found != (silence{}) {
			t.Errorf("within the grace delay: %+v", found)
		}
		now = now.Add(graceDelay)
		want := silence{audit: true, missed: true, unreliable: i == maxMissed-1}
		if found := h.checkSilence(now); found != want {
			t.Errorf("missed %d: %+v, want %+v", i+1, found, want)
		}
		if found := h.checkSilence(now); found != (silence{}) {
			t.Errorf("reported twice: %+v", found)
		}
	}
	if state, _ := h.report(now); state.Healthy || state.Problem != noPost {
		t.Errorf("after %d missed: %+v", maxMissed, state)
	}
	h.recordNotification(now, now)
	if state, _ := h.report(now); !state.Healthy {
		t.Error("a notification does not reset the missed ones")
	}
}

func TestDataThatNeedsNoNotification(t *testing.T) {
	t.Parallel()
	for name, record := range map[string]func(h *pushHealth, state *PushState, now time.Time){
		"announced": func(h *pushHealth, _ *PushState, now time.Time) {
			h.recordNewData(weighInAt(now.Add(-time.Minute)), now, true, now)
		},
		"just after a notification": func(h *pushHealth, _ *PushState, now time.Time) {
			h.recordNotification(now.Add(-graceDelay+time.Second), now)
			h.recordNewData(weighInAt(now), time.Time{}, false, now)
		},
		"just after the start": func(h *pushHealth, _ *PushState, now time.Time) {
			h.startedAt = now.Add(-graceDelay + time.Second)
			h.recordNewData(weighInAt(now), time.Time{}, false, now)
		},
		"not subscribed": func(h *pushHealth, state *PushState, now time.Time) {
			state.Subscribed = []withings.Category{withings.CategorySleep}
			h.recordNewData(weighInAt(now), time.Time{}, false, now)
		},
		"unhealthy": func(h *pushHealth, state *PushState, now time.Time) {
			state.Healthy = false
			h.recordNewData(weighInAt(now), time.Time{}, false, now)
		},
		"no events": func(h *pushHealth, _ *PushState, now time.Time) {
			h.recordNewData(nil, time.Time{}, false, now)
		},
	} {
		h, state, now := newTestPushHealth()
		record(h, state, now)
		if found := h.checkSilence(now.Add(graceDelay)); found.missed {
			t.Errorf("%s: counted as missed", name)
		}
	}
}

func TestLagOfAnnouncedData(t *testing.T) {
	t.Parallel()
	h, _, now := newTestPushHealth()
	for _, lag := range []time.Duration{30 * time.Second, 10 * time.Second, 20 * time.Second, 2 * maxLag, -time.Second} {
		h.recordNewData(weighInAt(now), now.Add(lag), true, now)
	}
	newest, usual := h.stats.lagSeconds()
	if newest == nil || *newest != 20 || *usual != 20 || len(h.stats.Lags) != 3 {
		t.Errorf("lags %v", h.stats.Lags)
	}
}

func TestUnusualSilenceIsReportedOnce(t *testing.T) {
	t.Parallel()
	h, _, now := newTestPushHealth()
	for range minGaps + 1 {
		h.recordNotification(now, now)
		now = now.Add(2 * time.Hour)
	}
	last := h.stats.Last
	if found := h.checkSilence(last.Add(4 * time.Hour)); found.audit {
		t.Error("a silence of twice the longest gap is reported")
	}
	if found := h.checkSilence(last.Add(4*time.Hour + time.Second)); found != (silence{audit: true}) {
		t.Errorf("after a longer silence: %+v", found)
	}
	if found := h.checkSilence(last.Add(5 * time.Hour)); found.audit {
		t.Error("reported twice")
	}
	h.recordNotification(last.Add(6*time.Hour), last.Add(6*time.Hour))
	if found := h.checkSilence(last.Add(24 * time.Hour)); !found.audit {
		t.Error("the next silence is not reported")
	}
}

func TestNotificationFromTheFutureIsCorrected(t *testing.T) {
	t.Parallel()
	h, _, now := newTestPushHealth()
	h.recordNotification(now.Add(time.Hour), now)
	if _, stats := h.report(now); stats.Last != now {
		t.Errorf("last notification at %v, want %v", stats.Last, now)
	}
}
