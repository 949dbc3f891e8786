// SPDX-License-Identifier: MIT

//go:build unix

package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"vitals2mqtt/cli"
	"vitals2mqtt/cli/clitest"
)

// A stop signal ends a daemon that still waits for its configuration.
func TestStopWhileConfigurationIsAPipe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("named pipes are not supported here: ", err)
	}
	interrupts := make(chan os.Signal, 1)
	interrupts <- syscall.SIGTERM
	var stdout, stderr bytes.Buffer
	program := clitest.NewProgram(&stdout, &stderr, func(p *cli.Program) { p.Interrupts = interrupts })
	if code := program.Run([]string{"run", "--config", path}); code != 0 {
		t.Errorf("exit code %d: %s", code, &stderr)
	}
	writer, err := os.OpenFile(path, os.O_WRONLY, 0) // ends the read that is left
	clitest.Must(t, err)
	clitest.Must(t, writer.Close())
}

// A shell passes what a command prints as a pipe: <(…), or /dev/stdin.
func TestConfigurationFromAPipe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("named pipes are not supported here: ", err)
	}
	written := make(chan error, 1)
	go func() {
		const text = "withings: {client_id: id, client_secret: s, profiles: [Alice]}\n"
		written <- os.WriteFile(path, []byte(text), 0o600)
	}()
	clitest.Run(t, "--config", path, "check").Expect(t, 0, "1 profile\n")
	clitest.Must(t, <-written)
}

// Docker makes a directory where a mounted file does not exist.
func TestDirectoryInPlaceOfConfiguration(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	clitest.Run(t, "--config", folder, "check").Expect(t, 3, folder+" is a directory, not a file")
	path := filepath.Join(folder, "config.yaml")
	clitest.WriteFile(t, filepath.Join(folder, "state"), "a file")
	clitest.WriteFile(t, path, "withings: {client_id: id, client_secret: s, profiles: [Alice]}\nstate_dir: state\n")
	clitest.Run(t, "--config", path, "run").Expect(t, 1, "state is a file, not a directory")
	clitest.Run(t, "--config", path, "login", "alice").Expect(t, 1, "state is a file, not a directory")
}
