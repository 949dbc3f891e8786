// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
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

	goroutines, files float64 // files are open ones
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
	closePage, err := at.openPage(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, closePage()) }()
	living, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- h.cloud.live(living) }()
	samples, err := h.watchPolls(ctx, p, at, much.soak)
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		return outcome{}, err
	}
	return soakOutcome(samples, warnings(p.printed.text())), nil
}

// watchPolls looks at a process with two profiles now and then, until each has
// been polled often enough.
func (h *testbed) watchPolls(ctx context.Context, p *process, at installation, polls int) ([]sample, error) {
	var samples []sample
	step := max(1, polls/soakSamples)
	for done := step; done <= polls; done += step {
		if _, _, err := h.cloud.awaitPolls(ctx, p, thisProgram, len(people)*step); err != nil {
			return nil, err
		}
		s := sample{polls: done}
		var err error
		if s.held, err = footprintOf(p.pid()); err != nil {
			return nil, err
		}
		metrics, err := at.metrics(ctx)
		if err != nil {
			return nil, err
		}
		s.goroutines, s.files = metrics["vitals2mqtt_goroutines"], metrics["vitals2mqtt_open_files"]
		samples = append(samples, s)
		h.say("  %d of %d polls: %.1f MB, %.0f goroutines, %.0f open files",
			done, polls, megabytes(s.held.resident), s.goroutines, s.files)
	}
	return samples, nil
}

// metrics are those of the page without labels.
func (at installation) metrics(ctx context.Context) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at.page+"metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	// A connection that is kept would be one more open file.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(answer.Body)
	return parseMetrics(string(text)), errors.Join(err, answer.Body.Close())
}

// parseMetrics reads the values without labels.
func parseMetrics(text string) map[string]float64 {
	found := map[string]float64{}
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			found[name] = v
		}
	}
	return found
}

// growth is how much the second half of some samples has more than the first, by
// the medians: a single sample may see a request that is under way.
func growth(s series) float64 {
	half := len(s) / 2
	return s[half:].median() - s[:half].median()
}

func soakOutcome(samples []sample, warned int) outcome {
	// The first tenth is not counted: caches fill.
	steady := samples[len(samples)/10:]
	private := each(steady, func(s sample) float64 { return megabytes(s.held.private) })
	half := len(private) / 2
	rows := []row{
		{
			what: "anonymous memory, second half of the polls in relation to the first", digits: 2, goal: 1.05,
			how: fmt.Sprintf("means of `RssAnon` over %d polls of two profiles with the page open, without the first tenth",
				samples[len(samples)-1].polls),
			series: series{private[half:].mean() / private[:half].mean()},
		},
		{
			what: "goroutines, second half more than the first", none: true, how: "medians of `vitals2mqtt_goroutines` of `/metrics`",
			series: series{growth(each(steady, func(s sample) float64 { return s.goroutines }))},
		},
		{
			what: "open files, second half more than the first", none: true, how: "medians of `vitals2mqtt_open_files` of `/metrics`",
			series: series{growth(each(steady, func(s sample) float64 { return s.files }))},
		},
		{what: "warnings in the log", none: true, series: series{float64(warned)}, how: "lines of it"},
	}
	of := func(figure func(sample) float64) []point {
		return pointsOf(samples, func(s sample) (x, y float64) { return float64(s.polls), figure(s) })
	}
	return outcome{rows: rows, tables: []table{soakTable(samples)}, plots: []plot{{
		file: "soak.svg", title: "Memory over a week of polls", x: "polls", y: "MB",
		lines: []line{
			{"resident", of(func(s sample) float64 { return megabytes(s.held.resident) })},
			{"of it anonymous", of(func(s sample) float64 { return megabytes(s.held.private) })},
		},
	}}}
}

// soakTable has some of the samples, the last among them.
func soakTable(samples []sample) table {
	const lines = 12
	t := table{head: []string{"polls", "resident", "of it anonymous", "goroutines", "open files"}}
	step := max(1, len(samples)/lines)
	for i := (len(samples) - 1) % step; i < len(samples); i += step {
		s := samples[i]
		t.add(s.polls, fmt.Sprintf("%.1f MB", megabytes(s.held.resident)), fmt.Sprintf("%.1f MB", megabytes(s.held.private)),
			s.goroutines, s.files)
	}
	return t
}
