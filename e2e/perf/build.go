package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

const megabyte = 1e6

// programSize is that of the stripped program.
func programSize(_ context.Context, h *testbed, _ effort) (outcome, error) {
	info, err := os.Stat(h.binary)
	if err != nil {
		return outcome{}, err
	}
	return outcome{rows: []row{{
		key:    keySize,
		what:   "stripped program",
		unit:   "MB",
		series: series{float64(info.Size()) / megabyte},
		goal:   25,
		digits: 1,
		how:    "`CGO_ENABLED=0 go build -trimpath -ldflags '-s -w'`, bytes of the file",
	}}}, nil
}

// decodeCost runs the benchmark of package withings.
func decodeCost(ctx context.Context, h *testbed, much effort) (outcome, error) {
	args := []string{
		"test", "-run", "^$", "-bench", "^BenchmarkMeasures$", "-benchmem",
		fmt.Sprintf("-count=%d", much.repeats), "./withings",
	}
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own benchmark
	command.Dir = h.module
	out, err := command.CombinedOutput()
	if err != nil {
		return outcome{}, fmt.Errorf("go test: %w\n%s", err, out)
	}
	rows := []row{
		{
			key:    keyDecodeAllocations,
			what:   "allocations per measure, decoding",
			unit:   "allocs/measure",
			goal:   1,
			digits: 2,
			how: "`go test -run '^$' -bench BenchmarkMeasures -benchmem ./withings`: " +
				"a page of 1,000 groups of seven measures",
		},
		{what: "decoding such a page", unit: "ns/op", digits: 1, how: "the same benchmark"},
		{what: "… at a rate of", unit: "MB/s", digits: 0, how: "the same benchmark"},
	}
	for i := range rows {
		if rows[i].series = parseBenchmark(string(out), rows[i].unit); len(rows[i].series) == 0 {
			return outcome{}, fmt.Errorf("no %s in what the benchmark printed:\n%s", rows[i].unit, out)
		}
	}
	rows[0].unit = ""
	rows[1].unit, rows[1].series = "ms", rows[1].series.times(1e-6)
	return outcome{rows: rows}, nil
}
