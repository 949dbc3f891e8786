// SPDX-License-Identifier: MIT

//go:build e2e && unix

package crash

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"vitals2mqtt/cli/clitest"
)

// installation is a configuration and a state folder.
type installation struct {
	folder string
	config string // path
	text   string // of the configuration
}

// install writes the configuration of an installation.
func install(t *testing.T, o *clitest.Harness, cloudURL, broker, profiles string) *installation {
	t.Helper()
	folder := t.TempDir()
	text := o.Config(profiles, "all", `mqtt: {url: "mqtt://`+broker+`"}`)
	text = strings.ReplaceAll(text, o.CloudURL, cloudURL)
	at := &installation{folder: folder, config: filepath.Join(folder, "config.yaml"), text: text}
	at.write(t, text)
	return at
}

func (at *installation) write(t *testing.T, text string) {
	t.Helper()
	clitest.WriteFile(t, at.config, text)
}

// process is a running program.
type process struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	stdout  clitest.OutputBuffer
	stderr  clitest.OutputBuffer
	began   time.Time
	ended   chan struct{}
	code    int // once ended is closed; -1 of a killed one
}

// start starts the program with arguments.
func (at *installation) start(t *testing.T, arguments ...string) *process {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), binary, append([]string{"--config", at.config}, arguments...)...)
	p := &process{command: command, ended: make(chan struct{}), began: time.Now()} // clock: how long real processes take
	command.Dir = at.folder
	command.Stdout, command.Stderr = &p.stdout, &p.stderr
	var err error
	p.stdin, err = command.StdinPipe()
	clitest.Must(t, err)
	clitest.Must(t, command.Start())
	go func() {
		_ = command.Wait()
		p.code = command.ProcessState.ExitCode()
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill kills the process if it still runs, and waits for its end.
func (p *process) kill() {
	p.strike()
	<-p.ended
}

// strike kills the process and does not wait.
func (p *process) strike() { _ = p.command.Process.Kill() }

// interrupt asks the process to end.
func (p *process) interrupt() { _ = p.command.Process.Signal(syscall.SIGTERM) }

// reload asks a daemon to read its configuration again.
func (p *process) reload() { _ = p.command.Process.Signal(syscall.SIGHUP) }

// wasKilled reports whether an ended process was killed.
func (p *process) wasKilled() bool {
	status, ok := p.command.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// wait waits for the end; it fails if that takes longer than the time-out of all tests.
func (p *process) wait() error {
	timer := time.NewTimer(clitest.WaitTimeout)
	defer timer.Stop()
	select {
	case <-p.ended:
		return nil
	case <-timer.C:
		return fmt.Errorf("%s does not end:\n%s%s", p.name(), &p.stdout, &p.stderr)
	}
}

func (p *process) name() string { return strings.Join(p.command.Args[3:], " ") }

// complete runs the program to its end, and wants success.
func (at *installation) complete(t *testing.T, arguments ...string) string {
	t.Helper()
	p := at.start(t, arguments...)
	_ = p.stdin.Close()
	err := p.wait()
	if err == nil && p.code != 0 {
		err = errors.New("unexpected exit code")
	}
	if err != nil {
		t.Fatalf("%s: %v, code %d\n%s%s", p.name(), err, p.code, &p.stdout, &p.stderr)
	}
	return p.stdout.String()
}

// login gives consent as a person, and returns the process that stores the
// tokens.
func (at *installation) login(t *testing.T, person string) *process {
	t.Helper()
	p := at.start(t, "login", person, "--paste")
	link, err := p.stdout.WaitForLine(t.Context(), "/oauth2_user/authorize2?")
	clitest.Must(t, err)
	landed, err := clitest.Consent(t.Context(), link, person, "allow")
	clitest.Must(t, err)
	_, err = fmt.Fprintln(p.stdin, landed)
	clitest.Must(t, err)
	_ = p.stdin.Close()
	return p
}

// signIn signs a person in, undisturbed.
func (at *installation) signIn(t *testing.T, person string) {
	t.Helper()
	p := at.login(t, person)
	if err := p.wait(); err != nil || p.code != 0 {
		t.Fatalf("login %s: %v, code %d\n%s%s", person, err, p.code, &p.stdout, &p.stderr)
	}
}

// file returns the path of a file in the state folder.
func (at *installation) file(name string) string { return filepath.Join(at.folder, "state", name) }
