// SPDX-License-Identifier: MIT

package daemon

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// A page of a long history takes much more memory than all current readings
// together, and the runtime would keep it for minutes.
const (
	// longPage is how many records make a page worth it.
	longPage = 100
	// returnDelay is how long no such page comes before memory is returned.
	returnDelay = 5 * time.Second
	// dropInterval is how often such pages make the program's file leave memory.
	dropInterval = time.Second
	// Until then garbage may be this part of what is in use, in percent.
	usualGarbage   = 100 // the runtime's default
	sparingGarbage = 30
)

// memoryReturner saves memory while much of it is needed, and returns it to the
// operating system some seconds later.
type memoryReturner struct {
	log   zerolog.Logger
	timer *time.Timer

	mu        sync.Mutex
	droppedAt time.Time
}

// newMemoryReturner returns one that has just been needed: the start reads the
// archive. It does not spare yet: collecting garbage at each megabyte would take
// as long as half of a start.
func newMemoryReturner(log zerolog.Logger) *memoryReturner {
	m := &memoryReturner{log: log}
	m.timer = time.AfterFunc(returnDelay, func() {
		limitGarbage(usualGarbage)
		debug.FreeOSMemory()
		m.dropProgram()
	})
	return m
}

// stored says how many records were stored at once.
func (m *memoryReturner) stored(records int) {
	if records >= longPage {
		limitGarbage(sparingGarbage)
		m.timer.Reset(returnDelay)
		m.dropProgram()
	}
}

// dropProgram takes the program's file out of memory, unless that was done a
// moment ago: what a start needs is not needed to read a history.
func (m *memoryReturner) dropProgram() {
	m.mu.Lock()
	isDue := time.Since(m.droppedAt) >= dropInterval
	if isDue {
		m.droppedAt = time.Now()
	}
	m.mu.Unlock()
	if isDue {
		dropProgramPages(m.log)
	}
}

// stop ends the saving.
func (m *memoryReturner) stop() {
	m.timer.Stop()
	limitGarbage(usualGarbage)
}

// limitGarbage sets the limit, unless the user has set one (GOGC).
func limitGarbage(percent int) {
	before := debug.SetGCPercent(percent)
	if before != usualGarbage && before != sparingGarbage {
		debug.SetGCPercent(before)
	}
}
