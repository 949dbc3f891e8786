package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// A week of polls every five minutes.
const pollsOfWeek = 7 * 24 * 12

// soakSamples is how often the process is looked at.
const soakSamples = 48

// sample is what a process holds at some time.
type sample struct {
	polls int
	held  footprint
	files int // open
}

// soak polls as often as in a week, once a second, while the cloud has new data
// as often. What the process holds must not grow.
func soak(ctx context.Context, h *testbed, much effort) (_ outcome, err error) {
	e, err := h.newSubscribedBroker(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.settled(ctx, e, options{broker: e.address, page: true}, time.Second)
	if err != nil {
		return outcome{}, err
	}
	e.reset()
	p, err := at.run(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, p.stop(ctx)) }()
	if _, err := e.await(ctx, p, at.isComplete); err != nil {
		return outcome{}, err
	}
	living, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.cloud.live(living)
	}()
	samples, err := h.cloud.watchPolls(ctx, p, much.soak)
	stop()
	<-ended
	if err != nil {
		return outcome{}, err
	}
	return soakOutcome(samples, warnings(p.printed.text())), nil
}

// watchPolls looks at a process with two profiles now and then, until each has
// been polled often enough.
func (c *cloud) watchPolls(ctx context.Context, p *process, polls int) ([]sample, error) {
	var samples []sample
	for done := 0; done < polls; done += max(1, polls/soakSamples) {
		if _, _, err := c.awaitPolls(ctx, p, thisProgram, len(people)*max(1, polls/soakSamples)); err != nil {
			return nil, err
		}
		held, err := footprintOf(p.pid())
		if err != nil {
			return nil, err
		}
		files, err := openFiles(p.pid())
		if err != nil {
			return nil, err
		}
		samples = append(samples, sample{done + max(1, polls/soakSamples), held, files})
	}
	return samples, nil
}

func openFiles(pid int) (int, error) {
	entries, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	return len(entries), err
}

func soakOutcome(samples []sample, warned int) outcome {
	// The first tenth is not counted: caches fill.
	steady := samples[len(samples)/10:]
	first, last := steady[0], steady[len(steady)-1]
	private := each(steady, func(s sample) float64 { return megabytes(s.held.private) })
	half := len(private) / 2
	rows := []row{
		{
			what: "anonymous memory, second half of the polls in relation to the first", digits: 2, goal: 1.05,
			how:    fmt.Sprintf("means of `RssAnon` over %d polls of two profiles, without the first tenth", last.polls),
			series: series{private[half:].mean() / private[:half].mean()},
		},
		{what: "… range", unit: "MB", digits: 1, series: private, how: "`RssAnon`"},
		{
			what: "resident memory at the end", unit: "MB", digits: 1, how: "`VmRSS`",
			series: series{megabytes(last.held.resident)},
		},
		{
			what: "open files more", series: series{float64(last.files - first.files)},
			how: "entries of `/proc/PID/fd`",
		},
		{what: "warnings in the log", none: true, series: series{float64(warned)}, how: "lines of it"},
	}
	of := func(figure func(sample) float64) []point {
		return pointsOf(samples, func(s sample) (x, y float64) { return float64(s.polls), figure(s) })
	}
	return outcome{rows: rows, plots: []plot{{
		file: "soak.svg", title: "Memory over a week of polls", x: "polls", y: "MB",
		lines: []line{
			{"resident", of(func(s sample) float64 { return megabytes(s.held.resident) })},
			{"of it anonymous", of(func(s sample) float64 { return megabytes(s.held.private) })},
		},
	}}}
}
