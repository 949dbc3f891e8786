// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// keysResult is what a poll costs with so many keys.
type keysResult struct {
	keys int
	cost pollCost
	held footprint
}

// keys measures how a poll grows with the number of measurements that are
// published: 1, then an even choice among all that a profile has, then all.
func keys(ctx context.Context, h *testbed, much effort) (_ outcome, err error) {
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	every, err := keysOfProfile(ctx, h, e)
	if err != nil {
		return outcome{}, err
	}
	var all []keysResult
	for _, n := range []int{1, len(every) / 4, len(every) / 2, len(every)} {
		h.say("  %d keys …", n)
		r, err := measureKeys(ctx, h, e, choose(every, n), much.polls)
		if err != nil {
			return outcome{}, fmt.Errorf("%d keys: %w", n, err)
		}
		all = append(all, r)
	}
	t := table{head: []string{"keys", "CPU of a poll", "requests of a poll", "bytes of the responses", "resident"}}
	for _, r := range all {
		t.add(r.keys, fmt.Sprintf("%.2f ms", r.cost.cpu), fmt.Sprintf("%.2f", r.cost.requests),
			fmt.Sprintf("%.0f", r.cost.bytes), fmt.Sprintf("%.1f MB", megabytes(r.held.resident)))
	}
	return outcome{tables: []table{t}, plots: []plot{{
		file: "growth-keys.svg", title: "CPU of a poll against keys", x: "keys of the profile", y: "ms",
		lines: []line{{"one poll, nothing new", pointsOf(all, func(r keysResult) (x, y float64) {
			return float64(r.keys), r.cost.cpu
		})}},
	}}}, nil
}

// keysOfProfile returns the keys that the first person has values for, the weight
// first.
func keysOfProfile(ctx context.Context, h *testbed, e *subscribedBroker) ([]string, error) {
	at, err := h.settled(ctx, e, options{broker: e.address, names: people[:1]}, time.Second)
	if err != nil {
		return nil, err
	}
	// What the bridge itself publishes, such as problems, cannot be chosen.
	p, err := at.start(ctx, "sensors")
	if err != nil {
		return nil, err
	}
	if err := p.wait(ctx); err != nil {
		return nil, err
	}
	var listed []string
	for line := range strings.Lines(p.printed.text()) {
		if key, about, _ := strings.Cut(line, " "); !strings.Contains(about, " bridge") {
			listed = append(listed, key)
		}
	}
	found := []string{"weight_kg"}
	base := "vitals2mqtt/" + strings.ToLower(people[0]) + "/"
	for _, topic := range e.topics() {
		key, isOurs := strings.CutPrefix(topic, base)
		key, isDetail := strings.CutSuffix(key, "/detail")
		if isOurs && isDetail && key != found[0] && slices.Contains(listed, key) {
			found = append(found, key)
		}
	}
	slices.Sort(found[1:])
	return found, nil
}

// choose returns so many of all, evenly spread, the first among them.
func choose(all []string, n int) []string {
	chosen := make([]string, n)
	for i := range chosen {
		chosen[i] = all[i*len(all)/n]
	}
	return chosen
}

func measureKeys(
	ctx context.Context, h *testbed, e *subscribedBroker, chosen []string, polls int,
) (r keysResult, err error) {
	at, err := h.settled(ctx, e, options{broker: e.address, names: people[:1], keys: chosen}, time.Second)
	if err != nil {
		return r, err
	}
	e.reset()
	p, err := at.run(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, p.stop(ctx)) }()
	if _, err := e.await(ctx, p, at.isComplete); err != nil {
		return r, err
	}
	r.keys = len(chosen)
	if r.cost, err = h.cloud.costOfPolls(ctx, p, thisProgram, polls, e); err != nil {
		return r, err
	}
	r.held, err = footprintOf(p.pid())
	return r, err
}
