// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
)

// decodeRounds is how often the two programs take turns, and decodeTurn how much
// CPU time a turn of the peer takes, about.
const (
	decodeRounds = 5
	decodeTurn   = 0.1 // seconds
)

// decodePeer is a process that decodes with aiowithings.
type decodePeer struct {
	command *exec.Cmd
	tasks   io.WriteCloser
	answers *bufio.Scanner
}

// decodeComparison decodes the same responses with aiowithings and with this
// program, in turns. Recorded ones are taken from the folder V2M_FIXTURES.
func decodeComparison(ctx context.Context, h *testbed, _ effort) (_ outcome, err error) {
	documents, err := decodeDocuments(os.Getenv("V2M_FIXTURES"))
	if err != nil {
		return outcome{}, err
	}
	peer, err := startDecodePeer(ctx, h)
	if err != nil {
		return outcome{}, err
	}
	defer func() { err = errors.Join(err, peer.close()) }()
	var all []decoded
	for i, d := range documents {
		path := filepath.Join(h.folder, fmt.Sprintf("document-%d.json", i))
		if err := os.WriteFile(path, d.body, 0o600); err != nil {
			return outcome{}, err
		}
		one, err := compareDecoding(peer, d, path)
		if err != nil {
			return outcome{}, fmt.Errorf("%s: %w", d.name, err)
		}
		all = append(all, one)
	}
	return decodeOutcome(all), nil
}

// decoded is what decoding a document takes.
type decoded struct {
	document

	theirs, ours series  // CPU time of a turn, in µs
	allocations  float64 // a value
}

// times is how many times the CPU time aiowithings takes, by turn.
func (d decoded) times() series {
	times := make(series, len(d.ours))
	for i := range times {
		times[i] = d.theirs[i] / d.ours[i]
	}
	return times
}

// compareDecoding decodes a document in turns.
func compareDecoding(peer *decodePeer, d document, path string) (found decoded, err error) {
	found.document = d
	reader := newDocumentReader(d)
	probe, err := peer.decode(d.kind, path, 5)
	if err != nil {
		return found, err
	}
	repeats := max(5, int(decodeTurn/(probe/5)))
	for range decodeRounds {
		seconds, err := peer.decode(d.kind, path, repeats)
		if err != nil {
			return found, err
		}
		own, err := cpuOf(func() error {
			for range 3 * repeats { // what is faster needs more for the same precision
				if err := reader.read(); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return found, err
		}
		found.theirs = append(found.theirs, seconds/float64(repeats)*1e6)
		found.ours = append(found.ours, own/float64(3*repeats)*1e6)
	}
	allocations, err := allocationsOf(reader.read)
	found.allocations = allocations / float64(max(1, d.values))
	return found, err
}

func decodeOutcome(all []decoded) outcome {
	slowest := row{
		key: keyDecode, what: "decode and extract, CPU time in relation to aiowithings", goal: 0.2, digits: 2,
		how: fmt.Sprintf("medians of %d turns, by response below; aiowithings with orjson, as Home Assistant uses it, fed from memory",
			decodeRounds),
	}
	allocations := row{
		key: keyDecodeAllocations, what: "allocations per measure, decode and extract", goal: 1, digits: 2,
		how: "by response with measures below",
	}
	t := table{head: []string{
		"response", "kB", "rows", "aiowithings, µs", "vitals2mqtt, µs", "times: min / median / max", "allocations a value",
	}}
	for _, d := range all {
		slowest.series = append(slowest.series, 1/d.times().median())
		if d.kind == "measures" {
			allocations.series = append(allocations.series, d.allocations)
		}
		t.add(d.kind+", "+d.name, fmt.Sprintf("%.0f", float64(len(d.body))/kilobyte), d.rows,
			fmt.Sprintf("%.1f", d.theirs.median()), fmt.Sprintf("%.1f", d.ours.median()),
			row{series: d.times(), digits: 1}.measured(), fmt.Sprintf("%.2f", d.allocations))
	}
	return outcome{rows: []row{slowest, allocations}, tables: []table{t}}
}

// cpuOf is the user and system time of a call in seconds, collecting garbage
// included.
func cpuOf(call func() error) (float64, error) {
	runtime.GC()
	before, err := ownCPU()
	if err != nil {
		return 0, err
	}
	if err := call(); err != nil {
		return 0, err
	}
	after, err := ownCPU()
	return (after - before).Seconds(), err
}

// allocationsOf counts the allocations of a call.
func allocationsOf(call func() error) (float64, error) {
	const runs = 5
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		if err := call(); err != nil {
			return 0, err
		}
	}
	runtime.ReadMemStats(&after)
	return float64(after.Mallocs-before.Mallocs) / runs, nil
}

// startDecodePeer installs aiowithings if necessary and starts it.
func startDecodePeer(ctx context.Context, h *testbed) (*decodePeer, error) {
	python, err := h.peerPython(ctx)
	if err != nil {
		return nil, err
	}
	p := &decodePeer{}
	//nolint:gosec // our own script
	p.command = exec.CommandContext(ctx, python, filepath.Join(h.module, "e2e", "perf", "peer", "decode.py"))
	p.command.Stderr = h.progress
	if p.tasks, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	answers, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.answers = bufio.NewScanner(answers)
	return p, p.command.Start()
}

// decode decodes a file so many times, and returns the CPU time in seconds.
func (p *decodePeer) decode(kind, path string, repeats int) (float64, error) {
	if _, err := fmt.Fprintf(p.tasks, "%s %d %s\n", kind, repeats, path); err != nil {
		return 0, err
	}
	if !p.answers.Scan() {
		return 0, errors.Join(errors.New("aiowithings has ended"), p.answers.Err())
	}
	return strconv.ParseFloat(string(bytes.TrimSpace(p.answers.Bytes())), 64)
}

func (p *decodePeer) close() error { return errors.Join(p.tasks.Close(), p.command.Wait()) }
