// SPDX-License-Identifier: MIT

package checkpoint_test

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"testing"

	"go.uber.org/goleak"

	"vitals2mqtt/checkpoint"
)

// lockPathEnv is the folder that the test binary locks when it runs as another
// process.
const lockPathEnv = "V2M_TEST_HOLD"

func TestMain(m *testing.M) {
	path := os.Getenv(lockPathEnv)
	if path == "" {
		goleak.VerifyTestMain(m)
		return
	}
	if _, err := checkpoint.Open(path); err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString("locked\n")
	_, _ = os.Stdin.Read(make([]byte, 1)) // until it is killed
}

func TestLockIsFreeAfterDaemonIsKilled(t *testing.T) {
	t.Parallel()
	path := t.TempDir()
	daemon := exec.CommandContext(t.Context(), os.Args[0])
	daemon.Env = append(os.Environ(), lockPathEnv+"="+path)
	daemon.Stderr = os.Stderr
	input, err := daemon.StdinPipe() // never written to: the process waits
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = input.Close() }()
	output, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	if !bufio.NewScanner(output).Scan() {
		t.Fatal("the other daemon did not start")
	}
	if _, err := checkpoint.Open(path); !errors.Is(err, checkpoint.ErrInUse) {
		t.Errorf("while another process holds the lock: %v, want ErrInUse", err)
	}
	if err := daemon.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = daemon.Wait() // reports the kill
	openFolder(t, path)
}
