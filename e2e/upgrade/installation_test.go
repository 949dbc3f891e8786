// SPDX-License-Identifier: MIT

//go:build e2e

package upgrade

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
)

// installation is a configuration with its state directory, beside a simulated
// cloud and a broker, which outlive every program.
type installation struct {
	t       *testing.T
	harness *clitest.Harness
	cloud   *simulator.Cloud
	broker  *broker.Broker
	folder  string
	state   string
	page    string

	mu    sync.Mutex
	empty []string // topics that were cleared
}

func install(t *testing.T) *installation {
	t.Helper()
	h, folder, page := clitest.Start(t), t.TempDir(), clitest.FreeAddress(t)
	i := &installation{
		t: t, harness: h, cloud: h.Cloud, broker: h.Broker, folder: folder, state: filepath.Join(folder, "state"), page: page,
	}
	text := h.Config("[Alice, Bob]", "all", "web: {listen: "+page+"}", "state_dir: "+i.state)
	// What an earlier version does not know.
	text = strings.Replace(text, "  polling: everything\n", "", 1)
	clitest.WriteFile(t, filepath.Join(folder, "config.yaml"), text)
	clitest.Must(t, h.Broker.Watch("vitals2mqtt/#", func(topic string, payload []byte, _ bool) {
		if len(payload) == 0 {
			i.mu.Lock()
			defer i.mu.Unlock()
			i.empty = append(i.empty, topic)
		}
	}))
	return i
}

func (i *installation) cleared() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.empty)
}

func (i *installation) forgetCleared() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.empty = nil
}

// process is a running program.
type process struct {
	t       *testing.T
	command *exec.Cmd
	stdin   io.WriteCloser
	out     *clitest.OutputBuffer
	ended   chan struct{}
	err     error // once ended is closed
}

// start starts the daemon, or another command, of a program.
func (i *installation) start(program string, args ...string) *process {
	i.t.Helper()
	if len(args) == 0 {
		args = []string{"run"}
	}
	command := exec.CommandContext(context.WithoutCancel(i.t.Context()), program, args...)
	command.Dir, command.Env = i.folder, []string{"HOME=" + i.folder, "PATH=" + os.Getenv("PATH")}
	p := &process{t: i.t, command: command, out: &clitest.OutputBuffer{}, ended: make(chan struct{})}
	command.Stdout, command.Stderr = p.out, p.out
	var err error
	p.stdin, err = command.StdinPipe()
	clitest.Must(i.t, err)
	clitest.Must(i.t, command.Start())
	go func() {
		p.err = command.Wait()
		close(p.ended)
	}()
	i.t.Cleanup(func() {
		_ = command.Process.Kill()
		<-p.ended
		if i.t.Failed() {
			i.t.Logf("%v printed:\n%s", command.Args, p.out)
		}
	})
	return p
}

// wait returns the exit code.
func (p *process) wait() int {
	p.t.Helper()
	clitest.Must(p.t, clitest.WaitFor(p.t.Context(), "the end of "+strings.Join(p.command.Args, " "), p.hasEnded))
	if failed := (*exec.ExitError)(nil); p.err != nil && !errors.As(p.err, &failed) {
		p.t.Fatal(p.err)
	}
	return p.command.ProcessState.ExitCode()
}

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// stop presses Ctrl-C.
func (p *process) stop() {
	p.t.Helper()
	clitest.Must(p.t, p.command.Process.Signal(os.Interrupt))
	if code := p.wait(); code != 0 {
		p.t.Fatalf("%v ended with %d:\n%s", p.command.Args, code, p.out)
	}
}

// await waits for a condition, and fails at once when the program has ended.
func (i *installation) await(p *process, what string, condition func() bool) {
	i.t.Helper()
	clitest.Must(i.t, clitest.WaitFor(i.t.Context(), what, func() bool { return p.hasEnded() || condition() }))
	if p.hasEnded() {
		i.t.Fatalf("%v has ended:\n%s", p.command.Args, p.out)
	}
}

// signIn signs somebody in by paste.
func (i *installation) signIn(program, person string) {
	i.t.Helper()
	p := i.start(program, "login", person, "--paste")
	link, err := p.out.WaitForLine(i.t.Context(), "/oauth2_user/authorize2?")
	clitest.Must(i.t, err)
	landed, err := clitest.Consent(i.t.Context(), link, person, "allow")
	clitest.Must(i.t, err)
	_, err = fmt.Fprintln(p.stdin, landed)
	clitest.Must(i.t, err)
	clitest.Must(i.t, p.stdin.Close())
	if code := p.wait(); code != 0 {
		i.t.Fatalf("login of %s ended with %d:\n%s", person, code, p.out)
	}
}

// export returns the rows of the archive for each person.
func (i *installation) export(program string) map[string][]string {
	i.t.Helper()
	rows := map[string][]string{}
	for _, person := range []string{"Alice", "Bob"} {
		path := filepath.Join(i.t.TempDir(), person+".jsonl")
		p := i.start(program, "export", person, "--format", "jsonl", "--output", path)
		if code := p.wait(); code != 0 {
			i.t.Fatalf("export ended with %d:\n%s", code, p.out)
		}
		rows[person] = strings.Split(strings.TrimSpace(clitest.ReadFile(i.t, path)), "\n")
	}
	return rows
}

// pastIsRead reports whether the page shows that the past of everybody has been
// read.
func (i *installation) pastIsRead() bool {
	reply, err := clitest.Browser().Do(clitest.Get(i.t, "http://"+i.page+"/api/overview"))
	if err != nil {
		return false
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	return err == nil && reply.StatusCode == http.StatusOK && strings.Count(string(text), `"history_read":true`) == 2
}
