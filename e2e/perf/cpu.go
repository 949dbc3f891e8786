// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// pollCost is what a process spends on a poll.
type pollCost struct {
	cpu, requests, handshakes, bytes float64 // CPU in ms; bytes of responses
	messages, documents, published   float64 // that were published, and bytes of them
}

// pollCPU compares the CPU time of a poll with that of the Python bridge. Both
// poll the same account at the same time.
func pollCPU(ctx context.Context, h *testbed, much effort) (_ outcome, err error) {
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.settled(ctx, e, options{broker: e.address, names: people[:1]}, time.Second)
	if err != nil {
		return outcome{}, err
	}
	var ours, theirs []pollCost
	for i := range much.repeats {
		h.say("  beside the Python bridge, %d of %d …", i+1, much.repeats)
		program, bridge, err := besideBridge(ctx, h, e, at, much.polls)
		if err != nil {
			return outcome{}, err
		}
		ours, theirs = append(ours, program), append(theirs, bridge)
	}
	return outcome{rows: pollRows(much.polls, ours, theirs)}, nil
}

// settled is an installation that has read its whole history, and polls at an
// interval from the next start on.
func (h *testbed) settled(
	ctx context.Context, e *subscribedBroker, o options, every time.Duration,
) (at installation, err error) {
	o.schedule = "@every 12h"
	if at, err = h.ofPeople(ctx, o); err != nil {
		return at, err
	}
	e.reset()
	p, err := at.run(ctx)
	if err != nil {
		return at, err
	}
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err = e.await(patient, p, at.isComplete); err == nil {
		_, err = awaitIdle(patient, p)
	}
	return at, errors.Join(err, p.stop(ctx), at.reschedule(every))
}

// besideBridge measures the daemon and the bridge during the same seconds.
func besideBridge(
	ctx context.Context, h *testbed, e *subscribedBroker, at installation, polls int,
) (program, bridge pollCost, err error) {
	e.reset()
	daemon, err := at.run(ctx)
	if err != nil {
		return program, bridge, err
	}
	defer func() { err = errors.Join(err, daemon.stop(ctx)) }()
	if _, err := e.await(ctx, daemon, at.isComplete); err != nil {
		return program, bridge, err
	}
	peer, err := h.startBridge(ctx, at, e.address, time.Second)
	if err != nil {
		return program, bridge, err
	}
	defer func() { err = errors.Join(err, peer.kill()) }()
	both, within := errgroup.WithContext(ctx)
	both.Go(func() (err error) {
		program, err = h.cloud.costOfPolls(within, daemon, thisProgram, polls, e)
		return err
	})
	both.Go(func() (err error) {
		bridge, err = h.cloud.costOfPolls(within, peer, pythonClient, polls, nil)
		return err
	})
	return program, bridge, both.Wait()
}

// costOfPolls is the mean over some polls of the only profile of a process, once
// a second. What it publishes is counted if there is a broker.
func (c *cloud) costOfPolls(
	ctx context.Context, p *process, client string, polls int, e *subscribedBroker,
) (cost pollCost, err error) {
	const untilSteady = 15 // the pages of the program that were dropped are back
	cpuBefore, before, err := c.awaitPolls(ctx, p, client, untilSteady)
	if err != nil {
		return cost, err
	}
	if e != nil {
		e.reset()
	}
	cpuAfter, after, err := c.awaitPolls(ctx, p, client, polls)
	if err != nil {
		return cost, err
	}
	counted := float64(after.Polls - before.Polls)
	cost = pollCost{
		cpu:        milliseconds(cpuAfter-cpuBefore) / counted,
		requests:   after.perPoll(before, func(c counts) int64 { return c.Requests }),
		handshakes: after.perPoll(before, func(c counts) int64 { return c.Handshakes }),
		bytes:      after.perPoll(before, func(c counts) int64 { return c.Bytes }),
	}
	if e != nil {
		t := e.traffic()
		cost.messages, cost.documents = float64(t.messages)/counted, float64(t.documents)/counted
		cost.published = float64(t.bytes) / counted
	}
	return cost, nil
}

// awaitPolls waits for some more polls, and until the last is digested; then it
// returns the CPU time so far and what the cloud has counted.
func (c *cloud) awaitPolls(ctx context.Context, p *process, client string, more int) (time.Duration, counts, error) {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout+time.Duration(more)*time.Second)
	defer cancel()
	seen, err := c.counts(ctx, client)
	for wanted := seen.Polls + int64(more); err == nil && seen.Polls < wanted; {
		if sleepContext(ctx, 50*time.Millisecond) != nil {
			return 0, seen, p.failure("polls too rarely")
		}
		seen, err = c.counts(ctx, client)
	}
	if err != nil {
		return 0, seen, err
	}
	// The next poll is most of a second away.
	if err := sleepContext(ctx, 300*time.Millisecond); err != nil {
		return 0, seen, err
	}
	if seen, err = c.counts(ctx, client); err != nil {
		return 0, seen, err
	}
	cpu, err := cpuTime(p.pid())
	return cpu, seen, err
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// each takes a figure from each measurement.
func each[T any](all []T, figure func(T) float64) series {
	s := make(series, 0, len(all))
	for _, one := range all {
		s = append(s, figure(one))
	}
	return s
}

const countedByCloud = "counted by the cloud in the same seconds"

func pollRows(polls int, ours, theirs []pollCost) []row {
	ratio := series{}
	for i := range ours {
		ratio = append(ratio, ours[i].cpu/theirs[i].cpu)
	}
	how := fmt.Sprintf("user and system time over %d polls, once a second, of one profile with every key over TLS; "+
		"the last six hours were slept; everything else that the process does meanwhile is included", polls)
	of := func(who string, costs []pollCost) []row {
		return []row{
			{
				what: "requests of a poll, " + who, digits: 2, how: countedByCloud,
				series: each(costs, func(c pollCost) float64 { return c.requests }),
			},
			{
				what: "TLS handshakes of a poll, " + who, digits: 2, how: countedByCloud,
				series: each(costs, func(c pollCost) float64 { return c.handshakes }),
			},
			{
				what: "bytes of the responses of a poll, " + who, how: countedByCloud,
				series: each(costs, func(c pollCost) float64 { return c.bytes }),
			},
		}
	}
	return slices.Concat([]row{
		{
			key: keyPoll, what: "CPU for one poll, nothing new", unit: "ms", digits: 2, goal: 3, how: how,
			series: each(ours, func(c pollCost) float64 { return c.cpu }),
		},
		{
			what: "the same of the Python bridge", unit: "ms", digits: 2,
			how:    "`e2e/perf/peer/bridge.py` (aiowithings, aiohttp, orjson, paho-mqtt), the same seconds, account and broker",
			series: each(theirs, func(c pollCost) float64 { return c.cpu }),
		},
		{key: keyPollRatio, what: "… this program in relation to it", digits: 2, goal: 0.5, how: "by run", series: ratio},
	}, of("this program", ours), of("the Python bridge", theirs), []row{
		{
			what: "messages published in a poll, this program", digits: 2, how: "counted by a subscriber in the same seconds",
			series: each(ours, func(c pollCost) float64 { return c.messages }),
		},
		{
			what: "bytes published in a poll, this program", how: "topics and payloads of these",
			series: each(ours, func(c pollCost) float64 { return c.published }),
		},
	})
}
