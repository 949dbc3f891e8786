// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// keepAwake uses all processors until the input ends, at the lowest priority
// there is: anything else that wants to run goes before it. It prints awakeLine once
// it does.
//
// A processor without work halts. On a virtual machine, the time that waking it
// takes is charged to the process that then runs: up to several milliseconds on
// some hosts, more than all of a poll. See https://man7.org/linux/man-pages/man7/sched.7.html,
// SCHED_IDLE.
func keepAwake(in io.Reader, out io.Writer) error {
	processors := runtime.NumCPU()
	runtime.GOMAXPROCS(processors + 1) // one for the input
	var done atomic.Bool
	var spinning sync.WaitGroup
	lowered := make(chan error, processors)
	for range processors {
		spinning.Go(func() {
			runtime.LockOSThread() // the thread ends with the goroutine, since it stays locked
			lowered <- unix.SchedSetAttr(0, &unix.SchedAttr{Policy: unix.SCHED_IDLE}, 0)
			for !done.Load() {
			}
		})
	}
	var err error
	for range processors {
		err = errors.Join(err, <-lowered)
	}
	if err == nil {
		_, _ = fmt.Fprintln(out, awakeLine)
		_, err = io.Copy(io.Discard, in)
	}
	done.Store(true)
	spinning.Wait()
	return err
}
