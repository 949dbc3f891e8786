// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// memoryUse measures the daemon alone, after polls with new data, and the demo.
func memoryUse(ctx context.Context, h *testbed, much effort) (outcome, error) {
	how := fmt.Sprintf("`VmRSS` of `run` with state: two profiles with years of history, all published, over TLS, "+
		"then %v of polls every 2 s, each with new data, with the page open", much.watched)
	later, err := footprints(ctx, h, much, "resident memory of the daemon", how, true)
	if err != nil {
		return outcome{}, err
	}
	first, err := footprints(ctx, h, much, "resident memory of the daemon, first start ever",
		"the same, but it had to fetch the whole history first", false)
	if err != nil {
		return outcome{}, err
	}
	peers, err := peerMemory(ctx, h, much)
	if err != nil {
		return outcome{}, err
	}
	demo, err := demoMemory(ctx, h, much)
	return outcome{rows: slices.Concat(later, first, peers, demo)}, err
}

// footprints measures the memory of daemons that start with state or without.
func footprints(ctx context.Context, h *testbed, much effort, what, how string, again bool) ([]row, error) {
	rows := []row{
		{what: what, unit: "MB", goal: 30, digits: 1, how: how},
		{what: "… at its peak", unit: "MB", digits: 1, how: "`VmHWM` at the same moment"},
		{what: "… of it heap, stacks, runtime", unit: "MB", digits: 1, how: "`RssAnon` at the same moment"},
		{what: "… of it touched pages of the program file", unit: "MB", digits: 1, how: "`RssFile` at the same moment"},
	}
	if again {
		rows[0].key, rows[2].key, rows[2].goal = keyMemory, keyAnonymous, 14
	}
	held, err := watchMemories(ctx, h, much, again)
	for _, f := range held {
		for i, bytes := range []int64{f.resident, f.peak, f.private, f.mapped} {
			rows[i].series = append(rows[i].series, megabytes(bytes))
		}
	}
	return rows, err
}

// peerMemory is that of the Python bridge, which has one profile and no page.
func peerMemory(ctx context.Context, h *testbed, much effort) (_ []row, err error) {
	resident := row{
		what: "resident memory of the Python bridge", unit: "MB", digits: 1,
		how: "`VmRSS` after ten polls of one profile; without archive, page and discovery",
	}
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.ofPeople(ctx, options{broker: e.address, names: people[:1]})
	if err != nil {
		return nil, err
	}
	for i := range much.repeats {
		h.say("  Python bridge, %d of %d …", i+1, much.repeats)
		p, err := h.startBridge(ctx, at, e.address, time.Second)
		if err != nil {
			return nil, err
		}
		_, _, err = h.cloud.awaitPolls(ctx, p, pythonClient, 10)
		held, problem := footprintOf(p.pid())
		if err := errors.Join(err, problem, p.kill()); err != nil {
			return nil, err
		}
		resident.series = append(resident.series, float64(held.resident)/megabyte)
	}
	return []row{resident}, nil
}

// watchMemories runs daemons beside one broker: one installation that has read its
// history again and again, or new ones.
func watchMemories(ctx context.Context, h *testbed, much effort, again bool) (all []footprint, err error) {
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	const every = 2 * time.Second
	o := options{broker: e.address, schedule: "@every " + every.String(), page: true}
	var at installation
	if again {
		if at, err = h.settled(ctx, e, o, every); err != nil {
			return nil, err
		}
	}
	for i := range much.repeats {
		if !again {
			if at, err = h.ofPeople(ctx, o); err != nil {
				return nil, err
			}
		}
		h.say("  daemon, with state %t, %d of %d …", again, i+1, much.repeats)
		held, err := h.watchMemory(ctx, e, at, much.watched)
		if err != nil {
			return nil, err
		}
		all = append(all, held)
	}
	return all, nil
}

// watchMemory starts a daemon, and looks at it after a while with the page open.
func (h *testbed) watchMemory(
	ctx context.Context, e *subscribedBroker, at installation, watched time.Duration,
) (held footprint, err error) {
	e.reset()
	p, err := at.run(ctx)
	if err != nil {
		return held, err
	}
	defer func() { err = errors.Join(err, p.stop(ctx)) }()
	if _, err := e.await(ctx, p, at.isComplete); err != nil {
		return held, err
	}
	closePage, err := at.openPage(ctx)
	if err != nil {
		return held, err
	}
	defer func() { err = errors.Join(err, closePage()) }()
	living, stop := context.WithTimeout(ctx, watched)
	defer stop()
	if err := h.cloud.live(living); err != nil { // each person has new data every 2 s
		return held, err
	}
	return footprintOf(p.pid())
}

// openPage loads the page as a browser does, and waits for its events until it is
// closed.
func (at installation) openPage(ctx context.Context) (closePage func() error, err error) {
	var transport http.Transport
	client := http.Client{Transport: &transport}
	get := func(path string) (*http.Response, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.page+path, http.NoBody)
		if err != nil {
			return nil, err
		}
		response, err := client.Do(r)
		if err == nil && response.StatusCode != http.StatusOK {
			_ = response.Body.Close()
			err = fmt.Errorf("the page /%s returned %d", path, response.StatusCode)
		}
		return response, err
	}
	whole, err := get("")
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, whole.Body)
	if err := errors.Join(err, whole.Body.Close()); err != nil {
		return nil, err
	}
	stream, err := get("events") //nolint:bodyclose // closed with the page
	if err != nil {
		return nil, err
	}
	return func() error {
		defer transport.CloseIdleConnections()
		return stream.Body.Close()
	}, nil
}

// demoMemory is the memory of everything in one process.
func demoMemory(ctx context.Context, h *testbed, much effort) (_ []row, err error) {
	resident := row{
		what:   "resident memory of the whole demo",
		unit:   "MB",
		digits: 1,
		how:    fmt.Sprintf("`VmRSS` of `demo` after %v: daemon, broker, simulated cloud with all its data", much.watched),
	}
	for i := range much.repeats {
		h.say("  demo, %d of %d …", i+1, much.repeats)
		p, err := start(ctx, h.binary, "demo")
		if err != nil {
			return nil, err
		}
		if _, err := p.line(ctx, "weight_kg"); err != nil {
			return nil, errors.Join(err, p.stop(ctx))
		}
		err = sleepContext(ctx, much.watched)
		held, problem := footprintOf(p.pid())
		if err := errors.Join(err, problem, p.stop(ctx)); err != nil {
			return nil, err
		}
		resident.series = append(resident.series, float64(held.resident)/megabyte)
	}
	return []row{resident}, nil
}
