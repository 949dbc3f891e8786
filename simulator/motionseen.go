package simulator

import (
	"maps"
	"net/url"
	"slices"
	"time"
)

// longestSilence is how many days at most are told of when a counter that was silent tells of itself again.
const longestSilence = 30

// motionSeen is what was known of a person's steps.
type motionSeen struct {
	begun   bool
	last    [2]int64      // sync of each counter, unix seconds
	next    [2]int64      // the same, ahead
	syncs   int           // by hand
	changes map[int64]int // by hand, that are known to the cloud, by day
}

// look tells of each sync, and of each day that was changed.
func (m *motionSeen) look(v *view) {
	p := v.who
	days := map[int64]int64{} // when each was changed
	m.lookAtSyncs(v, days)
	known := map[int64]int{}
	for day, list := range p.diary.changes {
		for _, c := range list {
			v.ahead(c.sync)
			if c.sync <= v.now {
				known[day]++
			}
		}
		if known[day] != m.changes[day] {
			days[day] = v.now
		}
	}
	if m.begun {
		for _, day := range slices.Sorted(maps.Keys(days)) {
			if p.moves(day) || known[day] > 0 {
				v.tell(appliActivity, days[day], url.Values{"date": {dateOf(day)}})
			}
		}
	}
	m.begun, m.changes = true, known
}

func (m *motionSeen) lookAtSyncs(v *view, days map[int64]int64) {
	p := v.who
	unknown := !m.begun || len(p.diary.syncs) != m.syncs
	m.syncs = len(p.diary.syncs)
	for _, by := range p.counters() {
		if unknown || m.next[by] != 0 && v.now >= m.next[by] {
			last := p.lastSync(by, v.now)
			if last > m.last[by] {
				today := p.day(time.Unix(last, 0))
				first := today
				if m.last[by] != 0 {
					first = max(p.day(time.Unix(m.last[by], 0)), today-longestSilence)
				}
				for day := first; day <= today; day++ {
					days[day] = max(days[day], last)
				}
			}
			m.last[by], m.next[by] = last, p.firstSync(by, v.now+1)
		}
		v.ahead(m.next[by])
	}
}
