// Command perf measures the whole program from outside: start, memory, CPU,
// size. It needs only Go, and Linux for what it reads from /proc. Goals
// are printed beside the figures; a missed one is not an error.
//
//	go run ./e2e/perf           prints the table
//	go run ./e2e/perf -write    also puts it into docs/performance.md
//	go run ./e2e/perf -quick    two minutes, to try the program out; writes nothing
//	go run ./e2e/perf -binary=PATH         the same of another version of the program
//	go run ./e2e/perf years     only the first fill and the memory with ten years of history
//	go run ./e2e/perf scale 2 10 30 100    what so many profiles cost to restart and to stop
//	go run ./e2e/perf decode    decoding and extracting beside aiowithings
//	go run ./e2e/perf stop 300 1000        only how long they take to stop during the first polls
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// effort is how much is measured.
type effort struct {
	starts  int           // of each kind
	repeats int           // of what runs for a while
	watched time.Duration // how long memory is watched
	syncs   int           // how many of them share one figure of CPU time
	pushes  int           // how many notifications share one percentile
}

func fullEffort() effort {
	return effort{starts: 20, repeats: 2, watched: 30 * time.Second, syncs: 30, pushes: 300}
}

func quickEffort() effort {
	return effort{starts: 3, repeats: 1, watched: 6 * time.Second, syncs: 10, pushes: 60}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "perf:", err)
		os.Exit(1)
	}
}

// part is a part of the table.
type part struct {
	what    string
	measure func(context.Context, *testbed, effort) ([]row, error)
}

func allParts() []part {
	return []part{
		// CPU before memory: that adds new data, which would count.
		{"size", programSize},
		{"start", startTimes},
		{"CPU", cpuPerSync},
		{"memory", memoryUse},
		{"years", years},
		{"demo", demoMemory},
		{"decoding", decodeCost},
		{"push", pushLatency},
		{"flood", pushFlood},
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	if len(args) > 1 && (args[0] == "scale" || args[0] == "stop") {
		return scale(ctx, args[1:], args[0] == "stop", out, progress)
	}
	if len(args) == 1 && args[0] == "decode" {
		return decodeComparison(ctx, out, progress)
	}
	much, write, parts := fullEffort(), false, allParts()
	binary := ""
	for _, arg := range args {
		if path, ok := strings.CutPrefix(arg, "-binary="); ok {
			binary = path
			continue
		}
		switch arg {
		case "-write":
			write = true
		case "-quick":
			much = quickEffort()
		case "years":
			parts = slices.DeleteFunc(parts, func(p part) bool { return p.what != "years" })
		default:
			return fmt.Errorf("unknown argument %q; use -write, -quick, -binary=PATH, years, or scale followed by profile counts", arg)
		}
	}
	if write && (binary != "" || much == quickEffort() || len(parts) < len(allParts())) {
		return errors.New("-write needs the whole table, of this version")
	}
	h, err := newTestbed(ctx, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	h.binary = cmp.Or(binary, h.binary)
	var rows []row
	for _, part := range parts {
		_, _ = fmt.Fprintf(progress, "%s …\n", part.what)
		more, err := part.measure(ctx, h, much)
		if err != nil {
			return fmt.Errorf("%s: %w", part.what, err)
		}
		rows = append(rows, more...)
	}
	text := report(machine(h.brokerName), rows)
	_, _ = fmt.Fprint(out, text)
	if !write {
		return nil
	}
	return rewrite(filepath.Join(h.module, "docs", "performance.md"), text)
}
