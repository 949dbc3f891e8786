package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// memoryUse measures the daemon alone, after polls with new data, and the demo.
func memoryUse(ctx context.Context, h *testbed, much effort) (outcome, error) {
	how := fmt.Sprintf("`VmRSS` of `run` with state: two profiles with years of history, all published, over TLS, "+
		"then %v of polls every 2 s, each with new data, and one request for the page", much.watched)
	later, err := h.footprints(ctx, much, "resident memory of the daemon", how, true)
	if err != nil {
		return outcome{}, err
	}
	first, err := h.footprints(ctx, much, "resident memory of the daemon, first start ever",
		"the same, but it had to fetch the whole history first", false)
	if err != nil {
		return outcome{}, err
	}
	peers, err := h.peerMemory(ctx, much)
	if err != nil {
		return outcome{}, err
	}
	demo, err := demoMemory(ctx, h, much)
	return outcome{rows: slices.Concat(later, first, peers, demo)}, err
}

// footprints measures the memory of daemons that start with state or without.
func (h *testbed) footprints(ctx context.Context, much effort, what, how string, again bool) ([]row, error) {
	rows := []row{
		{what: what, unit: "MB", goal: 30, digits: 1, how: how},
		{what: "… at its peak", unit: "MB", digits: 1, how: "`VmHWM` at the same moment"},
		{what: "… of it heap, stacks, runtime", unit: "MB", digits: 1, how: "`RssAnon` at the same moment"},
		{what: "… of it touched pages of the program file", unit: "MB", digits: 1, how: "`RssFile` at the same moment"},
	}
	if again {
		rows[0].key, rows[2].key, rows[2].goal = keyMemory, keyAnonymous, 14
	}
	for range much.repeats {
		held, err := h.watchMemory(ctx, much, again)
		if err != nil {
			return nil, err
		}
		for i, bytes := range []int64{held.resident, held.peak, held.private, held.mapped} {
			rows[i].series = append(rows[i].series, float64(bytes)/megabyte)
		}
	}
	return rows, nil
}

// peerMemory is that of the Python bridge, which has one profile and no page.
func (h *testbed) peerMemory(ctx context.Context, much effort) (_ []row, err error) {
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
	for range much.repeats {
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

func (h *testbed) watchMemory(ctx context.Context, much effort, again bool) (held footprint, err error) {
	err = h.whileRunning(ctx, again, func(p *process, at installation) error {
		living, stop := context.WithTimeout(ctx, much.watched)
		defer stop()
		status, _, err := request(ctx, h.cloud.client, http.MethodGet, at.page, "", "")
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			return fmt.Errorf("the page returned %d", status)
		}
		h.cloud.live(living) // each person has new data every 2 s
		held, err = footprintOf(p.pid())
		return err
	})
	return held, err
}

// whileRunning runs do beside a daemon that has published everything,
// at its first start or when it is started again.
func (h *testbed) whileRunning(ctx context.Context, again bool, do func(*process, installation) error) (err error) {
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.ofPeople(ctx, options{broker: e.address, schedule: "@every 2s", page: true})
	if err != nil {
		return err
	}
	if again {
		if _, _, err := h.oneStart(ctx, e, at); err != nil {
			return err
		}
		e.reset()
	}
	p, err := at.run(ctx)
	if err != nil {
		return err
	}
	_, err = e.await(ctx, p, "complete tree", at.isComplete)
	if err == nil {
		err = do(p, at)
	}
	return errors.Join(err, p.stop(ctx))
}

// demoMemory is the memory of everything in one process.
func demoMemory(ctx context.Context, h *testbed, much effort) (_ []row, err error) {
	resident := row{
		what:   "resident memory of the whole demo",
		unit:   "MB",
		digits: 1,
		how:    fmt.Sprintf("`VmRSS` of `demo` after %v: daemon, broker, simulated cloud with all its data", much.watched),
	}
	for range much.repeats {
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
