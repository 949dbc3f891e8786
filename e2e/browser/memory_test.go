// SPDX-License-Identifier: MIT

//go:build e2e

package browser_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/e2e/browser"
)

// Ten people look at the page at the same time: each tab is in a browser of its
// own, as one browser shares its connections between tabs.
func TestTenOpenTabsAreCheap(t *testing.T) {
	t.Parallel()
	const tabs, rounds, limit = 10, 3, 3_000_000
	address := clitest.FreeAddress(t)
	harness := clitest.Start(t)
	config := harness.Configure(t, t.TempDir(), "[Alice, Bob]", "all", "web: {listen: "+address+"}")
	clitest.SignIn(t, config, "Alice", "Bob")
	pid := startProcess(t, "--config", config, "run")
	for _, profile := range []string{"alice", "bob"} {
		clitest.Must(t, harness.WaitRetained(t.Context(), "vitals2mqtt/"+profile+"/weight_kg", ""))
	}
	look := func(page *browser.Tab) {
		clitest.Must(t, page.Go("http://"+address))
		clitest.Must(t, page.Wait("document.querySelectorAll('section .big').length > 1"))
	}
	for range tabs { // so that the garbage of as many pages is in both figures
		page := tab(t, browser.Phone())
		look(page)
		page.Close()
	}
	var more []int64 // in each round: the garbage is not always as much
	for range rounds {
		before := resident(t, pid)
		var open []*browser.Tab
		for range tabs {
			open = append(open, tab(t, browser.Phone()))
			look(open[len(open)-1])
		}
		more = append(more, resident(t, pid)-before)
		for _, page := range open {
			page.Close()
		}
	}
	slices.Sort(more)
	t.Logf("%d open tabs take %d bytes of memory more than none", tabs, more)
	if median := more[rounds/2]; median > limit {
		t.Errorf("%d open tabs take %d bytes of memory, want at most %d", tabs, median, limit)
	}
}

// startProcess builds the program, and runs it as a process of its own.
func startProcess(t *testing.T, args ...string) (pid int) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "vitals2mqtt")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "vitals2mqtt")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	output := &clitest.OutputBuffer{}
	program := exec.CommandContext(context.WithoutCancel(t.Context()), binary, args...)
	program.Stdout, program.Stderr = output, output
	clitest.Must(t, program.Start())
	t.Cleanup(func() {
		_ = program.Process.Signal(syscall.SIGTERM)
		var failed *exec.ExitError
		if err := program.Wait(); errors.As(err, &failed) {
			t.Errorf("the program ended with %v:\n%s", err, output)
		}
	})
	return program.Process.Pid
}

// resident is the median of the resident memory of a process over some seconds,
// in bytes.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	const samples = 30
	var list []int64
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for range samples {
		<-tick.C
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		clitest.Must(t, err)
		_, after, _ := strings.Cut(string(text), "VmRSS:")
		kib, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
		clitest.Must(t, err)
		list = append(list, kib*1024)
	}
	slices.Sort(list)
	return list[samples/2]
}
