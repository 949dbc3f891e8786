package simulator

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BedIn tells that somebody lay down on a mat at a moment. The mat is named by its device id or its model; left out, it
// is the person's first. Nothing is stored: a notification is all there is of it. Like all that is done by hand it is
// told at once, or at its own time when that lies ahead. It panics when there is no such person or mat.
func (c *Cloud) BedIn(person string, at time.Time, mat ...string) {
	must(struct{}{}, c.bedEvent(person, appliBedIn, at, mat...))
}

// BedOut tells that somebody got up; see BedIn.
func (c *Cloud) BedOut(person string, at time.Time, mat ...string) {
	must(struct{}{}, c.bedEvent(person, appliBedOut, at, mat...))
}

func (c *Cloud) bedEvent(person string, appli int, at time.Time, mat ...string) error {
	return c.updatePerson(person, func(p *account) error {
		now := c.nowLocked()
		id, err := p.mat(now, mat...)
		if err != nil {
			return err
		}
		c.notifySubscribersLocked(p, event{appli, later(at, now), bedFields(at.Unix(), id)})
		return nil
	})
}

func bedFields(at int64, device string) url.Values {
	return url.Values{"date": {strconv.FormatInt(at, 10)}, "deviceid": {device}}
}

// mat finds one of the person's mats; no name = the first.
func (a *account) mat(now time.Time, name ...string) (id string, err error) {
	var models []string
	for _, d := range a.listedDevices(now.Unix()) {
		if d.product.class != classSleep {
			continue
		}
		if len(name) == 0 || name[0] == "" || d.id == name[0] || strings.EqualFold(d.product.name, name[0]) {
			return d.id, nil
		}
		models = append(models, d.product.name)
	}
	if len(models) == 0 {
		return "", errors.New(a.Name + " has no sleep mat")
	}
	return "", fmt.Errorf("no sleep mat %q; there are %s", name[0], strings.Join(models, ", "))
}

// notifyNap tells of a nap that is over what the mat felt meanwhile, late as it is.
func (c *Cloud) notifyNap(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.people {
		for _, n := range p.nights {
			if n.id == id && n.source == mat {
				now := c.nowLocked()
				c.notifySubscribersLocked(p, event{appliBedIn, now, bedFields(n.start, n.device)})
				c.notifySubscribersLocked(p, event{appliBedOut, now, bedFields(n.end, n.device)})
			}
		}
	}
}

// bedStay is from lying down to getting up, in unix seconds.
type bedStay struct {
	in, out int64
	device  string
}

// bedDetector knows when a person goes to bed: the night's row comes only when it is over, the mat tells of it meanwhile.
type bedDetector struct {
	stays map[int64][]bedStay // by the day they end on
}

// detect tells of everybody who lay down on the own mat or got up since the last detect.
func (b *bedDetector) detect(v *detection) {
	p := v.who
	if !p.Mat || p.Days <= 0 {
		return
	}
	today := p.dayNumber(v.to)
	first := max(p.dayNumber(v.from), today-longestSilence)
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
	if at > v.from.Unix() && at <= v.now {
		v.emit(appli, at, bedFields(at, device))
	}
}

// staysOn are the stays that end staysOn a day.
func (b *bedDetector) staysOn(p *account, day int64) []bedStay {
	list, known := b.stays[day]
	if known {
		return list
	}
	for _, n := range p.sleepDay(day) {
		if n.source == mat {
			list = append(list, bedStay{n.start, n.end, n.device})
		}
	}
	if b.stays == nil {
		b.stays = map[int64][]bedStay{}
	}
	b.stays[day] = slices.Clip(list)
	return list
}
