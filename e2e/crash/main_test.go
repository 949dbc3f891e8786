// SPDX-License-Identifier: MIT

//go:build e2e && unix

// Package crash kills the real program with SIGKILL at random moments, while a
// simulated cloud and a broker stay, and compares what is left with an
// installation that nobody disturbs. It holds only tests:
//
//	go test -tags e2e -count=1 -timeout 3h ./e2e/crash -kills=5000 -seed=7
package crash

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// binary is the program under test, built by TestMain.
var binary string

var (
	kills = flag.Int("kills", 150, "how often a process is killed")
	only  = flag.String("only", "", "kill only this, such as sync; everything if empty")
	seed  = flag.Uint64("seed", 0, "seed of the random numbers; 0 draws one")
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "vitals2mqtt-crash-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "vitals2mqtt")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", binary, "vitals2mqtt")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "building the program:", err)
		return 1
	}
	if _, err := exec.LookPath("sqlite3"); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "e2e/crash needs the package sqlite3:", err)
		return 1
	}
	return m.Run()
}
