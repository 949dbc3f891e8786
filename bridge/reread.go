package bridge

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"vitals2mqtt/sensors"
)

// How often the recent past is read again whole because somebody asks. A person
// presses the button a few times in a row; an automation that asks every minute
// must not double its requests by that.
const (
	rereadsAtOnce  = 3
	rereadInterval = 10 * time.Minute
	// secondLook is when a range is read once more in which somebody's refresh found
	// something gone or changed: the cloud's copies can lag behind one another, and
	// what was only late comes back.
	secondLook = 15 * time.Minute
)

// syncEndpoint asks what is new, and once a day, or when somebody has asked for a
// refresh, also what is still there. Whoever waits for the endpoint hears of it
// when both are done.
func (p *person) syncEndpoint(ctx context.Context, s source) error {
	fetch := s.fetch
	if p.begin(s) && s.reread == nil {
		fetch = asked(fetch) // if it reads a range whole, it does so each time
	}
	news, err := p.exchange(ctx, s, fetch)
	if err != nil {
		return err
	}
	if due, byRefresh := p.claimReread(s); due {
		reread := s.reread
		if byRefresh {
			reread = asked(reread)
		}
		changed, err := p.exchange(ctx, s, reread)
		p.concludeReread(s, byRefresh, changed, err)
		if err != nil {
			return err
		}
		news = news || changed
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reply(s.endpoint, nil)
	p.fruitful(s.endpoint, news, time.Now())
	return nil
}

// asked has the answer judged as one to somebody who may have deleted something.
func asked(fetch fetching) fetching {
	return func(ctx context.Context, cloud Cloud, q question) (apply, error) {
		answer, err := fetch(ctx, cloud, q)
		return func(state *sensors.State, rules sensors.ApplyOptions) sensors.Update {
			rules.TrustAbsence = true
			return answer(state, rules)
		}, err
	}
}

// wantReread notes that somebody asks for endpoints, perhaps because something was
// deleted there. What is asked for too often is read again when the limit allows.
func (p *person) wantReread(which func(sensors.Endpoint) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for endpoint, health := range p.endpoints {
		health.wantsReread = health.wantsReread || which(endpoint)
	}
}

// begin notes that an endpoint is being asked, and returns whether somebody wants
// to know what is still there. One without a reread takes that as fulfilled.
func (p *person) begin(s source) (wanted bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[s.endpoint]
	health.began, wanted = time.Now(), health.wantsReread
	if s.reread == nil {
		health.wantsReread = false
	}
	return wanted
}

// claimReread reports whether a recent range is to be read again whole now, and
// whether that is because of a refresh. It takes the wish as fulfilled: one that
// comes from now on is a new one. A history that was just read for the first time
// need not be read again.
func (p *person) claimReread(s source) (due, byRefresh bool) {
	if s.reread == nil {
		return false, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	health := p.endpoints[s.endpoint]
	last, filled := p.remember.Reread[s.endpoint]
	switch {
	case !filled:
		health.wantsReread = false
		p.remember.Reread[s.endpoint], p.unsaved = time.Now(), true
		p.saveRoundLocked()
		return false, false
	case health.wantsReread && health.rereads.Allow():
		health.wantsReread = false
		return true, true
	}
	return !time.Now().Before(p.rereadDueLocked(s.endpoint, last)), false
}

// concludeReread notes that a recent range was read again, or that it is still to
// be done.
func (p *person) concludeReread(s source, byRefresh, changed bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		health := p.endpoints[s.endpoint]
		health.wantsReread = health.wantsReread || byRefresh
		return
	}
	last := time.Now()
	if byRefresh && changed {
		last = last.Add(secondLook - rereadEvery)
	}
	p.remember.Reread[s.endpoint], p.unsaved = last, true
	p.save()
}

func newRereadLimit() *rate.Limiter {
	return rate.NewLimiter(rate.Every(rereadInterval), rereadsAtOnce)
}
