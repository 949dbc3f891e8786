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
	"strings"
	"syscall"
	"time"
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
// program, in turns, and prints how many times the CPU time aiowithings takes.
func decodeComparison(ctx context.Context, out, progress io.Writer) (err error) {
	folder, err := os.MkdirTemp("", "vitals2mqtt-decode-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	documents, err := decodeDocuments(os.Getenv("V2M_FIXTURES"))
	if err != nil {
		return err
	}
	peer, err := startDecodePeer(ctx, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, peer.close()) }()
	_, _ = fmt.Fprintf(out, "%sCPU time, median of %d turns, one after the other, at load %s.\n\n"+
		"| response | kB | rows | aiowithings, µs | vitals2mqtt, µs | times: min / median / max | allocations a value |\n"+
		"| --- | --- | --- | --- | --- | --- | --- |\n", machine("none"), decodeRounds, loadAverage())
	for i, d := range documents {
		path := filepath.Join(folder, strconv.Itoa(i)+".json")
		if err := os.WriteFile(path, d.body, 0o600); err != nil {
			return err
		}
		line, err := compareDecoding(peer, d, path)
		if err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		_, _ = fmt.Fprintln(out, line)
	}
	return nil
}

// compareDecoding is one line of the table.
func compareDecoding(peer *decodePeer, d document, path string) (string, error) {
	reader := newDocumentReader(d)
	probe, err := peer.decode(d.kind, path, 5)
	if err != nil {
		return "", err
	}
	repeats := max(5, int(decodeTurn/(probe/5)))
	var theirs, ours, times series
	for range decodeRounds {
		seconds, err := peer.decode(d.kind, path, repeats)
		if err != nil {
			return "", err
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
			return "", err
		}
		theirs = append(theirs, seconds/float64(repeats)*1e6)
		ours = append(ours, own/float64(3*repeats)*1e6)
		times = append(times, theirs[len(theirs)-1]/ours[len(ours)-1])
	}
	allocations, err := allocationsOf(func() error { return reader.read() })
	if err != nil {
		return "", err
	}
	ratio := row{unit: "", series: times, digits: 1}
	return fmt.Sprintf("| %s, %s | %.0f | %d | %.1f | %.1f | %s | %.2f |", d.kind, d.name, float64(len(d.body))/1000, d.rows,
		theirs.median(), ours.median(), strings.Join([]string{
			ratio.number(minOf(times)), ratio.number(times.median()), ratio.number(maxOf(times)),
		}, " / "), allocations/float64(max(1, d.values))), nil
}

func minOf(s series) float64 { return s.bound(func(a, b float64) bool { return a < b }) }
func maxOf(s series) float64 { return s.bound(func(a, b float64) bool { return a > b }) }

func (s series) bound(before func(a, b float64) bool) float64 {
	found := s[0]
	for _, v := range s {
		if before(v, found) {
			found = v
		}
	}
	return found
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

func ownCPU() (time.Duration, error) {
	var usage syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), err
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

func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

// startDecodePeer installs aiowithings if necessary and starts it.
func startDecodePeer(ctx context.Context, progress io.Writer) (*decodePeer, error) {
	module, err := moduleFolder(ctx)
	if err != nil {
		return nil, err
	}
	folder := filepath.Join(module, "e2e", "perf", "peer")
	install := exec.CommandContext(ctx, filepath.Join(folder, "install-decode")) //nolint:gosec // our own script
	install.Stderr = progress
	python, err := install.Output()
	if err != nil {
		return nil, fmt.Errorf("installing aiowithings: %w", err)
	}
	p := &decodePeer{}
	p.command = exec.CommandContext(ctx, strings.TrimSpace(string(python)), filepath.Join(folder, "decode.py")) //nolint:gosec // our own script
	p.command.Stderr = progress
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
