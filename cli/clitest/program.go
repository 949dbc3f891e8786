// SPDX-License-Identifier: MIT

package clitest

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"vitals2mqtt/cli"
	"vitals2mqtt/daemon"
	"vitals2mqtt/find"
	"vitals2mqtt/internal/jitter"
)

// Main runs the tests of a package, and checks for leaked goroutines. Called as
// vitals2mqtt, the test binary is the program. Garbage is collected seldom, as
// when a user sets GOGC: every daemon of a test would save memory for all of them.
func Main(m *testing.M) {
	debug.SetGCPercent(400)
	testscript.Main(leakCheck{m}, map[string]func(){"vitals2mqtt": func() {
		example, err := os.ReadFile(os.Getenv("EXAMPLE"))
		if err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "EXAMPLE must name the example configuration:", err)
			os.Exit(100)
		}
		program := NewProgram(os.Stdout, os.Stderr, WithEnviron(os.Environ()...))
		program.Example, program.Stdin, program.Interrupts = example, os.Stdin, nil
		if text := os.Getenv("DELIVERY_TIMEOUT"); text != "" {
			if program.Timing.Delivery, err = time.ParseDuration(text); err != nil {
				panic(err)
			}
		}
		os.Exit(program.Run(os.Args[1:]))
	}})
}

// NewProgram is the program as every test runs it: with short intervals and much
// time for deliveries, and without jitter, a search for brokers, an environment
// and signals. set changes it; nil changes nothing.
func NewProgram(stdout, stderr io.Writer, set func(*cli.Program)) cli.Program {
	program := cli.Program{
		Version:       "1.2.3",
		Stdin:         strings.NewReader(""),
		Stdout:        stdout,
		Stderr:        stderr,
		BrokerFinders: []find.Finder{},
		Jitter:        jitter.New(1),
		Interrupts:    make(chan os.Signal),
		Timing: cli.Timing{
			Timing: daemon.Timing{
				ConfigPoll: 20 * time.Millisecond,
				CloudRetry: time.Millisecond,
				Delivery:   WaitTimeout,
			},
			LoginPoll: 20 * time.Millisecond,
			Echo:      WaitTimeout,
		},
	}
	if set != nil {
		set(&program)
	}
	return program
}

// WithStdin sets the standard input.
func WithStdin(text string) func(*cli.Program) {
	return func(p *cli.Program) { p.Stdin = strings.NewReader(text) }
}

// WithEnviron sets the environment.
func WithEnviron(entries ...string) func(*cli.Program) {
	return func(p *cli.Program) { p.Environ = entries }
}

// Result is the outcome of a command.
type Result struct {
	Code           int
	Stdout, Stderr string
}

// Run runs a command to its end.
func Run(t *testing.T, args ...string) Result {
	t.Helper()
	return RunWith(t, nil, args...)
}

// RunWith runs a changed program to its end.
func RunWith(t *testing.T, set func(*cli.Program), args ...string) Result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	program := NewProgram(&stdout, &stderr, set)
	program.Example = []byte(ReadFile(t, "../config.example.yaml"))
	code := program.Run(args)
	return Result{code, stdout.String(), stderr.String()}
}

// Expect checks an outcome: the exit code, and texts in either output.
func (r Result) Expect(t *testing.T, code int, texts ...string) {
	t.Helper()
	if r.Code != code {
		t.Errorf("exit code %d, want %d", r.Code, code)
	}
	for _, text := range texts {
		if !strings.Contains(r.Stdout+r.Stderr, text) {
			t.Errorf("no %q in the output", text)
		}
	}
	if t.Failed() {
		t.Logf("output:\n%s\n%s", r.Stdout, r.Stderr)
	}
}

// leakCheck runs the tests and then checks for leaked goroutines.
type leakCheck struct{ *testing.M }

func (n leakCheck) Run() int {
	// Most tests wait for timers and sockets, so more of them than cores can run.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	code := n.M.Run()
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "leaked goroutines:", err)
		return 1
	}
	return 0
}

// WaitTimeout bounds every wait of a test.
const WaitTimeout = 3 * time.Minute

// WaitFor polls until a condition holds.
func WaitFor(ctx context.Context, what string, condition func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, WaitTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("timed out waiting for %s", what)
		}
	}
	return nil
}

// OutputBuffer is the output of a running program.
type OutputBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (c *OutputBuffer) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

func (c *OutputBuffer) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// WaitForLine waits for a complete line that contains a text.
func (c *OutputBuffer) WaitForLine(ctx context.Context, words string) (line string, err error) {
	err = WaitFor(ctx, "a line with "+words, func() bool {
		for candidate := range strings.Lines(c.String()) {
			if strings.Contains(candidate, words) && strings.HasSuffix(candidate, "\n") {
				line = strings.TrimSpace(candidate)
				return true
			}
		}
		return false
	})
	if err != nil {
		return "", fmt.Errorf("%w in:\n%s", err, c)
	}
	return line, nil
}

// Process is a program that runs in this process.
type Process struct {
	Stdin          *io.PipeWriter
	Stdout, Stderr *OutputBuffer
	Interrupts     chan os.Signal
	Ended          chan struct{}
	Code           int // once Ended is closed
}

// Launch starts the program. Its standard input stays open until the end.
func Launch(set func(*cli.Program), args ...string) *Process {
	stdin, typed := io.Pipe()
	p := &Process{
		Stdin:      typed,
		Stdout:     &OutputBuffer{},
		Stderr:     &OutputBuffer{},
		Interrupts: make(chan os.Signal, 2),
		Ended:      make(chan struct{}),
	}
	program := NewProgram(p.Stdout, p.Stderr, func(program *cli.Program) {
		program.Stdin, program.Interrupts = stdin, p.Interrupts
		if set != nil {
			set(program)
		}
	})
	go func() {
		defer close(p.Ended)
		defer func() { _ = stdin.Close() }()
		p.Code = program.Run(args)
	}()
	return p
}

// Wait returns the exit code.
func (p *Process) Wait(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*WaitTimeout)
	defer cancel()
	select {
	case <-p.Ended:
		return p.Code, nil
	case <-ctx.Done():
		return 0, errors.New("the program did not exit")
	}
}

// StartProgram launches a program that the test's end stops.
func StartProgram(t *testing.T, args ...string) *Process {
	t.Helper()
	return StartProgramWith(t, nil, args...)
}

// StartProgramWith starts a changed program that the end of the test stops.
func StartProgramWith(t *testing.T, set func(*cli.Program), args ...string) *Process {
	t.Helper()
	p := Launch(set, args...)
	t.Cleanup(func() {
		for range 2 { // a graceful stop, then an immediate one
			select {
			case p.Interrupts <- os.Interrupt:
			default:
			}
		}
		if _, err := p.Wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// ExpectExit waits for the end with a certain exit code.
func (p *Process) ExpectExit(t *testing.T, want int) {
	t.Helper()
	code, err := p.Wait(t.Context())
	if err != nil || code != want {
		t.Fatalf("exit code %d, %v, want %d:\n%s%s", code, err, want, p.Stdout, p.Stderr)
	}
}

// Must stops a test at an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// WriteFile replaces a file atomically, as editors do.
func WriteFile(t *testing.T, path, text string) string {
	t.Helper()
	fresh := filepath.Join(filepath.Dir(path), ".fresh")
	Must(t, os.WriteFile(fresh, []byte(text), 0o600))
	Must(t, os.Rename(fresh, path))
	return path
}

// ReadFile reads a file as text.
func ReadFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	Must(t, err)
	return string(text)
}
