// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// usualInterval is between polls when nothing is configured.
const usualInterval = 5 * time.Minute

// usualCPU compares the CPU time of an installation as it comes, with adaptive
// polling every five minutes, with that of the Python bridge at the same
// interval. Between polls both should cost next to nothing.
func usualCPU(ctx context.Context, h *testbed, much effort) (_ outcome, err error) {
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	o := options{broker: e.address, names: people[:1], page: true, adaptive: true}
	at, err := h.settled(ctx, e, o, usualInterval)
	if err != nil {
		return outcome{}, err
	}
	e.reset()
	daemon, err := at.run(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, daemon.stop(ctx)) }()
	if _, err := e.await(ctx, daemon, at.isComplete); err != nil {
		return outcome{}, err
	}
	peer, err := h.startBridge(ctx, at, e.address, usualInterval)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, peer.kill()) }()
	// What is only done once is over by then, and the first poll as well.
	if err := sleepContext(ctx, untilUsual); err != nil {
		return outcome{}, err
	}
	h.say("  %v beside the Python bridge …", much.usual)
	var program, bridge usualCost
	both, within := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		program, err = h.cloud.costOfTime(within, daemon, thisProgram, much.usual)
		return err
	})
	both.Go(func() (err error) {
		bridge, err = h.cloud.costOfTime(within, peer, pythonClient, much.usual)
		return err
	})
	if err := both.Wait(); err != nil {
		return outcome{}, err
	}
	return outcome{rows: usualRows(much.usual, program, bridge)}, nil
}

// untilUsual is how long a start has effects.
const untilUsual = 20 * time.Second

// usualCost is what a process spends in a while.
type usualCost struct {
	cpu      time.Duration
	requests int64
	wakes    int64 // how often one of its threads began to run
}

// costOfTime measures a process for so long.
func (c *cloud) costOfTime(ctx context.Context, p *process, client string, long time.Duration) (usualCost, error) {
	before, err := c.costSoFar(ctx, p, client)
	if err != nil {
		return usualCost{}, err
	}
	if err := sleepContext(ctx, long); err != nil {
		return usualCost{}, err
	}
	after, err := c.costSoFar(ctx, p, client)
	return usualCost{after.cpu - before.cpu, after.requests - before.requests, after.wakes - before.wakes}, err
}

func (c *cloud) costSoFar(ctx context.Context, p *process, client string) (usualCost, error) {
	seen, err := c.counts(ctx, client)
	if err != nil {
		return usualCost{}, err
	}
	ran, err := scheduleOf(p.pid())
	return usualCost{ran.cpu, seen.Requests, ran.times}, err
}

func usualRows(long time.Duration, program, bridge usualCost) []row {
	how := fmt.Sprintf("user and system time in %v: one profile with every key over TLS, adaptive polling every five minutes, "+
		"page on and not open", long)
	const switches = "from `/proc/PID/task/*/schedstat`"
	of := func(who string, cost usualCost) []row {
		return []row{
			{what: "times a thread began to run, " + who, series: series{float64(cost.wakes)}, how: switches},
			{what: "requests, " + who, series: series{float64(cost.requests)}, how: countedByCloud},
		}
	}
	rows := []row{
		{key: keyUsual, what: "CPU as installed", unit: "ms", series: series{milliseconds(program.cpu)}, how: how},
		{what: "the same of the Python bridge", unit: "ms", series: series{milliseconds(bridge.cpu)}, how: "the same minutes"},
		{
			key: keyUsualRatio, what: "… this program in relation to it", digits: 2,
			series: series{float64(program.cpu) / float64(bridge.cpu)}, goal: 0.5, how: "of one run",
		},
	}
	return append(append(rows, of("this program", program)...), of("the Python bridge", bridge)...)
}
