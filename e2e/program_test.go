// SPDX-License-Identifier: MIT

//go:build e2e

// Package e2e runs the real program with a real mosquitto, mosquitto_sub,
// signals, and processes that are killed. It holds only tests, and needs the
// Debian packages mosquitto and mosquitto-clients.
package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// waitTimeout bounds every wait, far above what any of them takes.
const waitTimeout = 3 * time.Minute

// binary is the program under test, built by TestMain.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "vitals2mqtt-e2e-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "vitals2mqtt")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", binary, "vitals2mqtt")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	for _, tool := range []string{"mosquitto_sub", "mosquitto_pub", "mosquitto", "mosquitto_passwd"} {
		if _, err := exec.LookPath(tool); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, "e2e needs the packages mosquitto and mosquitto-clients:", err)
			return 1
		}
	}
	return m.Run()
}

// process is a running command whose output is kept line by line.
type process struct {
	t       *testing.T
	command *exec.Cmd
	stdin   io.WriteCloser
	exited  chan struct{}
	err     error

	mu    sync.Mutex
	lines []string
}

func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...)
	p := &process{t: t, command: command, exited: make(chan struct{})}
	var err error
	if p.stdin, err = p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	reader, writer := io.Pipe()
	p.command.Stdout, p.command.Stderr = writer, writer
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		scanner := bufio.NewScanner(reader)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			p.mu.Lock()
			p.lines = append(p.lines, scanner.Text())
			p.mu.Unlock()
		}
	}()
	go func() {
		p.err = p.command.Wait()
		_ = writer.Close()
		<-read
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.signal(syscall.SIGKILL)
		<-p.exited
		if t.Failed() {
			t.Logf("%s printed:\n%s", filepath.Base(name), strings.Join(tail(p.output(), 40), "\n"))
		}
	})
	return p
}

func tail(lines []string, n int) []string { return lines[max(0, len(lines)-n):] }

func (p *process) output() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.lines)
}

func (p *process) signal(s os.Signal) { _ = p.command.Process.Signal(s) }

// stop sends a signal and returns the exit code.
func (p *process) stop(s os.Signal) int {
	p.t.Helper()
	p.signal(s)
	return p.wait()
}

func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(waitTimeout):
		p.t.Fatal("the process does not end")
	}
	var failed *exec.ExitError
	if p.err != nil && !errors.As(p.err, &failed) {
		p.t.Fatal(p.err)
	}
	return p.command.ProcessState.ExitCode()
}

// line waits for a line of the output that contains a text.
func (p *process) line(text string) string {
	p.t.Helper()
	found := ""
	await(p.t, fmt.Sprintf("a line with %q", text), func() bool {
		lines := p.output()
		at := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, text) })
		if at >= 0 {
			found = lines[at]
		}
		return at >= 0
	})
	return found
}

// await waits until a condition holds.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	awaitFor(t, what, waitTimeout, 20*time.Millisecond, condition)
}

func awaitFor(t *testing.T, what string, limit, every time.Duration, condition func() bool) {
	t.Helper()
	deadline, tick := time.NewTimer(limit), time.NewTicker(every)
	defer deadline.Stop()
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("timeout waiting for %s", what)
		}
	}
}

// lastPort counts what freePort has tried.
var lastPort atomic.Int64

// freePort is a loopback address on which nothing listens. Its port is below
// those that the system gives to whoever asks for any, and each process begins
// elsewhere: it stays free until a program of the test listens, a minute later.
func freePort(t *testing.T) string {
	t.Helper()
	const first, count = 10_000, 20_000
	for range count {
		port := first + (int64(os.Getpid())*257+lastPort.Add(1))%count
		address := net.JoinHostPort("127.0.0.1", strconv.FormatInt(port, 10))
		listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", address)
		if err != nil {
			continue
		}
		_ = listener.Close()
		return address
	}
	t.Fatal("no port is free")
	return ""
}

// messages reads what mosquitto_sub -v printed: the last payload by topic.
func (p *process) messages() map[string]string {
	tree := map[string]string{}
	for _, line := range p.output() {
		topic, payload, _ := strings.Cut(line, " ")
		if payload == "(null)" {
			delete(tree, topic)
			continue
		}
		tree[topic] = payload
	}
	return tree
}
