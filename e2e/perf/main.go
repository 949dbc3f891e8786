// SPDX-License-Identifier: MIT

// Command perf measures the whole program from outside, over TLS and beside a
// Python bridge: start, CPU, memory, size, growth. It needs Go, Python and, for
// what it reads from /proc, Linux. Goals are printed beside the figures; a missed
// one is not an error.
//
//	go run ./e2e/perf                    measures everything but soak, and prints it
//	go run ./e2e/perf -write             also puts it into docs/performance.md, with its pictures
//	go run ./e2e/perf cpu memory         only these; -write then replaces only their parts
//	go run ./e2e/perf scale 1 10 100     with these numbers of profiles
//	go run ./e2e/perf soak               a week of polls, once a second: 34 minutes
//	go run ./e2e/perf soak 300           only so many
//	go run ./e2e/perf -binary=OLD cpu    another version of the program beside this one, in turn
//	go run ./e2e/perf -quick             less of everything, to try the measuring itself out
//	go run ./e2e/perf -short             counts only, no times; fails when they have grown
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// effort is how much is measured.
type effort struct {
	starts   int           // of each kind
	repeats  int           // of what runs for a while
	watched  time.Duration // how long memory is watched
	polls    int           // how many of them share one figure of CPU time
	usual    time.Duration // how long an installation is left alone
	pushes   int           // how many notifications share one percentile
	profiles []int         // of scale
	years    []int         // of history
	soak     int           // polls
}

func fullEffort() effort {
	return effort{
		starts: 15, repeats: 3, watched: 15 * time.Second, polls: 20, usual: 10 * time.Minute, pushes: 300,
		profiles: []int{1, 10, 100, 1000}, years: []int{1, 5, 10, 20}, soak: pollsOfWeek,
	}
}

func quickEffort() effort {
	return effort{
		starts: 2, repeats: 1, watched: 6 * time.Second, polls: 8, usual: 30 * time.Second, pushes: 60,
		profiles: []int{1, 10}, years: []int{1, 2}, soak: 60,
	}
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

// wish is what the command line asks for.
type wish struct {
	much         effort
	measurements []measurement
	whole        bool   // everything but what is only measured on request
	binary       string // another version to compare with
	write, short bool
}

func parse(args []string) (w wish, err error) {
	flags := flag.NewFlagSet("perf", flag.ContinueOnError)
	flags.Usage = func() { usage(flags) }
	flags.BoolVar(&w.write, "write", false, "put the results into docs/performance.md")
	flags.BoolVar(&w.short, "short", false, "only counts")
	quick := flags.Bool("quick", false, "less of everything")
	flags.StringVar(&w.binary, "binary", "", "another version of the program to compare with")
	if err := flags.Parse(args); err != nil {
		return w, err
	}
	w.much = fullEffort()
	if *quick {
		w.much = quickEffort()
	}
	var numbers []int
	for _, arg := range flags.Args() {
		if n, err := strconv.Atoi(arg); err == nil && n > 0 {
			numbers = append(numbers, n)
			continue
		}
		at := slices.IndexFunc(measurements(), func(m measurement) bool { return m.name == arg })
		if at < 0 {
			return w, fmt.Errorf("unknown measurement %q", arg)
		}
		w.measurements = append(w.measurements, measurements()[at])
	}
	if len(w.measurements) == 0 {
		w.whole = true
		w.measurements = slices.DeleteFunc(measurements(), func(m measurement) bool { return m.kind == onRequest })
	}
	if len(numbers) > 0 {
		w.much.profiles, w.much.soak = numbers, numbers[0]
	}
	if w.write && (w.binary != "" || *quick) {
		return w, errors.New("-write needs full measurements, of this version")
	}
	return w, nil
}

// usage lists the measurements after the flags.
func usage(flags *flag.FlagSet) {
	out := flags.Output()
	_, _ = fmt.Fprintln(out, "Usage: go run ./e2e/perf [flags] [measurement …] [number …]\n\nFlags:")
	flags.PrintDefaults()
	_, _ = fmt.Fprintln(out, "\nMeasurements (all but soak if none is named), and how long one may take before it is given up:")
	for _, m := range measurements() {
		_, _ = fmt.Fprintf(out, "  %-9s %-4.0f minutes\n", m.name, m.bound().Minutes())
	}
	_, _ = fmt.Fprintln(out, "\nNumbers are those of the profiles for scale, and of the polls for soak.")
}

func run(ctx context.Context, args []string, out, progress io.Writer) (err error) {
	if len(args) == 3 && args[0] == cloudCommand {
		return serveCloud(ctx, args[1], args[2], os.Stdin, out)
	}
	if slices.Equal(args, []string{awakeCommand}) {
		return keepAwake(os.Stdin, out)
	}
	w, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	h, err := newTestbed(ctx, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close(ctx)) }()
	if w.short {
		return short(ctx, h, out)
	}
	where := machine(h.brokerName, strings.Join(append([]string{"go run ./e2e/perf"}, args...), " "))
	if err := h.stayAwake(ctx); err != nil {
		return err
	}
	if w.binary != "" {
		return compare(ctx, h, w, where, out)
	}
	return measureAll(ctx, h, w, where, out)
}
