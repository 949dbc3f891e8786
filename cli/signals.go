// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// errStopped is the cause of a stop by signal.
var errStopped = errors.New("stopped by signal")

// signals returns a context that the first stop signal ends, so that work
// drains and "offline" is published, and one that the second signal ends, which
// aborts that. stop releases both.
func (p Program) signals() (soft, hard context.Context, stop func()) {
	interrupts, release := p.Interrupts, func() {}
	if interrupts == nil {
		own := make(chan os.Signal, 2)
		signal.Notify(own, os.Interrupt, syscall.SIGTERM)
		interrupts, release = own, func() { signal.Stop(own) }
	}
	hard, breakOff := context.WithCancelCause(context.Background())
	soft, drain := context.WithCancelCause(hard)
	done, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		for _, end := range []context.CancelCauseFunc{drain, breakOff} {
			select {
			case <-interrupts:
				end(errStopped)
			case <-done:
				return
			}
		}
	}()
	return soft, hard, func() {
		close(done)
		<-left
		release()
		drain(nil)
		breakOff(nil)
	}
}
