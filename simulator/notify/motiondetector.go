// SPDX-License-Identifier: MIT

package notify

import (
	"maps"
	"net/url"
	"slices"
	"time"

	"vitals2mqtt/simulator/people"
)

// longestSilence is how many days at most are notified when a counter uploads
// after a silence.
const longestSilence = 30

// motionDetector is the state of a person's steps at the last run.
type motionDetector struct {
	started bool
	last    [2]int64      // sync of each counter, unix seconds
	next    [2]int64      // the same, ahead
	syncs   int           // by hand
	changes map[int64]int // by hand, uploaded, by day
}

// detect emits an event for each upload and each edited day.
func (m *motionDetector) detect(v *detection) {
	p := v.account
	days := map[int64]int64{} // when each was changed
	m.detectSyncs(v, days)
	known := map[int64]int{}
	for day, list := range p.Records.Changes {
		for _, c := range list {
			v.scheduleAt(c.Sync)
			if c.Sync <= v.now {
				known[day]++
			}
		}
		if known[day] != m.changes[day] {
			days[day] = v.now
		}
	}
	if m.started {
		for _, day := range slices.Sorted(maps.Keys(days)) {
			if p.HasMotion(day) || known[day] > 0 {
				v.emit(appliActivity, days[day], url.Values{"date": {people.DateOf(day)}})
			}
		}
	}
	m.started, m.changes = true, known
}

func (m *motionDetector) detectSyncs(v *detection, days map[int64]int64) {
	p := v.account
	unknown := !m.started || len(p.Records.Syncs) != m.syncs
	m.syncs = len(p.Records.Syncs)
	for _, by := range p.Counters() {
		if unknown || m.next[by] != 0 && v.now >= m.next[by] {
			last := p.LastSync(by, v.now)
			if last > m.last[by] {
				today := p.DayNumber(time.Unix(last, 0))
				first := today
				if m.last[by] != 0 {
					first = max(p.DayNumber(time.Unix(m.last[by], 0)), today-longestSilence)
				}
				for day := first; day <= today; day++ {
					days[day] = max(days[day], last)
				}
			}
			m.last[by], m.next[by] = last, p.FirstSync(by, v.now+1)
		}
		v.scheduleAt(m.next[by])
	}
}
