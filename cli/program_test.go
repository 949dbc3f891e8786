package cli_test

import (
	"bytes"
	"context"
	"errors"
	"flag" //nolint:depguard // sets a flag of the test binary
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

// TestMain is vitals2mqtt itself when a script calls it by that name.
func TestMain(m *testing.M) {
	testscript.Main(leakCheck{m}, map[string]func(){"vitals2mqtt": func() {
		example, err := os.ReadFile(os.Getenv("EXAMPLE"))
		if err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "the scripts name the example:", err)
			os.Exit(100)
		}
		program := newProgram(os.Stdout, os.Stderr, withEnviron(os.Environ()...))
		program.Example, program.Stdin, program.Interrupts = example, os.Stdin, nil
		if text := os.Getenv("DELIVERY_TIMEOUT"); text != "" {
			if program.Timing.Delivery, err = time.ParseDuration(text); err != nil {
				panic(err)
			}
		}
		os.Exit(program.Run(os.Args[1:]))
	}})
}

// newProgram is the program as every test runs it: with short intervals, and
// without jitter, a search for brokers, an environment and signals. set changes
// it; nil changes nothing.
func newProgram(stdout, stderr io.Writer, set func(*cli.Program)) cli.Program {
	program := cli.Program{
		Version:       "1.2.3",
		Stdin:         strings.NewReader(""),
		Stdout:        stdout,
		Stderr:        stderr,
		BrokerFinders: []find.Finder{},
		Jitter:        jitter.New(1),
		Interrupts:    make(chan os.Signal),
		Timing: cli.Timing{
			Timing:    daemon.Timing{ConfigPoll: 20 * time.Millisecond, CloudRetry: time.Millisecond},
			LoginPoll: 20 * time.Millisecond,
		},
	}
	if set != nil {
		set(&program)
	}
	return program
}

// withStdin sets what is typed, withEnviron the environment.
func withStdin(text string) func(*cli.Program) {
	return func(p *cli.Program) { p.Stdin = strings.NewReader(text) }
}

func withEnviron(entries ...string) func(*cli.Program) {
	return func(p *cli.Program) { p.Environ = entries }
}

// result is the outcome of a command.
type result struct {
	code           int
	stdout, stderr string
}

// run runs a command to its end.
func run(t *testing.T, args ...string) result {
	t.Helper()
	return runWith(t, nil, args...)
}

func runWith(t *testing.T, set func(*cli.Program), args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	program := newProgram(&stdout, &stderr, set)
	program.Example = []byte(readFile(t, "../config.example.yaml"))
	code := program.Run(args)
	return result{code, stdout.String(), stderr.String()}
}

// expect checks an outcome: the exit code, and texts in either output.
func (r result) expect(t *testing.T, code int, texts ...string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	for _, text := range texts {
		if !strings.Contains(r.stdout+r.stderr, text) {
			t.Errorf("no %q in the output", text)
		}
	}
	if t.Failed() {
		t.Logf("output:\n%s\n%s", r.stdout, r.stderr)
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
	ended          chan struct{}
	code           int // once ended is closed
}

// launchProgram starts the program. Its standard input stays open until the end.
func launchProgram(set func(*cli.Program), args ...string) *process {
	stdin, typed := io.Pipe()
	p := &process{
		stdin: typed, stdout: &outputBuffer{}, stderr: &outputBuffer{},
		interrupts: make(chan os.Signal, 2), ended: make(chan struct{}),
	}
	program := newProgram(p.stdout, p.stderr, func(program *cli.Program) {
		program.Stdin, program.Interrupts = stdin, p.interrupts
		if set != nil {
			set(program)
		}
	})
	go func() {
		defer close(p.ended)
		defer func() { _ = stdin.Close() }()
		p.code = program.Run(args)
	}()
	return p
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

func startProgramWith(t *testing.T, set func(*cli.Program), args ...string) *process {
	t.Helper()
	p := launchProgram(set, args...)
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

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}
