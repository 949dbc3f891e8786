// SPDX-License-Identifier: MIT

package bridge

import "sync"

// signal wakes one goroutine once, however often it was raised.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

// raise wakes the receiver. It does not block.
func (s signal) raise() {
	select {
	case s <- struct{}{}:
	default: // already raised
	}
}

// take reports whether the signal was raised, and lowers it.
func (s signal) take() bool {
	select {
	case <-s:
		return true
	default:
		return false
	}
}

// stopSignal says that Run is about to return, so nothing new should start.
type stopSignal struct {
	once sync.Once
	ch   chan struct{}
}

func newStopSignal() *stopSignal { return &stopSignal{ch: make(chan struct{})} }

func (s *stopSignal) stop() { s.once.Do(func() { close(s.ch) }) }

func (s *stopSignal) isStopping() bool {
	select {
	case <-s.ch:
		return true
	default:
		return false
	}
}
