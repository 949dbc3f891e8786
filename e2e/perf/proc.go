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

// schedule is how the threads of a process ran: user and system time together,
// and how often one began to run.
type schedule struct {
	cpu   time.Duration
	times int64
}

// scheduleOf adds up the threads' schedstat, which utime and stime in
// /proc/PID/stat are made from; those are rounded to ticks of 10 ms, which is
// too coarse here.
func scheduleOf(pid int) (sum schedule, err error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return sum, fmt.Errorf("CPU time can only be read on Linux; found no /proc/%d/task/*/schedstat", pid)
	}
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // a file of the kernel
		if err != nil {
			return sum, fmt.Errorf("reading CPU time: %w", err)
		}
		var ran, waited, times int64
		if _, err := fmt.Sscan(string(text), &ran, &waited, &times); err != nil {
			return sum, fmt.Errorf("reading CPU time: %w", err)
		}
		sum.cpu += time.Duration(ran)
		sum.times += times
	}
	return sum, nil
}

// cpuTime is user and system time of a process together.
func cpuTime(pid int) (time.Duration, error) {
	ran, err := scheduleOf(pid)
	return ran.cpu, err
}
