// SPDX-License-Identifier: MIT

package web

import (
	"maps"
	"slices"
	"sync"
)

// maxStreams limits the pages that are open at the same time and updated live;
// others ask now and then.
const maxStreams = 32

// Changes tells open pages that the values of a profile have changed. Its
// methods are safe for concurrent use.
type Changes struct {
	mu            sync.Mutex
	subscriptions map[*subscription]bool
}

// NewChanges returns a source without changes.
func NewChanges() *Changes { return &Changes{subscriptions: map[*subscription]bool{}} }

// Notify tells all open pages that a profile has changed. It does not wait for
// them: what a slow one has not been told yet is told once.
func (c *Changes) Notify(profile string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.subscriptions {
		s.pending[profile] = true
		select {
		case s.wake <- struct{}{}:
		default: // it has not looked since the last time
		}
	}
}

// subscription is one open page.
type subscription struct {
	wake    chan struct{}
	pending map[string]bool // guarded by Changes.mu
}

// subscribe adds a page, false when there are too many.
func (c *Changes) subscribe() (*subscription, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.subscriptions) >= maxStreams {
		return nil, false
	}
	s := &subscription{wake: make(chan struct{}, 1), pending: map[string]bool{}}
	c.subscriptions[s] = true
	return s, true
}

func (c *Changes) unsubscribe(s *subscription) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.subscriptions, s)
}

// take returns the profiles that have changed since the last time, sorted.
func (c *Changes) take(s *subscription) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed := slices.Sorted(maps.Keys(s.pending))
	clear(s.pending)
	return changed
}
