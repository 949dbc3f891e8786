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
// endpoint, which is asked again for a while when it has nothing new yet. done,
// which may be nil, is called once, with the outcome of each profile that takes
// part. Requests that arrive while a fetch is under way share the next one.
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
