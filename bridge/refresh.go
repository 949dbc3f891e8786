// SPDX-License-Identifier: MIT

package bridge

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"vitals2mqtt/sensors"
)

// Errors of Refresh and Once.
var (
	ErrUnknownProfile  = errors.New("unknown profile")
	ErrUnknownEndpoint = errors.New("unknown endpoint")
)

// ProfileError is why a profile could not be fetched, or not completely.
type ProfileError struct {
	Slug string
	Err  error
}

// Error implements error.
func (e *ProfileError) Error() string { return e.Slug + ": " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ProfileError) Unwrap() error { return e.Err }

// Refresh fetches a profile now, or all profiles with an empty slug: all
// endpoints, or one, which is then fetched repeatedly while it has nothing new.
// The recent past is reread to detect deletions, unless requests are too
// frequent. done, which may be nil, is called once, with the outcome of each
// profile that takes part. Requests that arrive during a fetch share the next
// one.
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
		pollers = slices.DeleteFunc(slices.Clone(pollers), func(p *poller) bool {
			return !p.endpoints.canRefresh(sensors.Endpoint(endpoint))
		})
		if len(pollers) == 0 {
			return fmt.Errorf("%w %q; endpoints in use: %s", ErrUnknownEndpoint, endpoint, refreshableEndpoints(b.pollers))
		}
	}
	collect := collectOutcomes(len(pollers), done)
	for _, p := range pollers {
		p.requestFetch(sensors.Endpoint(endpoint), collect(p.Slug))
	}
	return nil
}

// collectOutcomes calls done once all profiles have reported their outcome. It
// returns a function that makes the callback of a profile; nil without done.
func collectOutcomes(count int, done func(map[string]error)) func(slug string) func(error) {
	var mu sync.Mutex
	outcomes := make(map[string]error, count)
	return func(slug string) func(error) {
		if done == nil {
			return nil
		}
		return func(err error) {
			mu.Lock()
			defer mu.Unlock()
			if outcomes[slug] = err; len(outcomes) == count {
				done(outcomes)
			}
		}
	}
}

// requestFetch requests a fetch of one endpoint, or of all with "", as soon as
// possible, and a reread of the recent past. A single endpoint is treated like
// a hint: it is fetched repeatedly while it has nothing new. done, which may be
// nil, is called after the first fetch.
func (p *poller) requestFetch(endpoint sensors.Endpoint, done func(error)) {
	p.mu.Lock()
	p.endpoints.requestReread(func(e sensors.Endpoint) bool { return endpoint == "" || e == endpoint })
	p.pace.hurry()
	if endpoint == "" {
		p.mu.Unlock()
		p.refresh.add(done)
		return
	}
	defer p.mu.Unlock()
	now := time.Now()
	p.hints.add(endpoint, now, p.endpoints[endpoint].lastAnswered(), now, requestBackoff())
	if done != nil {
		p.hints.wait(endpoint, now, done)
	}
	p.wakeups.raise()
}

// refreshableEndpoints lists the endpoints that can be refreshed.
func refreshableEndpoints(pollers []*poller) string {
	var names []string
	for _, e := range endpoints() {
		if slices.ContainsFunc(pollers, func(p *poller) bool { return p.endpoints.canRefresh(e.name) }) {
			names = append(names, string(e.name))
		}
	}
	return strings.Join(names, ", ")
}
