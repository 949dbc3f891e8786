// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// waitTimeout bounds every wait, far above what any of them takes.
const waitTimeout = 60 * time.Second

// process is a running program whose output is kept.
type process struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	began   time.Time // just before the start
	printed *transcript
	exited  chan struct{}
}

func start(ctx context.Context, name string, args ...string) (*process, error) {
	//nolint:gosec // what is measured
	p := &process{command: exec.CommandContext(ctx, name, args...), printed: newTranscript(), exited: make(chan struct{})}
	p.command.Stdout, p.command.Stderr = p.printed, p.printed
	var err error
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	p.began = time.Now()
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", filepath.Base(name), err)
	}
	go func() {
		defer close(p.exited)
		_ = p.command.Wait() // the exit code is in ProcessState
	}()
	return p, nil
}

func (p *process) pid() int { return p.command.Process.Pid }

// stop interrupts the process, and kills it when it does not end.
func (p *process) stop(ctx context.Context) error { return p.stopWithin(ctx, waitTimeout) }

// stopWithin is stop with a time-out.
func (p *process) stopWithin(ctx context.Context, patience time.Duration) error {
	if ctx.Err() != nil {
		<-p.exited // the end of the context has killed it; whoever ended it says why
		return nil //nolint:nilerr // as said
	}
	_ = p.command.Process.Signal(syscall.SIGTERM)
	err := p.waitWithin(ctx, patience)
	if err != nil {
		_ = p.command.Process.Kill()
		<-p.exited
	}
	return err
}

// kill ends a process that handles no signal; it must be running until then.
func (p *process) kill() error {
	select {
	case <-p.exited:
		return p.failure("ended by itself")
	default:
	}
	err := p.command.Process.Kill()
	<-p.exited
	return err
}

// wait waits until the process exits with success.
func (p *process) wait(ctx context.Context) error { return p.waitWithin(ctx, waitTimeout) }

func (p *process) waitWithin(ctx context.Context, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case <-p.exited:
	case <-ctx.Done():
		return p.failure("does not end")
	}
	if code := p.command.ProcessState.ExitCode(); code != 0 {
		return p.failure(fmt.Sprintf("ended with %d", code))
	}
	return nil
}

func (p *process) failure(what string) error {
	return fmt.Errorf("%s %s; the end of what it printed:\n%s", strings.Join(p.command.Args[1:], " "), what,
		lastLines(p.printed.text(), 30))
}

// lastLines is the end of a text.
func lastLines(text string, most int) string {
	lines := strings.SplitAfter(text, "\n")
	return strings.Join(lines[max(0, len(lines)-most):], "")
}

// line waits for a line that contains a text.
func (p *process) line(ctx context.Context, text string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	for {
		all, more := p.printed.now()
		for line := range strings.Lines(all) {
			if strings.HasSuffix(line, "\n") && strings.Contains(line, text) {
				return strings.TrimSpace(line), nil
			}
		}
		select {
		case <-more:
		case <-p.exited:
			return "", p.failure("ended without printing " + text)
		case <-ctx.Done():
			return "", p.failure("did not print " + text)
		}
	}
}

// transcript keeps the output of a process and signals when there is more.
type transcript struct {
	mu   sync.Mutex
	all  strings.Builder
	more chan struct{} // closed and renewed with every write
}

func newTranscript() *transcript { return &transcript{more: make(chan struct{})} }

// Write implements io.Writer.
func (t *transcript) Write(data []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.more)
	t.more = make(chan struct{})
	return t.all.Write(data)
}

func (t *transcript) now() (text string, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all.String(), t.more
}

func (t *transcript) text() string {
	text, _ := t.now()
	return text
}
