package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

const megabyte = 1e6

// size is that of the stripped program.
func size(_ context.Context, h *household, _ effort) ([]row, error) {
	info, err := os.Stat(h.binary)
	if err != nil {
		return nil, err
	}
	return []row{{
		what: "stripped program", unit: "MB", series: series{float64(info.Size()) / megabyte}, goal: 25, digits: 1,
		how: "`CGO_ENABLED=0 go build -trimpath -ldflags '-s -w'`, bytes of the file",
	}}, nil
}

// starts measures from the request to start the process to the first discovery
// document at a subscriber.
func starts(ctx context.Context, h *household, much effort) ([]row, error) {
	first := row{
		what: "start to first document, first start ever", unit: "ms", goal: 150,
		how: "process start → the bridge's document at a subscriber; tokens, but no other state; broker empty",
	}
	all := row{
		what: "… to all documents and both people's values", unit: "ms",
		how: "the same starts; includes the first poll of the whole history",
	}
	for range much.starts {
		e, err := h.newExchange(ctx)
		if err != nil {
			return nil, err
		}
		at, err := h.newHome(ctx, e.address, "@every 5m")
		if err != nil {
			return nil, errors.Join(err, e.stop(ctx))
		}
		document, rest, err := h.oneStart(ctx, e, at)
		if err := errors.Join(err, e.stop(ctx)); err != nil {
			return nil, err
		}
		first.series, all.series = append(first.series, document), append(all.series, rest)
	}
	warm, err := h.warmStarts(ctx, much)
	return append([]row{first, all}, warm...), err
}

// warmStarts starts one installation again and again; the first does not count.
func (h *household) warmStarts(ctx context.Context, much effort) (_ []row, err error) {
	first := row{
		what: "start to first document, with state", unit: "ms", goal: 150,
		how: "the same, started again on what it remembers; broker keeps the tree",
	}
	all := row{
		what: "… to all documents and both people's values", unit: "ms",
		how: "the same starts; values come from the state folder, before any poll",
	}
	e, err := h.newExchange(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.newHome(ctx, e.address, "@every 5m")
	if err != nil {
		return nil, err
	}
	for i := range much.starts + 1 {
		document, rest, err := h.oneStart(ctx, e, at)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			first.series, all.series = append(first.series, document), append(all.series, rest)
		}
	}
	return []row{first, all}, nil
}

// oneStart returns how long the first document and everything took, in ms.
func (h *household) oneStart(ctx context.Context, e *exchange, at home) (document, all float64, err error) {
	e.forget()
	p, err := h.run(ctx, at)
	if err != nil {
		return 0, 0, err
	}
	heard, err := e.await(ctx, p, "complete tree", complete)
	if err := errors.Join(err, p.stop(ctx)); err != nil {
		return 0, 0, err
	}
	document, all = -1, -1
	for topic, when := range heard {
		ms := float64(when.Sub(p.began)) / float64(time.Millisecond)
		all = max(all, ms)
		if strings.HasPrefix(topic, "homeassistant/device/") && (document < 0 || ms < document) {
			document = ms
		}
	}
	return document, all, nil
}

// memory is that of the daemon alone, after polls that bring news.
func memory(ctx context.Context, h *household, much effort) ([]row, error) {
	how := fmt.Sprintf("`VmRSS` of `run`: two people with years of history, all published, then %v of polls every 2 s, "+
		"each with news, and the page looked at", much.watched)
	resident := row{what: "resident memory of the daemon", unit: "MB", goal: 30, digits: 1, how: how}
	peak := row{what: "… at its peak", unit: "MB", goal: 30, digits: 1, how: "`VmHWM` at the same moment"}
	private := row{what: "… of it heap, stacks, runtime", unit: "MB", digits: 1, how: "`RssAnon` at the same moment"}
	mapped := row{what: "… of it touched pages of the program file", unit: "MB", digits: 1, how: "`RssFile` at the same moment"}
	for range much.repeats {
		held, err := h.watchMemory(ctx, much)
		if err != nil {
			return nil, err
		}
		resident.series = append(resident.series, float64(held.resident)/megabyte)
		peak.series = append(peak.series, float64(held.peak)/megabyte)
		private.series = append(private.series, float64(held.private)/megabyte)
		mapped.series = append(mapped.series, float64(held.mapped)/megabyte)
	}
	return []row{resident, peak, private, mapped}, nil
}

func (h *household) watchMemory(ctx context.Context, much effort) (held footprint, err error) {
	err = h.whileRunning(ctx, "@every 2s", func(p *process, at home) error {
		living, stop := context.WithTimeout(ctx, much.watched)
		defer stop()
		if err := look(ctx, at.page); err != nil {
			return err
		}
		h.cloud.Live(living, time.Second) // one person after the other, so each has news every 2 s
		held, err = footprintOf(p.pid())
		return err
	})
	return held, err
}

// look opens the page, as a browser would.
func look(ctx context.Context, page string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, http.NoBody)
	if err != nil {
		return err
	}
	reply, err := (&http.Client{}).Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = reply.Body.Close() }()
	if _, err := io.Copy(io.Discard, reply.Body); err != nil {
		return err
	}
	if reply.StatusCode != http.StatusOK {
		return errors.New("the page answers " + reply.Status)
	}
	return nil
}

// whileRunning does something beside a daemon that has published everything.
func (h *household) whileRunning(ctx context.Context, schedule string, do func(*process, home) error) (err error) {
	e, err := h.newExchange(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.stop(ctx)) }()
	at, err := h.newHome(ctx, e.address, schedule)
	if err != nil {
		return err
	}
	p, err := h.run(ctx, at)
	if err != nil {
		return err
	}
	_, err = e.await(ctx, p, "complete tree", complete)
	if err == nil {
		err = do(p, at)
	}
	return errors.Join(err, p.stop(ctx))
}

// cpu is the daemon's time for one sync of one person, all endpoints.
func cpu(ctx context.Context, h *household, much effort) ([]row, error) {
	quiet := row{
		what: "CPU for one poll of one person, nothing new", unit: "ms", goal: 1, digits: 2,
		how: fmt.Sprintf("user and system time of `run` over %d polls of two people, each of all three endpoints; everything else "+
			"that it does meanwhile counts too", much.syncs),
	}
	for range much.repeats {
		spent, err := h.spend(ctx, much)
		if err != nil {
			return nil, err
		}
		quiet.series = append(quiet.series, spent)
	}
	return []row{quiet}, nil
}

// spend returns the CPU time for one sync, in ms.
func (h *household) spend(ctx context.Context, much effort) (spent float64, err error) {
	err = h.whileRunning(ctx, "@every 1s", func(p *process, _ home) error {
		before, begun, err := h.tally(ctx, p, len(people))
		if err != nil {
			return err
		}
		after, ended, err := h.tally(ctx, p, much.syncs)
		if err != nil {
			return err
		}
		spent = float64(after-before) / float64(time.Millisecond) / float64(ended-begun)
		return nil
	})
	return spent, err
}

// tally waits for some more syncs, and until the last is digested; then it
// returns the CPU time so far and how many syncs there were.
func (h *household) tally(ctx context.Context, p *process, more int) (cpu time.Duration, syncs int, err error) {
	// One page of measures per sync: nobody has so much news that there are two.
	count := func() int { return h.cloud.Requests()["measure getmeas"] }
	ctx, cancel := context.WithTimeout(ctx, patience+time.Duration(more)*time.Second)
	defer cancel()
	for wanted := count() + more; count() < wanted; {
		if err := rest(ctx, 20*time.Millisecond); err != nil {
			return 0, 0, p.failure("polls too rarely")
		}
	}
	// Polls are half a second apart, so there is time until the next.
	if err := rest(ctx, 200*time.Millisecond); err != nil {
		return 0, 0, err
	}
	cpu, err = cpuTime(p.pid())
	return cpu, count(), err
}

// demo is the memory of everything in one process.
func demo(ctx context.Context, h *household, much effort) (_ []row, err error) {
	resident := row{
		what: "resident memory of the whole demo", unit: "MB", digits: 1,
		how: fmt.Sprintf("`VmRSS` of `demo` after %v: daemon, broker, simulated cloud with all its data", much.watched),
	}
	for range much.repeats {
		p, err := start(ctx, h.binary, "demo")
		if err != nil {
			return nil, err
		}
		if _, err := p.line(ctx, "weight_kg"); err != nil {
			return nil, errors.Join(err, p.stop(ctx))
		}
		err = rest(ctx, much.watched)
		held, problem := footprintOf(p.pid())
		if err := errors.Join(err, problem, p.stop(ctx)); err != nil {
			return nil, err
		}
		resident.series = append(resident.series, float64(held.resident)/megabyte)
	}
	return []row{resident}, nil
}

// decoding runs the benchmark of package withings.
func decoding(ctx context.Context, h *household, much effort) ([]row, error) {
	args := []string{
		"test", "-run", "^$", "-bench", "^BenchmarkMeasures$", "-benchmem", fmt.Sprintf("-count=%d", much.repeats), "./withings",
	}
	command := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own benchmark
	command.Dir = h.module
	out, err := command.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("go test: %w\n%s", err, out)
	}
	rows := []row{
		{
			what: "allocations per measure, decoding", unit: "allocs/measure", goal: 3, digits: 2,
			how: "`go test -run '^$' -bench BenchmarkMeasures -benchmem ./withings`: a page of 1,000 groups of seven measures",
		},
		{what: "decoding such a page", unit: "ns/op", digits: 1, how: "the same benchmark"},
		{what: "… at a rate of", unit: "MB/s", digits: 0, how: "the same benchmark"},
	}
	for i := range rows {
		if rows[i].series = parseBenchmark(string(out), rows[i].unit); len(rows[i].series) == 0 {
			return nil, fmt.Errorf("no %s in what the benchmark printed:\n%s", rows[i].unit, out)
		}
	}
	rows[0].unit = ""
	rows[1].unit, rows[1].series = "ms", rows[1].series.times(1e-6)
	return rows, nil
}
