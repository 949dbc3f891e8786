// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// steadyEvery is how often profiles are polled while they are watched: as many
// polls a second as fit, at least ten times those of an interval of five minutes.
func steadyEvery(profiles int) time.Duration {
	if profiles <= 100 {
		return 3 * time.Second
	}
	return 30 * time.Second
}

// steadyWatched is for how long: more than an interval and a half, which is what a
// late poll takes.
func steadyWatched(profiles int) time.Duration { return 10*time.Second + 2*steadyEvery(profiles) }

// scaleResult is what one number of profiles costs.
type scaleResult struct {
	profiles   int
	restart    time.Duration // CPU of a start with state, first polls included
	handshakes float64       // a poll of that restart
	poll       float64       // CPU of a poll, in ms
	requests   float64       // of a poll
	held       footprint     // after those polls
	late       bool          // a poll came too late, or never
	ignored    int           // MQTT messages that did not fit into the queue
	warnings   int           // lines of the log
	idleStop   time.Duration // SIGTERM to exit, when nothing was under way
	busyStop   time.Duration // the same during the first polls
}

// scale measures the cost of many profiles, for each number of them.
func scale(ctx context.Context, h *testbed, much effort) (outcome, error) {
	var all []scaleResult
	for _, n := range much.profiles {
		s, err := measureScale(ctx, h, n)
		if err != nil {
			return outcome{}, fmt.Errorf("%d profiles: %w", n, err)
		}
		all = append(all, s)
	}
	return outcome{rows: scaleRows(all), tables: []table{scaleTable(all)}, plots: scalePlots(all)}, nil
}

// measureScale fills the state folder of n profiles, and starts and stops them.
func measureScale(ctx context.Context, h *testbed, n int) (s scaleResult, err error) {
	s.profiles = n
	b, err := h.newBulk(ctx, bulkOptions{profiles: n, schedule: "@every 12h"})
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	h.say("  %d profiles: stopped during the first start …", n)
	first, err := b.runOnce(ctx, stage{polled: (n + 1) / 2}) // with no state but tokens
	if err != nil {
		return s, err
	}
	h.say("  %d profiles: rest of the first polls …", n)
	if _, err = b.runOnce(ctx, stage{polled: n, idle: true}); err != nil {
		return s, err
	}
	h.say("  %d profiles: restart …", n)
	again, err := b.runOnce(ctx, stage{polled: n, idle: true})
	if err != nil {
		return s, err
	}
	s.busyStop, s.idleStop, s.restart = first.stop, again.stop, again.cpu
	s.handshakes = again.after.perPoll(again.before, func(c counts) int64 { return c.Handshakes })
	if err := b.at.reschedule(steadyEvery(n)); err != nil {
		return s, err
	}
	h.say("  %d profiles: polls every %v …", n, steadyEvery(n))
	err = b.watchSteady(ctx, &s)
	return s, err
}

// watchSteady starts the daemon and watches it when all profiles have been polled
// twice.
func (b *bulk) watchSteady(ctx context.Context, s *scaleResult) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	begun, err := b.cloud.counts(ctx, thisProgram)
	if err != nil {
		return err
	}
	p, err := b.at.run(ctx)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, p.stopWithin(ctx, patience))
		s.ignored, s.warnings = ignored(p.printed.text()), warnings(p.printed.text())
	}()
	twice := begun.Polls + 2*int64(s.profiles)
	if err := b.await(ctx, p, func(c counts) bool { return c.Polls >= twice }); err != nil {
		return err
	}
	before, err := b.cloud.watchGaps(ctx, thisProgram)
	if err != nil {
		return err
	}
	cpuBefore, err := cpuTime(p.pid())
	if err != nil {
		return err
	}
	if err := sleepContext(ctx, steadyWatched(s.profiles)); err != nil {
		return err
	}
	cpuAfter, err := cpuTime(p.pid())
	if err != nil {
		return err
	}
	after, err := b.cloud.counts(ctx, thisProgram)
	if err != nil {
		return err
	}
	s.poll = milliseconds(cpuAfter-cpuBefore) / float64(after.Polls-before.Polls)
	s.requests = after.perPoll(before, func(c counts) int64 { return c.Requests })
	s.late = after.LongestGap > steadyEvery(s.profiles)*3/2 || after.Polled < s.profiles
	s.held, err = footprintOf(p.pid())
	return err
}

// ignored counts the MQTT messages that did not fit into the queue.
func ignored(log string) int { return strings.Count(log, "incoming message queue full") }

// warnings counts the lines of a log that are warnings or errors.
func warnings(log string) (n int) {
	for line := range strings.Lines(log) {
		if strings.Contains(line, " WRN ") || strings.Contains(line, " ERR ") {
			n++
		}
	}
	return n
}
