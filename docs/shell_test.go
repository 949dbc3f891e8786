// SPDX-License-Identifier: MIT

package docs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// outputBuffer is what a running command has printed so far.
type outputBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
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

// localize replaces the addresses in the guides by those of the test.
func (s *harness) localize(text string) string {
	s.t.Helper()
	host, port, err := net.SplitHostPort(s.broker.Addr())
	must(s.t, err)
	return strings.NewReplacer("-h homeserver.lan", "-h "+host+" -p "+port, "http://127.0.0.1:8099", "http://"+s.web).
		Replace(text)
}

// command prepares a command line in the reader's folder.
func (s *harness) command(ctx context.Context, text string) (run *exec.Cmd, out *outputBuffer) {
	s.t.Helper()
	s.setUp() //nolint:contextcheck // the environment outlives the command
	sh, err := exec.LookPath("sh")
	if err != nil {
		s.t.Skip("this system has no shell; the blocks run where there is one")
	}
	example, err := filepath.Abs(filepath.Join("..", "config.example.yaml"))
	must(s.t, err)
	out = &outputBuffer{}
	s.touchTokens()
	run = exec.CommandContext(ctx, sh, "-euc", s.localize(text))
	run.Dir, run.Stdout, run.Stderr = s.folder, out, out
	run.Env = environ("HOME="+s.folder, "EXAMPLE="+example, "GORACE=atexit_sleep_ms=10")
	run.WaitDelay = waitTimeout
	return run, out
}

// touchTokens sets the time of the stored tokens: files have the kernel's time,
// which is not that of a clock that is moved for the tests.
func (s *harness) touchTokens() {
	s.t.Helper()
	tokens, err := filepath.Glob(filepath.Join(s.folder, "state", "tokens", "*.json"))
	must(s.t, err)
	now := time.Now() // clock: the age of a token is judged by it
	for _, path := range tokens {
		must(s.t, os.Chtimes(path, now, now))
	}
}

// environ is the environment of a command: its own, and of ours only where the
// programs are and what time it is, so that a clock that is moved for the tests
// is moved for the commands too.
func environ(own ...string) []string {
	for _, name := range []string{"PATH", "TZ", "ANYDAY_OFFSET"} {
		if value, set := os.LookupEnv(name); set {
			own = append(own, name+"="+value)
		}
	}
	return own
}

// startedCommand is a command that has been started.
type startedCommand struct {
	*exec.Cmd

	out   *outputBuffer
	in    io.WriteCloser
	ended chan error
}

// start starts one command, which is stopped at the end of the test at the
// latest.
func (s *harness) start(text string) *startedCommand {
	s.t.Helper()
	if strings.Count(strings.TrimSpace(text), "\n") > 0 {
		s.t.Fatalf("this must be one command: %s", text)
	}
	run, out := s.command(context.WithoutCancel(s.t.Context()), "exec "+text)
	in, err := run.StdinPipe()
	must(s.t, err)
	must(s.t, run.Start())
	r := &startedCommand{Cmd: run, out: out, in: in, ended: make(chan error, 1)}
	over := make(chan struct{})
	go func() {
		r.ended <- run.Wait()
		close(over)
	}()
	s.t.Cleanup(func() {
		_ = run.Process.Signal(os.Interrupt)
		select {
		case <-over:
		case <-time.After(waitTimeout):
			s.t.Errorf("does not end: %s", text)
			_ = run.Process.Kill()
			<-over
		}
	})
	return r
}

// wait waits until the command exits without a failure.
func (r *startedCommand) wait(t *testing.T) {
	t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			t.Errorf("%v: %v\n%s", r.Args, err, r.out)
		}
	case <-time.After(waitTimeout):
		t.Errorf("%v does not end:\n%s", r.Args, r.out)
	}
}

// checkShell runs a block, which must print something useful.
func checkShell(t *testing.T, s *harness, b block) {
	t.Helper()
	s.setUp()
	answers := len(s.payloads(response))
	ctx, cancel := context.WithTimeout(t.Context(), 2*waitTimeout)
	defer cancel()
	run, out := s.command(ctx, b.text)
	err := run.Run()
	code := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		code = failed.ExitCode()
	} else if err != nil {
		t.Errorf("%s:%d: %v", b.path, b.line, err)
	}
	if want, _ := strconv.Atoi(b.options["exit"]); code != want {
		t.Errorf("%s:%d: exit code %d, want %d:\n%s", b.path, b.line, code, want, out)
	}
	silent := regexp.MustCompile(`^mosquitto_pub `).MatchString(b.text)
	said := strings.TrimSpace(out.String())
	if !silent && (said == "" || slices.Contains(strings.Split(said, "\n"), "null")) {
		t.Errorf("%s:%d prints nothing useful: %q", b.path, b.line, said)
	}
	if strings.Contains(b.text, "bridge/request/refresh") {
		s.expectAnswer(b, answers)
	}
}

const response = "vitals2mqtt/bridge/response/refresh"

// expectAnswer checks that the bridge has responded to a request on MQTT.
func (s *harness) expectAnswer(b block, before int) {
	s.t.Helper()
	s.await("an answer to the request", func() bool { return len(s.payloads(response)) > before })
	var answer struct{ Status, Error string }
	must(s.t, json.Unmarshal([]byte(s.payloads(response)[before]), &answer))
	if answer.Status != "ok" {
		s.t.Errorf("%s:%d: the bridge responds %+v", b.path, b.line, answer)
	}
}

// checkStream runs a command that does not end, and causes new data until it
// has printed something.
//
// clock: the program of the guide runs in the present
func checkStream(t *testing.T, s *harness, b block) {
	t.Helper()
	run := s.start(b.text)
	began, weighed := time.Now(), 0 // clock: the program of the guide runs in the present
	s.await("a line of "+b.text, func() bool {
		if !s.startEmpty && time.Since(began) > time.Duration(weighed)*2*time.Second {
			weighed++
			s.cloud.Weigh("Alice", "68."+strconv.Itoa(weighed), time.Now())
		}
		return strings.Contains(run.out.String(), "\n")
	})
	must(t, run.Process.Signal(os.Interrupt))
	select {
	case err := <-run.ended:
		t.Logf("%s:%d ended after Ctrl-C: %v", b.path, b.line, err)
	case <-time.After(waitTimeout):
		t.Errorf("%s:%d does not end:\n%s", b.path, b.line, run.out)
	}
}

// checkContinuously is for what cannot run inside of a test.
func checkContinuously(t *testing.T, _ *harness, b block) {
	t.Helper()
	ci, err := os.ReadFile("../.ci/run")
	must(t, err)
	for row := range strings.Lines(b.text) {
		command, _, _ := strings.Cut(row, "#")
		if command = strings.TrimSpace(command); !strings.Contains(string(ci), command) {
			t.Errorf("%s:%d: .ci/run does not run %q", b.path, b.line, command)
		}
	}
}
