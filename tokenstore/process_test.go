// SPDX-License-Identifier: MIT

package tokenstore_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/tokenstore/storetest"
)

// roleEnv makes the test binary act as another process.
const roleEnv = "V2M_TEST_ROLE"

func TestMain(m *testing.M) {
	folder := os.Getenv("V2M_TEST_FOLDER")
	switch os.Getenv(roleEnv) {
	case "count":
		countUnderLock(folder)
	case "save":
		saveForever(folder)
	default:
		goleak.VerifyTestMain(m)
	}
}

const (
	processes  = 3
	goroutines = 3
	additions  = 20
)

// countUnderLock increments a number under the lock, from several goroutines of
// another process.
func countUnderLock(folder string) {
	store, err := tokenstore.New(folder)
	if err != nil {
		panic(err)
	}
	path := filepath.Join(folder, "number")
	var group sync.WaitGroup
	for range goroutines {
		group.Go(func() {
			for range additions {
				unlock, err := store.Lock(context.Background(), "alice")
				if err != nil {
					panic(err)
				}
				data, _ := os.ReadFile(path)
				n, _ := strconv.Atoi(string(data))
				if err := os.WriteFile(path, []byte(strconv.Itoa(n+1)), 0o600); err != nil {
					panic(err)
				}
				unlock()
			}
		})
	}
	group.Wait()
}

// saveForever saves numbered tokens until it is killed, and prints each number
// after Save has returned.
func saveForever(folder string) {
	store, err := tokenstore.New(folder)
	if err != nil {
		panic(err)
	}
	last, err := store.Load(context.Background(), "alice")
	if err != nil {
		panic(err)
	}
	for n := tokenNumber(last.UserID) + 1; ; n++ {
		unlock, err := store.Lock(context.Background(), "alice")
		if err != nil {
			panic(err)
		}
		if err := store.Save(context.Background(), "alice", storetest.Token(strconv.Itoa(n))); err != nil {
			panic(err)
		}
		unlock()
		_, _ = os.Stdout.WriteString(strconv.Itoa(n) + "\n")
	}
}

// tokenNumber is which of the numbered tokens a user id belongs to, -1 for
// others.
func tokenNumber(userID string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(userID, "user-"))
	if err != nil {
		return -1
	}
	return n
}

func startProcess(t *testing.T, as, folder string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), roleEnv+"="+as, "V2M_TEST_FOLDER="+folder)
	command.Stderr = os.Stderr
	return command
}

func TestLockExcludesOtherProcesses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var commands []*exec.Cmd
	for range processes {
		command := startProcess(t, "count", folder)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		commands = append(commands, command)
	}
	for _, command := range commands {
		if err := command.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(filepath.Join(folder, "number"))
	if err != nil || string(data) != strconv.Itoa(processes*goroutines*additions) {
		t.Errorf("counted to %s, %v; want %d", data, err, processes*goroutines*additions)
	}
}

// After a kill the file is complete, not older than what Save has confirmed,
// and half-written files are removed.
func TestKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := open(t, folder)
	if err := store.Save(t.Context(), "alice", storetest.Token("0")); err != nil {
		t.Fatal(err)
	}
	half := 0
	for round := range 30 {
		confirmed := saveUntilKilled(t, store, folder, round)
		got, err := store.Load(t.Context(), "alice")
		if err != nil {
			t.Fatalf("after kill %d: %v", round, err)
		}
		n := tokenNumber(got.UserID)
		if n < confirmed || !storetest.Equal(got, storetest.Token(strconv.Itoa(n))) {
			t.Fatalf("after kill %d: token %d is stored, %d was confirmed: %+v", round, n, confirmed, got)
		}
		half += countLeftovers(t, folder)
		unlock, err := store.Lock(t.Context(), "alice")
		if err != nil {
			t.Fatalf("the killed process still holds the lock: %v", err)
		}
		unlock()
		if n := countLeftovers(t, folder); n != 0 {
			t.Fatalf("after kill %d: %d half-written tokens are left", round, n)
		}
	}
	t.Logf("%d of 30 kills interrupted a write", half)
}

// saveUntilKilled has another process save for a while, kills it, and returns
// the last confirmed number.
func saveUntilKilled(t *testing.T, store *tokenstore.File, folder string, round int) (confirmed int) {
	t.Helper()
	command := startProcess(t, "save", folder)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for range 1 + round%5 {
		if lines.Scan() {
			confirmed, _ = strconv.Atoi(lines.Text())
		}
	}
	for range round * 7 % 40 { // a different moment in each round
		_ = store.Version(t.Context(), "alice")
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // lines printed before the kill count
		confirmed, _ = strconv.Atoi(lines.Text())
	}
	_ = command.Wait() // reports the kill
	if confirmed == 0 {
		t.Fatal("the process never saved anything")
	}
	return confirmed
}

func countLeftovers(t *testing.T, folder string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(folder, "tokens", "*.tmp-*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}
