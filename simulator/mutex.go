package simulator

import (
	"slices"
	"sync"
)

// notifyingMutex is the cloud's lock. Whoever lets go of it may have changed something that somebody has subscribed to, so the
// watchers are woken: no method has to think of it.
type notifyingMutex struct {
	sync.Mutex
	watchers []chan struct{}
}

// Unlock wakes the watchers and lets go.
func (g *notifyingMutex) Unlock() {
	for _, watcher := range g.watchers {
		select {
		case watcher <- struct{}{}:
		default: // It is awake, or about to be.
		}
	}
	g.Mutex.Unlock()
}

// unlockQuietly lets go without waking anybody: the watchers do not wake themselves.
func (g *notifyingMutex) unlockQuietly() { g.Mutex.Unlock() }

// watch returns a channel that holds something after each change; forget ends it.
func (g *notifyingMutex) watch() chan struct{} {
	g.Lock()
	defer g.unlockQuietly()
	watcher := make(chan struct{}, 1)
	g.watchers = append(g.watchers, watcher)
	return watcher
}

func (g *notifyingMutex) unwatch(watcher chan struct{}) {
	g.Lock()
	defer g.unlockQuietly()
	g.watchers = slices.DeleteFunc(g.watchers, func(w chan struct{}) bool { return w == watcher })
}
