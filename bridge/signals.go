package bridge

import "sync"

// signal wakes one goroutine, however often it is raised before.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

// raise has the receiver run once more. It does not block.
func (s signal) raise() {
	select {
	case s <- struct{}{}:
	default: // raised already
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

// stopSignal says that Run is about to return: what begins then is not finished.
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
