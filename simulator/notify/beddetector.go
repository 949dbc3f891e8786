// SPDX-License-Identifier: MIT

package notify

import (
	"net/url"
	"slices"
	"strconv"

	"vitals2mqtt/simulator/people"
)

func bedFields(at int64, device string) url.Values {
	return url.Values{"date": {strconv.FormatInt(at, 10)}, "deviceid": {device}}
}

// bedStay is from lying down to getting up, in unix seconds.
type bedStay struct {
	in, out int64
	device  string
}

// bedDetector emits bed events: a night's row is stored only when it is over,
// the mat's events are immediate.
type bedDetector struct {
	stays   map[int64][]bedStay // by the day they end on
	pending []people.BedEvent   // by hand
}

// detect emits bed events since the last run.
func (b *bedDetector) detect(v *detection) {
	p := v.account
	b.detectByHand(v)
	if !p.Mat || p.Days <= 0 {
		return
	}
	today := p.DayNumber(v.to)
	first := max(p.DayNumber(v.from), today-longestSilence)
	for day := first; day <= today+1; day++ {
		for _, s := range b.staysOn(p, day) {
			b.emit(v, appliBedIn, s.in, s.device)
			b.emit(v, appliBedOut, s.out, s.device)
		}
	}
	for day := range b.stays {
		if day < today {
			delete(b.stays, day)
		}
	}
}

func (b *bedDetector) emit(v *detection, appli int, at int64, device string) {
	v.scheduleAt(at)
	if at > v.from.Unix() && at <= v.now && v.account.Happens(at) {
		v.emit(appli, at, bedFields(at, device))
	}
}

// staysOn are the stays that end on a day.
func (b *bedDetector) staysOn(p *people.Account, day int64) []bedStay {
	list, known := b.stays[day]
	if known {
		return list
	}
	for _, n := range p.SleepDay(day) {
		if n.Source == people.Mat {
			list = append(list, bedStay{n.Start, n.End, n.Device})
		}
	}
	if b.stays == nil {
		b.stays = map[int64][]bedStay{}
	}
	b.stays[day] = slices.Clip(list)
	return list
}

// detectByHand emits the events added by hand when they are due.
func (b *bedDetector) detectByHand(v *detection) {
	b.pending = slices.DeleteFunc(append(b.pending, v.account.TakeBedEvents()...), func(e people.BedEvent) bool {
		if v.scheduleAt(e.At.Unix()); e.At.After(v.to) {
			return false
		}
		appli := appliBedIn
		if e.Out {
			appli = appliBedOut
		}
		v.emit(appli, e.At.Unix(), bedFields(e.At.Unix(), e.Device))
		return true
	})
}
