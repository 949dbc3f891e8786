// SPDX-License-Identifier: MIT

package setup

import (
	"context"
	"sync"

	"vitals2mqtt/find"
)

// search looks for brokers in the background.
type search struct {
	find  func(context.Context) []find.Broker
	again chan struct{}

	mu    sync.Mutex
	ready chan struct{} // closed once found is the result
	found []find.Broker
}

func newSearch(look func(context.Context) []find.Broker) *search {
	s := &search{find: look, again: make(chan struct{}, 1), ready: make(chan struct{})}
	s.again <- struct{}{}
	return s
}

// run searches whenever it is asked to, until the context ends.
func (s *search) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.again:
		}
		found := s.find(ctx)
		s.mu.Lock()
		s.found = found
		select {
		case <-s.ready:
		default:
			close(s.ready)
		}
		s.mu.Unlock()
	}
}

// restart discards the result and searches again.
func (s *search) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case s.again <- struct{}{}:
	default: // a search is about to start
	}
	select {
	case <-s.ready:
		s.ready = make(chan struct{})
	default:
	}
}

// wait returns the result; nothing when the context ends first.
func (s *search) wait(ctx context.Context) []find.Broker {
	s.mu.Lock()
	ready := s.ready
	s.mu.Unlock()
	select {
	case <-ready:
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.found
	case <-ctx.Done():
		return nil
	}
}
