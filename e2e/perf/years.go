// SPDX-License-Identifier: MIT

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
	years           int
	fill, start     time.Duration // CPU
	requests        int64         // of the fill
	filled, resting footprint     // after the first start, and after the second one
	archive         int64         // bytes
}

// years measures the first fill of two accounts with ten years of history, a
// start with it, and how both grow.
func years(ctx context.Context, h *testbed, much effort) (outcome, error) {
	var tens, all []fillResult
	for range much.repeats {
		r, err := measureYears(ctx, h, yearsOfHistory)
		if err != nil {
			return outcome{}, err
		}
		tens = append(tens, r)
	}
	for _, many := range much.years {
		r := tens[0]
		if many != yearsOfHistory {
			var err error
			if r, err = measureYears(ctx, h, many); err != nil {
				return outcome{}, err
			}
		}
		all = append(all, r)
	}
	return outcome{rows: yearsRows(tens), tables: []table{yearsTable(all)}, plots: yearsPlots(all)}, nil
}

func megabytes(bytes int64) float64 { return float64(bytes) / megabyte }

func yearsRows(tens []fillResult) []row {
	size := fmt.Sprintf("%d accounts with %d years: %d measure groups and %d nights each, in pages of %d and %d, over TLS",
		peopleWithYears, yearsOfHistory, yearsOfHistory*groupsPerYear, yearsOfHistory*nightsPerYear,
		groupsPerPage, nightsPerPage)
	of := func(figure func(fillResult) float64) series { return each(tens, figure) }
	return []row{
		{
			key: keyFill, what: "CPU to read ten years of one account", unit: "s", goal: 3, digits: 2,
			how:    "`run` until it is idle, by account; " + size,
			series: of(func(r fillResult) float64 { return r.fill.Seconds() / peopleWithYears }),
		},
		{
			key: keyFillRequests, what: "… requests", how: "counted by the cloud, by account",
			series: of(func(r fillResult) float64 { return float64(r.requests) / peopleWithYears }),
		},
		{
			what: "… resident memory afterwards", unit: "MB", digits: 1, how: "`VmRSS` six seconds later",
			series: of(func(r fillResult) float64 { return megabytes(r.filled.resident) }),
		},
		{
			what: "… at its peak", unit: "MB", digits: 1, how: "`VmHWM` at that moment",
			series: of(func(r fillResult) float64 { return megabytes(r.filled.peak) }),
		},
		{
			key: keyPeak, what: "… of it over what the next start holds", unit: "MB", goal: 10, digits: 1, how: "the difference",
			series: of(func(r fillResult) float64 { return megabytes(r.filled.peak - r.resting.resident) }),
		},
		{
			key: keyYears, what: "resident memory with ten years in the archive", unit: "MB", goal: 30, digits: 1,
			how:    "`VmRSS` after the next start, idle, with the page open",
			series: of(func(r fillResult) float64 { return megabytes(r.resting.resident) }),
		},
		{
			key: keyYearsAnonymous, what: "… of it heap, stacks, runtime", unit: "MB", goal: 14, digits: 1,
			how:    "`RssAnon` at the same moment",
			series: of(func(r fillResult) float64 { return megabytes(r.resting.private) }),
		},
		{
			what: "CPU of a start with ten years in the archive", unit: "s", digits: 2,
			how:    "until it is idle, the first polls included",
			series: of(func(r fillResult) float64 { return r.start.Seconds() }),
		},
		{
			what: "the archive", unit: "MB", digits: 1, how: "bytes of the files",
			series: of(func(r fillResult) float64 { return megabytes(r.archive) }),
		},
	}
}

// yearsTable is the growth with the length of the history.
func yearsTable(all []fillResult) table {
	t := table{head: []string{
		"years", "groups and nights of an account", "CPU to read one account", "CPU of the next start", "resident memory then",
		"peak of the first start", "archive",
	}}
	for _, r := range all {
		t.add(r.years, r.years*(groupsPerYear+nightsPerYear), fmt.Sprintf("%.2f s", r.fill.Seconds()/peopleWithYears),
			fmt.Sprintf("%.2f s", r.start.Seconds()), fmt.Sprintf("%.1f MB", megabytes(r.resting.resident)),
			fmt.Sprintf("%.1f MB", megabytes(r.filled.peak)), fmt.Sprintf("%.1f MB", megabytes(r.archive)))
	}
	return t
}

func yearsPlots(all []fillResult) []plot {
	of := func(figure func(fillResult) float64) []point {
		return pointsOf(all, func(r fillResult) (x, y float64) { return float64(r.years), figure(r) })
	}
	return []plot{
		{
			file: "growth-history.svg", title: "CPU to read the history of one account", x: "years of history", y: "s",
			lines: []line{
				{"first start", of(func(r fillResult) float64 { return r.fill.Seconds() / peopleWithYears })},
				{"next start", of(func(r fillResult) float64 { return r.start.Seconds() / peopleWithYears })},
			},
		},
		{
			file: "growth-history-memory.svg", title: "Memory with two accounts", x: "years of history", y: "MB",
			lines: []line{
				{"peak of the first start", of(func(r fillResult) float64 { return megabytes(r.filled.peak) })},
				{"resident after the next start", of(func(r fillResult) float64 { return megabytes(r.resting.resident) })},
				{"of it anonymous", of(func(r fillResult) float64 { return megabytes(r.resting.private) })},
			},
		},
	}
}

func measureYears(ctx context.Context, h *testbed, many int) (r fillResult, err error) {
	r.years = many
	h.say("  %d years: first start …", many)
	b, err := h.newBulk(ctx, bulkOptions{years: many, profiles: peopleWithYears, schedule: "@every 12h", page: true})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, b.close(ctx)) }()
	// After five seconds the daemon returns memory.
	rested := stage{polled: peopleWithYears, idle: true, page: true, rest: 6 * time.Second}
	first, err := b.runOnce(ctx, rested)
	if err != nil {
		return r, err
	}
	r.fill, r.filled, r.requests = first.cpu, first.held, first.after.Requests
	r.archive = history.Size(filepath.Join(b.at.state, "history.db"))
	h.say("  %d years: next start …", many)
	next, err := b.runOnce(ctx, rested)
	r.start, r.resting = next.cpu, next.held
	return r, err
}
