// SPDX-License-Identifier: MIT

package daemon

import (
	"runtime"
	"time"
)

// oneProcessor is how many profiles at most one processor is used for. A poll is
// short, and its goroutines hand over to each other: with more processors the
// runtime wakes a thread at each of these steps, which costs more than the work.
const oneProcessor = 25

// useProcessors sets how many processors the Go runtime uses.
func useProcessors(profiles int) {
	if profiles > oneProcessor {
		runtime.SetDefaultGOMAXPROCS()
		return
	}
	runtime.GOMAXPROCS(1)
}

// untilTick returns how long it is until the next whole multiple of an interval.
// What is checked in vain nearly always is checked at the same moments, so that
// the processor has to wake up only once.
func untilTick(interval time.Duration) time.Duration {
	now := time.Now()
	return now.Truncate(interval).Add(interval).Sub(now)
}
