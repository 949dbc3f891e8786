package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"vitals2mqtt/history"
)

// How much history the accounts of years have.
const (
	yearsOfHistory  = 10
	peopleWithYears = 2
)

// fillResult is what a history of many years costs.
type fillResult struct {
	fill, start     time.Duration // CPU
	filled, resting footprint     // after the first start, and after the second one
	archive         int64         // bytes
}

// years measures the first fill of two accounts with ten years of history, and a
// start with it.
func years(ctx context.Context, h *testbed, much effort) ([]row, error) {
	size := fmt.Sprintf("%d accounts with %d years: %d measure groups and %d nights each, in pages of %d and %d",
		peopleWithYears, yearsOfHistory, yearsOfHistory*groupsPerYear, yearsOfHistory*nightsPerYear,
		groupsPerPage, nightsPerPage)
	rows := []row{
		{
			what:   "CPU to read ten years of one account",
			unit:   "s",
			goal:   3,
			digits: 2,
			how:    "`run` until it is idle, by account; " + size,
		},
		{
			what:   "… resident memory afterwards",
			unit:   "MB",
			digits: 1,
			how:    "`VmRSS` six seconds later",
		},
		{
			what:   "… at its peak",
			unit:   "MB",
			digits: 1,
			how:    "`VmHWM` at that moment",
		},
		{
			what:   "… of it over what the next start holds",
			unit:   "MB",
			goal:   10,
			digits: 1,
			how:    "the difference",
		},
		{
			what:   "resident memory with ten years in the archive",
			unit:   "MB",
			goal:   34,
			digits: 1,
			how:    "`VmRSS` after the next start, idle",
		},
		{
			what:   "… of it heap, stacks, runtime",
			unit:   "MB",
			goal:   16,
			digits: 1,
			how:    "`RssAnon` at the same moment",
		},
		{
			what:   "CPU of a start with ten years in the archive",
			unit:   "s",
			digits: 2,
			how:    "until it is idle, the first polls included",
		},
		{
			what:   "the archive",
			unit:   "MB",
			digits: 1,
			how:    "bytes of the files",
		},
	}
	for range much.repeats {
		r, err := h.measureYears(ctx, yearsOfHistory)
		if err != nil {
			return nil, err
		}
		for i, v := range []float64{
			r.fill.Seconds() / peopleWithYears, float64(r.filled.resident) / megabyte, float64(r.filled.peak) / megabyte,
			float64(r.filled.peak-r.resting.resident) / megabyte, float64(r.resting.resident) / megabyte,
			float64(r.resting.private) / megabyte, r.start.Seconds(), float64(r.archive) / megabyte,
		} {
			rows[i].series = append(rows[i].series, v)
		}
	}
	return rows, nil
}

func (h *testbed) measureYears(ctx context.Context, many int) (r fillResult, err error) {
	c, err := newBulkCloud(ctx, h.folder, many)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	var broker subscribedBroker
	stopBroker, err := broker.startBroker(ctx, h)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, stopBroker(ctx)) }()
	at, err := h.newLargeInstallation(ctx, c, broker.address, peopleWithYears)
	if err != nil {
		return r, err
	}
	if r.fill, r.filled, err = h.runUntilIdle(ctx, c, at); err != nil {
		return r, err
	}
	r.archive = history.Size(filepath.Join(at.state, "history.db"))
	r.start, r.resting, err = h.runUntilIdle(ctx, c, at)
	return r, err
}

// runUntilIdle starts the daemon, and returns what it took until it was idle.
func (h *testbed) runUntilIdle(
	ctx context.Context, c *bulkCloud, at installation,
) (cpu time.Duration, held footprint, err error) {
	p, err := start(ctx, "env", "SSL_CERT_FILE="+c.certFile, h.binary, "--config", at.config, "run")
	if err != nil {
		return 0, held, err
	}
	before := c.requests.Load()
	patient, cancel := context.WithTimeout(ctx, 10*waitTimeout)
	defer cancel()
	for c.requests.Load() == before && err == nil {
		err = sleepContext(patient, time.Millisecond)
	}
	if err == nil {
		cpu, err = awaitIdle(patient, p)
	}
	if err == nil {
		err = sleepContext(patient, 6*time.Second) // after five it returns memory
	}
	if err == nil {
		held, err = footprintOf(p.pid())
	}
	return cpu, held, errors.Join(err, p.stop(ctx))
}
