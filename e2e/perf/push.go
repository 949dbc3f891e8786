// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"fmt"
	"os/exec"
)

// benchmark runs one of package cli's and returns the rows with what it has
// measured for each unit.
func (h *testbed) benchmark(
	ctx context.Context, name, times string, much effort, units []string, rows []row,
) ([]row, error) {
	args := []string{
		"test", "-run", "^$", "-bench", "^" + name + "$",
		"-benchtime", times, fmt.Sprintf("-count=%d", much.repeats), "./cli",
	}
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own benchmark
	command.Dir = h.module
	out, err := command.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test: %w\n%s", err, out)
	}
	for i := range rows {
		if rows[i].series = parseBenchmark(string(out), units[i]); len(rows[i].series) == 0 {
			return nil, fmt.Errorf("no %s in what the benchmark printed:\n%s", units[i], out)
		}
	}
	return rows, nil
}

// pushes is the way from a notification to a value, and what many of them do.
func pushes(ctx context.Context, h *testbed, much effort) (outcome, error) {
	h.say("  notification to value …")
	latency, err := pushLatency(ctx, h, much)
	if err != nil {
		return outcome{}, err
	}
	h.say("  flood …")
	flood, err := pushFlood(ctx, h, much)
	return outcome{rows: append(latency, flood...)}, err
}

// pushLatency is the way from a notification to a value.
func pushLatency(ctx context.Context, h *testbed, much effort) ([]row, error) {
	times := fmt.Sprintf("%dx", much.pushes)
	units := []string{
		"p50-ms", "p99-ms", "to-question-p50-ms", "from-answer-p50-ms", "with-cloud-p50-ms", "with-cloud-p99-ms",
	}
	return h.benchmark(ctx, "BenchmarkPushToValue", times, much, units, []row{
		{
			key:    keyPush,
			what:   "notification to value at a subscriber, median",
			unit:   "ms",
			goal:   1,
			digits: 2,
			how: fmt.Sprintf("`go test -run '^$' -bench BenchmarkPushToValue -benchtime %s ./cli`: "+
				"a weigh-in at the simulated cloud, all "+
				"over sockets; from just before the notification is written until the cloud is asked, and from when its answer "+
				"is complete until a subscriber has the value; daemon, cloud, embedded broker and subscriber share the process; "+
				"no profile is weighed twice within two seconds", times),
		},
		{key: keyPushSlow, what: "… 99th percentile", unit: "ms", goal: 5, digits: 2, how: "the same weigh-ins"},
		{what: "… of it until the request to the cloud, median", unit: "ms", digits: 2, how: "the same weigh-ins"},
		{what: "… of it after the response, median", unit: "ms", digits: 2, how: "the same weigh-ins"},
		{
			what:   "weigh-in to value, with the cloud's own time, median",
			unit:   "ms",
			digits: 2,
			how:    "the same weigh-ins, the simulated cloud posting without delay",
		},
		{what: "… 99th percentile", unit: "ms", digits: 2, how: "the same weigh-ins"},
	})
}

// pushFlood is what ten seconds of invented notifications do.
func pushFlood(ctx context.Context, h *testbed, much effort) ([]row, error) {
	units := []string{"posts/s", "accepted", "fetches", "grown-MB", "goroutines", "slowest-s"}
	return h.benchmark(ctx, "BenchmarkFlood", "1x", much, units, []row{
		{
			what: "flood of invented notifications", unit: "posts/s",
			how: "`go test -run '^$' -bench BenchmarkFlood -benchtime 1x ./cli`: ten seconds, " +
				"half of it to guessed addresses, half to " +
				"the right one from four networks; ten profiles get a weight meanwhile, one a second",
		},
		{
			what: "… accepted as well formed", unit: "posts",
			how: "the same ten seconds: 20 a second and 100 at once from each network",
		},
		{what: "… requests to the cloud, real ones included", unit: "fetches", how: "the same ten seconds"},
		{
			what:   "… heap grown by",
			unit:   "MB",
			digits: 2,
			how:    "after it, after a collection, with cloud, broker and flood in the process",
		},
		{what: "… goroutines more", how: "the same moment"},
		{
			what:   "… slowest of the ten real values",
			unit:   "s",
			digits: 1,
			how:    "weigh-in to subscriber: profiles named by invented notifications are fetched once in ten seconds",
		},
	})
}
