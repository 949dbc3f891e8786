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
	pollers := b.pollers
	if slug != "" {
		p, ok := b.bySlug[slug]
		if !ok {
			return fmt.Errorf("%w: %q", ErrUnknownProfile, slug)
		}
		pollers = []*poller{p}
	}
	if endpoint != "" {
		pollers = slices.DeleteFunc(slices.Clone(pollers), func(p *poller) bool { return !p.needsEndpoint(sensors.Endpoint(endpoint)) })
		if len(pollers) == 0 {
			return fmt.Errorf("%w that anybody's sensors need: %q; there are %s", ErrUnknownEndpoint, endpoint, b.refreshableEndpoints())
		}
	}
	each := collectOutcomes(len(pollers), done)
	for _, p := range pollers {
		p.requestReread(func(e sensors.Endpoint) bool { return endpoint == "" || e == sensors.Endpoint(endpoint) })
		if endpoint == "" {
			p.requestRefresh(each)
		} else {
			p.requestFetch(sensors.Endpoint(endpoint), each)
		}
	}
	return nil
}

// collectOutcomes calls done when all have told their outcome; nil when nobody wants to know.
func collectOutcomes(count int, done func(map[string]error)) func(string, error) {
	if done == nil {
		return nil
	}
	var mu sync.Mutex
	outcomes := make(map[string]error, count)
	return func(profile string, err error) {
		mu.Lock()
		defer mu.Unlock()
		if outcomes[profile] = err; len(outcomes) == count {
			done(outcomes)
		}
	}
}

// needsEndpoint reports whether the cloud is asked for an endpoint because of a profile.
func (p *poller) needsEndpoint(endpoint sensors.Endpoint) bool {
	return endpoint != sensors.EndpointEvents && slices.Contains(p.neededEndpoints(), endpoint)
}

// refreshableEndpoints names all that can be refreshed.
func (b *Bridge) refreshableEndpoints() string {
	var names []string
	for _, s := range endpoints() {
		if slices.ContainsFunc(b.pollers, func(p *poller) bool { return p.needsEndpoint(s.name) }) {
			names = append(names, string(s.name))
		}
	}
	return strings.Join(names, ", ")
}

// requestRefresh asks for a fetch as soon as possible.
func (p *poller) requestRefresh(done func(string, error)) {
	if done != nil && !p.addRefreshWaiter(done) {
		done(p.Slug, errTooManyRequests)
		return
	}
	select {
	case p.refreshRequests <- struct{}{}:
	default: // one is pending already and will serve this one as well
	}
}

// addRefreshWaiter adds one who waits for a fetch, unless there are too many.
func (p *poller) addRefreshWaiter(done func(string, error)) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.refreshWaiters) >= maxWaiters {
		return false
	}
	p.refreshWaiters = append(p.refreshWaiters, done)
	return true
}

// takeRefreshWaiters takes out everybody who waits for a fetch, and returns byRequest when there
// was a wish, else "". First goes what wakes the loop for them: whoever comes in
// between leaves another wake-up behind.
func (p *poller) takeRefreshWaiters() (waiting []func(string, error), requested string) {
	select {
	case <-p.refreshRequests:
		requested = triggerRequest
	default:
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting, p.refreshWaiters = p.refreshWaiters, nil
	return waiting, requested
}

// notifyWaiters tells those who asked for a fetch how it went.
func (p *poller) notifyWaiters(waiting []func(string, error), err error) {
	for _, done := range waiting {
		done(p.Slug, err)
	}
}
