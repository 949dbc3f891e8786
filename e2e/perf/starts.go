// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"strings"
	"time"
)

// startTimes measures from the request to start the process to the first
// discovery document at a subscriber.
func startTimes(ctx context.Context, h *testbed, much effort) (outcome, error) {
	first := row{
		key:  keyStart,
		what: "start to first document, first start ever",
		unit: "ms",
		goal: 60,
		how:  "process start → the bridge's document at a subscriber; tokens, but no other state; broker empty",
	}
	all := row{
		what: "… to all documents and both profiles' values", unit: "ms",
		how: "the same starts; includes the first poll of the whole history",
	}
	h.say("  %d first starts …", much.starts)
	for range much.starts {
		e, err := h.newSubscribedBroker(ctx)
		if err != nil {
			return outcome{}, err
		}
		at, err := h.ofPeople(ctx, options{broker: e.address})
		if err != nil {
			return outcome{}, errors.Join(err, e.stop(ctx))
		}
		document, rest, err := at.oneStart(ctx, e)
		if err := errors.Join(err, e.stop(ctx)); err != nil {
			return outcome{}, err
		}
		first.series, all.series = append(first.series, document), append(all.series, rest)
	}
	warm, err := warmStarts(ctx, h, much)
	return outcome{rows: append([]row{first, all}, warm...)}, err
}

// warmStarts starts one installation again and again; the first does not count.
func warmStarts(ctx context.Context, h *testbed, much effort) (_ []row, err error) {
	first := row{
		what: "start to first document, with state",
		unit: "ms",
		goal: 60,
		how:  "the same, started again with its state; the broker keeps the tree",
	}
	all := row{
		what: "… to all documents and both profiles' values", unit: "ms",
		how: "the same starts; values come from the state folder, before any poll",
	}
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.ofPeople(ctx, options{broker: e.address})
	if err != nil {
		return nil, err
	}
	h.say("  %d starts with state …", much.starts)
	for i := range much.starts + 1 {
		document, rest, err := at.oneStart(ctx, e)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			first.series, all.series = append(first.series, document), append(all.series, rest)
		}
	}
	return []row{first, all}, nil
}

// oneStart returns how long the first document and everything took, in ms.
func (at installation) oneStart(
	ctx context.Context, e *subscribedBroker,
) (document, all float64, err error) {
	e.reset()
	p, err := at.run(ctx)
	if err != nil {
		return 0, 0, err
	}
	heard, err := e.await(ctx, p, at.isComplete)
	if err := errors.Join(err, p.stop(ctx)); err != nil {
		return 0, 0, err
	}
	document, all = -1, -1
	for topic, when := range heard {
		if when.Before(p.began) {
			continue // the offline message of the previous one
		}
		ms := float64(when.Sub(p.began)) / float64(time.Millisecond)
		all = max(all, ms)
		if strings.HasPrefix(topic, documentPrefix) && (document < 0 || ms < document) {
			document = ms
		}
	}
	return document, all, nil
}
