// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// footprint is what a process holds of the machine's memory, in bytes.
type footprint struct {
	resident int64 // VmRSS
	peak     int64 // VmHWM
	private  int64 // RssAnon: heap, stacks, and what the runtime keeps about them
	mapped   int64 // RssFile: the touched pages of the program file itself
}

func footprintOf(pid int) (footprint, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return footprint{}, fmt.Errorf("memory can only be read on Linux: %w", err)
	}
	return parseStatus(string(text))
}

// parseStatus reads /proc/PID/status.
func parseStatus(text string) (footprint, error) {
	var f footprint
	wanted := map[string]*int64{"VmRSS": &f.resident, "VmHWM": &f.peak, "RssAnon": &f.private, "RssFile": &f.mapped}
	found := 0
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(line, ":")
		into, ok := wanted[name]
		if !ok {
			continue
		}
		kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
		if err != nil {
			return footprint{}, fmt.Errorf("reading %s: %w", name, err)
		}
		*into = kib * 1024
		found++
	}
	if found != len(wanted) {
		return footprint{}, fmt.Errorf("only %d of %d figures in the process's status", found, len(wanted))
	}
	return f, nil
}

// cpuTime is user and system time of a process together. The sum over the
// threads' schedstat is the one that utime and stime in /proc/PID/stat are made
// from; those are rounded to ticks of 10 ms, which is too coarse here.
func cpuTime(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("CPU time can only be read on Linux; found no /proc/%d/task/*/schedstat", pid)
	}
	var sum time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // a file of the kernel
		if err != nil {
			return 0, fmt.Errorf("reading CPU time: %w", err)
		}
		ran, _, _ := strings.Cut(string(text), " ")
		ns, err := strconv.ParseInt(ran, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading CPU time: %w", err)
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}
