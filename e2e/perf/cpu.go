package main

import (
	"context"
	"fmt"
	"time"
)

// cpuPerSync is the daemon's time for one sync of one profile, all endpoints.
func cpuPerSync(ctx context.Context, h *testbed, much effort) ([]row, error) {
	quiet := row{
		what:   "CPU for one poll of one profile, no new data",
		unit:   "ms",
		goal:   1,
		digits: 2,
		how: fmt.Sprintf("user and system time of `run` over %d polls, of each of two profiles once a second, "+
			"every endpoint there is; the "+
			"last six hours were slept; everything else that the process does meanwhile is included", much.syncs),
	}
	for range much.repeats {
		spent, err := h.syncCPU(ctx, much)
		if err != nil {
			return nil, err
		}
		quiet.series = append(quiet.series, spent)
	}
	return []row{quiet}, nil
}

// syncCPU returns the CPU time for one sync, in ms.
func (h *testbed) syncCPU(ctx context.Context, much effort) (spent float64, err error) {
	err = h.whileRunning(ctx, "@every 1s", true, func(p *process, _ installation) error {
		before, begun, err := h.countSyncs(ctx, p, len(people))
		if err != nil {
			return err
		}
		after, ended, err := h.countSyncs(ctx, p, much.syncs)
		if err != nil {
			return err
		}
		spent = float64(after-before) / float64(time.Millisecond) / float64(ended-begun)
		return nil
	})
	return spent, err
}

// countSyncs waits for some more syncs, and until the last is digested; then it
// returns the CPU time so far and how many syncs there were.
func (h *testbed) countSyncs(ctx context.Context, p *process, more int) (cpu time.Duration, syncs int, err error) {
	// One page of measures per sync: no sync has more new data.
	count := func() int { return h.cloud.Requests()["measure getmeas"] }
	ctx, cancel := context.WithTimeout(ctx, waitTimeout+time.Duration(more)*time.Second)
	defer cancel()
	for wanted := count() + more; count() < wanted; {
		if err := sleepContext(ctx, 20*time.Millisecond); err != nil {
			return 0, 0, p.failure("polls too rarely")
		}
	}
	// Polls are half a second apart, so there is time until the next.
	if err := sleepContext(ctx, 200*time.Millisecond); err != nil {
		return 0, 0, err
	}
	cpu, err = cpuTime(p.pid())
	return cpu, count(), err
}
