package bridge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"vitals2mqtt/sensors"
)

// What a refresh can be refused for.
var (
	ErrUnknownProfile  = errors.New("no such profile")
	ErrUnknownEndpoint = errors.New("no such endpoint")
)

// Refresh fetches a profile now, or all with an empty slug: everything, or one
// endpoint, which is asked again for a while when it has nothing new yet. Unless
// that happens often, the recent past is read whole: who asks may have deleted
// something. done, which may be nil, is called once, with the outcome of each
// profile that takes part. Requests that arrive while a fetch is under way share
// the next one.
func (b *Bridge) Refresh(slug, endpoint string, done func(outcomes map[string]error)) error {
	people := b.people
	if slug != "" {
		p, ok := b.bySlug[slug]
		if !ok {
			return fmt.Errorf("%w: %q", ErrUnknownProfile, slug)
		}
		people = []*person{p}
	}
	if endpoint != "" {
		people = slices.DeleteFunc(slices.Clone(people), func(p *person) bool { return !p.asksFor(sensors.Endpoint(endpoint)) })
		if len(people) == 0 {
			return fmt.Errorf("%w that anybody's sensors need: %q; there are %s", ErrUnknownEndpoint, endpoint, b.endpoints())
		}
	}
	each := gather(len(people), done)
	for _, p := range people {
		p.wantReread(func(e sensors.Endpoint) bool { return endpoint == "" || e == sensors.Endpoint(endpoint) })
		if endpoint == "" {
			p.poke(each)
		} else {
			p.fetch(sensors.Endpoint(endpoint), each)
		}
	}
	return nil
}

// gather calls done when all have told their outcome; nil when nobody wants to know.
func gather(number int, done func(map[string]error)) func(string, error) {
	if done == nil {
		return nil
	}
	var mu sync.Mutex
	outcomes := make(map[string]error, number)
	return func(profile string, err error) {
		mu.Lock()
		defer mu.Unlock()
		if outcomes[profile] = err; len(outcomes) == number {
			done(outcomes)
		}
	}
}

// asksFor reports whether the cloud is asked for an endpoint because of a profile.
func (p *person) asksFor(endpoint sensors.Endpoint) bool {
	return endpoint != sensors.EndpointEvents && slices.Contains(p.needed(), endpoint)
}

// endpoints names all that can be refreshed.
func (b *Bridge) endpoints() string {
	var names []string
	for _, s := range sources() {
		if slices.ContainsFunc(b.people, func(p *person) bool { return p.asksFor(s.endpoint) }) {
			names = append(names, string(s.endpoint))
		}
	}
	return strings.Join(names, ", ")
}

// poke asks for a fetch as soon as possible.
func (p *person) poke(done func(string, error)) {
	if done != nil && !p.enqueue(done) {
		done(p.Slug, errCrowded)
		return
	}
	select {
	case p.pokes <- struct{}{}:
	default: // one is pending already and will serve this one as well
	}
}

// enqueue adds one who waits for a fetch, unless there are too many.
func (p *person) enqueue(done func(string, error)) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) >= maxWaiting {
		return false
	}
	p.waiting = append(p.waiting, done)
	return true
}

// queue takes out everybody who waits for a fetch, and returns byRequest when there
// was a wish, else "". First goes what wakes the loop for them: whoever comes in
// between leaves another wake-up behind.
func (p *person) queue() (waiting []func(string, error), wish string) {
	select {
	case <-p.pokes:
		wish = byRequest
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting, p.waiting = p.waiting, nil
	return waiting, wish
}

// answer tells those who asked for a fetch how it went.
func (p *person) answer(waiting []func(string, error), err error) {
	for _, done := range waiting {
		done(p.Slug, err)
	}
}
