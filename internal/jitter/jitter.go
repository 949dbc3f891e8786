// SPDX-License-Identifier: MIT

// Package jitter spreads waits at random, so that many installations do not
// send requests at the same moment.
package jitter

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Source spreads waits. A nil Source spreads nothing. It is safe for concurrent
// use; for reproducible waits, give each goroutine a Source of its own.
type Source struct {
	mu  sync.Mutex
	rng *rand.Rand
}

// New returns a source that is deterministic in its seed.
func New(seed uint64) *Source {
	return &Source{rng: rand.New(rand.NewPCG(seed, 0))} //nolint:gosec // not a secret
}

// Around spreads a wait to both sides by a part of it: 0.1 is a tenth. A wait
// of zero or less is returned unchanged.
func (s *Source) Around(wait time.Duration, part float64) time.Duration {
	width := time.Duration(part * float64(wait))
	if width <= 0 {
		return wait
	}
	return wait - width + s.draw(width, 2*width+1)
}

// Between is a wait from least, inclusive, to most, exclusive. Without a source
// it is least.
func (s *Source) Between(least, most time.Duration) time.Duration {
	if most <= least {
		return least
	}
	return least + s.draw(0, most-least)
}

// draw returns a number in [0, n), or fallback without a source.
func (s *Source) draw(fallback, n time.Duration) time.Duration {
	if s == nil {
		return fallback
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Duration(s.rng.Int64N(int64(n)))
}
