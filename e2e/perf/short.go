// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// How many profiles are compared with one.
const fewProfiles = 20

// limit is a count that must not grow.
type limit struct {
	what     string
	measured float64
	most     float64
}

// short checks counts, which are the same on every machine. It fails when one is
// above its limit.
func short(ctx context.Context, h *testbed, out io.Writer) error {
	one, err := countPolls(ctx, h)
	if err != nil {
		return err
	}
	limits := []limit{
		{"requests of a poll with every key", one.requests, 6},
		{"TLS handshakes of a poll", one.handshakes, 0},
		{"documents published in a poll, nothing new", one.documents, 0},
		{"messages published in a poll, nothing new", one.messages, 2},
		{"bytes published in a poll, nothing new", one.published, 3500},
	}
	var few [2]manyCounts
	for i, n := range []int{1, fewProfiles} {
		if few[i], err = countMany(ctx, h, n); err != nil {
			return fmt.Errorf("%d profiles: %w", n, err)
		}
	}
	limits = append(limits, few[1].limits(few[0])...)
	t, err := checked(limits)
	_, _ = fmt.Fprint(out, t)
	return err
}

// checked shows the limits; the error names those that are exceeded.
func checked(limits []limit) (table, error) {
	t := table{head: []string{"what", "counted", "at most"}}
	var grown []error
	for _, l := range limits {
		t.add(l.what, fmt.Sprintf("%.2f", l.measured), fmt.Sprintf("%.2f", l.most))
		if l.measured > l.most+0.005 { // as printed
			grown = append(grown, fmt.Errorf("%s: %.2f, at most %.2f", l.what, l.measured, l.most))
		}
	}
	return t, errors.Join(grown...)
}

// countPolls counts what polls of the first person cost, with nothing new.
func countPolls(ctx context.Context, h *testbed) (cost pollCost, err error) {
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return cost, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.settled(ctx, e, options{broker: e.address, names: people[:1]}, time.Second)
	if err != nil {
		return cost, err
	}
	e.reset()
	p, err := at.run(ctx)
	if err != nil {
		return cost, err
	}
	defer func() { err = errors.Join(err, p.stop(ctx)) }()
	if _, err := e.await(ctx, p, at.isComplete); err != nil {
		return cost, err
	}
	const polls = 6
	return h.cloud.costOfPolls(ctx, p, thisProgram, polls, e)
}

// manyCounts is what a start with state and the first poll of some profiles cost.
type manyCounts struct {
	profiles  int
	run       bulkRun
	published traffic
}

func countMany(ctx context.Context, h *testbed, n int) (m manyCounts, err error) {
	m.profiles = n
	b, err := h.newBulk(ctx, bulkOptions{profiles: n, schedule: "@every 12h", subscribed: true})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	if _, err := b.runOnce(ctx, stage{polled: n, idle: true}); err != nil {
		return m, err
	}
	b.broker.reset()
	m.run, err = b.runOnce(ctx, stage{polled: n, idle: true})
	m.published = b.broker.traffic()
	return m, err
}

// each returns a count for each profile.
func (m manyCounts) each(count int64) float64 { return float64(count) / float64(m.profiles) }

// requests is what the cloud counted of the second start, for each profile.
func (m manyCounts) requests() float64 { return m.each(m.run.after.Requests - m.run.before.Requests) }

func (m manyCounts) handshakes() float64 {
	return m.each(m.run.after.Handshakes - m.run.before.Handshakes)
}

// limits compares many profiles with one.
func (m manyCounts) limits(one manyCounts) []limit {
	of := func(what string) string { return fmt.Sprintf("%s, each of %d profiles at a start", what, m.profiles) }
	return []limit{
		{of("requests"), m.requests(), one.requests()},
		{of("TLS handshakes"), m.handshakes(), 2},
		{of("documents published"), m.each(m.published.documents), one.each(one.published.documents)},
		{of("messages published"), m.each(m.published.messages), one.each(one.published.messages)},
		{of("bytes published"), m.each(m.published.bytes), one.each(one.published.bytes)},
		{"MQTT messages ignored", float64(ignored(one.run.log) + ignored(m.run.log)), 0},
		{"warnings in the logs", float64(warnings(one.run.log) + warnings(m.run.log)), 0},
	}
}
