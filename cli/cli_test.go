package cli_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

var update = flag.Bool("update", false, "write golden files instead of comparing")

// TestMain is vitals2mqtt itself when a script calls it by that name.
func TestMain(m *testing.M) {
	testscript.Main(leakCheck{m}, map[string]func(){"vitals2mqtt": func() {
		example, err := os.ReadFile(os.Getenv("EXAMPLE"))
		if err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "the scripts name the example:", err)
			os.Exit(100)
		}
		program := newProgram(os.Environ(), os.Stdin, os.Stdout, os.Stderr)
		program.Example = example
		if text := os.Getenv("DELIVERY_TIMEOUT"); text != "" {
			if program.Timing.Delivery, err = time.ParseDuration(text); err != nil {
				panic(err)
			}
		}
		os.Exit(program.Run(os.Args[1:]))
	}})
}

// newProgram is the program as every test runs it: without jitter, search for
// brokers and long intervals.
func newProgram(environ []string, stdin io.Reader, stdout, stderr io.Writer) cli.Program {
	return cli.Program{
		Version:       "1.2.3",
		Stdin:         stdin,
		Stdout:        stdout,
		Stderr:        stderr,
		Environ:       environ,
		BrokerFinders: []find.Finder{},
		Jitter:        jitter.New(1),
		Timing: cli.Timing{
			Timing:    daemon.Timing{ConfigPoll: 20 * time.Millisecond, CloudRetry: time.Millisecond},
			LoginPoll: 20 * time.Millisecond,
		},
	}
}

// leakCheck runs the tests and then asks who is still at work.
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
		_, _ = fmt.Fprintln(os.Stderr, "somebody is still at work:", err)
		return 1
	}
	return 0
}

// waitTimeout is how long a test waits for what must come.
const waitTimeout = 30 * time.Second

// waitFor looks again and again until a condition holds.
func waitFor(ctx context.Context, what string, condition func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("waited in vain for %s", what)
		}
	}
	return nil
}

// outputBuffer is what a running program has printed so far.
type outputBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (c *outputBuffer) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.Write(p)
}

func (c *outputBuffer) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text.String()
}

// waitForLine waits for a whole waitForLine that holds the words.
func (c *outputBuffer) waitForLine(ctx context.Context, words string) (line string, err error) {
	err = waitFor(ctx, "a line with "+words, func() bool {
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

// process is a program that runs in this process.
type process struct {
	stdin          *io.PipeWriter
	stdout, stderr *outputBuffer
	interrupts     chan os.Signal
	timing         func(*cli.Timing) // changes the intervals; may be nil
	ended          chan struct{}
	code           int // once ended is closed
}

// launchProgram starts the program in an environment that holds nothing but what is
// given. Its standard input stays open until the end.
func launchProgram(environ []string, args ...string) *process {
	p := newProcess()
	p.run(p.stderr, environ, args...)
	return p
}

func newProcess() *process {
	return &process{stdout: &outputBuffer{}, stderr: &outputBuffer{}, interrupts: make(chan os.Signal, 2), ended: make(chan struct{})}
}

// run starts the program; what it says to stderr goes to the writer.
func (p *process) run(stderr io.Writer, environ []string, args ...string) {
	stdin, typed := io.Pipe()
	p.stdin = typed
	program := newProgram(environ, stdin, p.stdout, stderr)
	program.Interrupts = p.interrupts
	if p.timing != nil {
		p.timing(&program.Timing)
	}
	go func() {
		defer close(p.ended)
		defer func() { _ = stdin.Close() }()
		p.code = program.Run(args)
	}()
}

// wait returns the exit code.
func (p *process) wait(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*waitTimeout)
	defer cancel()
	select {
	case <-p.ended:
		return p.code, nil
	case <-ctx.Done():
		return 0, errors.New("the program does not end")
	}
}

// startProgram launches a program that the test's end stops.
func startProgram(t *testing.T, args ...string) *process {
	t.Helper()
	return startProgramWith(t, nil, args...)
}

// startProgramWith does so with other intervals.
func startProgramWith(t *testing.T, timing func(*cli.Timing), args ...string) *process {
	t.Helper()
	p := newProcess()
	p.timing = timing
	p.run(p.stderr, nil, args...)
	t.Cleanup(func() {
		for range 2 { // gently, then at once
			select {
			case p.interrupts <- os.Interrupt:
			default:
			}
		}
		if _, err := p.wait(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// expectExit waits for the end with a certain exit code.
func (p *process) expectExit(t *testing.T, want int) {
	t.Helper()
	code, err := p.wait(t.Context())
	if err != nil || code != want {
		t.Fatalf("exit code %d, %v, want %d:\n%s%s", code, err, want, p.stdout, p.stderr)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// writeFile puts a file in place in one step, as editors do, so that nobody reads half of it.
func writeFile(t *testing.T, path, text string) string {
	t.Helper()
	fresh := filepath.Join(filepath.Dir(path), ".fresh")
	must(t, os.WriteFile(fresh, []byte(text), 0o600))
	must(t, os.Rename(fresh, path))
	return path
}
