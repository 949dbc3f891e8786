package tokenstore_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/tokenstore/storetest"
	"vitals2mqtt/withings"
)

// role makes the test binary play another process.
const role = "V2M_TEST_ROLE"

func TestMain(m *testing.M) {
	folder := os.Getenv("V2M_TEST_FOLDER")
	switch os.Getenv(role) {
	case "count":
		count(folder)
	case "save":
		saveForever(folder)
	default:
		os.Exit(m.Run())
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	t.Run("File", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Store { t.Helper(); return open(t, t.TempDir()) })
	})
	t.Run("Memory", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Store { t.Helper(); return tokenstore.NewMemory() })
	})
}

func open(t *testing.T, folder string) *tokenstore.File {
	t.Helper()
	store, err := tokenstore.New(folder)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no file modes")
	}
	folder := t.TempDir()
	tokens := filepath.Join(folder, "tokens")
	if err := os.Mkdir(tokens, 0o777); err != nil {
		t.Fatal(err)
	}
	store := open(t, folder)
	if err := store.Save(t.Context(), "alice", storetest.Token("one")); err != nil {
		t.Fatal(err)
	}
	mode := func(path string) os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	path := filepath.Join(tokens, "alice.json")
	if mode(tokens) != 0o700 || mode(path) != 0o600 {
		t.Errorf("folder %o, file %o; want 700 and 600", mode(tokens), mode(path))
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(t.Context(), "alice"); err != nil || mode(path) != 0o600 {
		t.Errorf("loading a file that others can read: %v, mode %o", err, mode(path))
	}
}

func TestGarbageIsKeptAside(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"truncated": `{"version": 1, "refresh_tok`, "empty": "", "binary": "\x00\xff", "no token": `{"version":1}`,
		"future": `{"version":99,"refresh_token":"hunter2hunter2"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			store := open(t, folder)
			path := filepath.Join(folder, "tokens", "alice.json")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := store.Load(t.Context(), "alice")
			var damaged *tokenstore.Damaged
			if !errors.As(err, &damaged) || !errors.Is(err, withings.ErrNoToken) {
				t.Fatalf("%v, want *Damaged that is ErrNoToken", err)
			}
			if !strings.Contains(err.Error(), "vitals2mqtt login alice") || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("unhelpful or talkative: %v", err)
			}
			if err := store.Save(t.Context(), "alice", storetest.Token("new")); err != nil {
				t.Fatal(err)
			}
			if kept, err := os.ReadFile(damaged.KeptAs); err != nil || string(kept) != content {
				t.Errorf("kept aside: %q, %v", kept, err)
			}
		})
	}
}

func TestStoreThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := open(t, folder)
	// A file in the folder's place fails for everybody, also for root.
	tokens := filepath.Join(folder, "tokens")
	if err := os.Remove(tokens); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tokens, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Writable(t.Context(), "alice"); err == nil {
		t.Error("Writable says yes")
	}
	if err := store.Save(t.Context(), "alice", storetest.Token("one")); err == nil {
		t.Error("Save says it is done")
	}
	if _, err := tokenstore.New(folder); err == nil {
		t.Error("New opens it")
	}
}

func TestNamesAreData(t *testing.T) {
	t.Parallel()
	store := open(t, t.TempDir())
	for _, name := range []string{"../alice", "", "a/b", `a\b`, "Alice", ".", "a.json"} {
		if err := store.Save(t.Context(), name, storetest.Token("one")); err == nil {
			t.Errorf("%q was taken for a profile", name)
		}
	}
}

func TestVersionAndProfiles(t *testing.T) {
	t.Parallel()
	store := open(t, t.TempDir())
	versions := map[string]bool{store.Version(t.Context(), "alice"): true}
	for _, name := range []string{"one", "two"} {
		if err := store.Save(t.Context(), "alice", storetest.Token(name)); err != nil {
			t.Fatal(err)
		}
		versions[store.Version(t.Context(), "alice")] = true
	}
	if len(versions) != 3 {
		t.Errorf("three states have the versions %v", versions)
	}
	if profiles, err := store.Profiles(t.Context()); err != nil || len(profiles) != 1 || profiles[0] != "alice" {
		t.Errorf("profiles %v, %v", profiles, err)
	}
}

// count adds one to a number under the lock, many times, in another process.
func count(folder string) {
	store, err := tokenstore.New(folder)
	if err != nil {
		panic(err)
	}
	path := filepath.Join(folder, "number")
	for range 50 {
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
}

// saveForever saves one of two tokens until it is killed.
func saveForever(folder string) {
	store, err := tokenstore.New(folder)
	if err != nil {
		panic(err)
	}
	for {
		for _, name := range []string{"one", "two"} {
			if err := store.Save(context.Background(), "alice", storetest.Token(name)); err != nil {
				panic(err)
			}
			_, _ = os.Stdout.WriteString("saved\n")
		}
	}
}

func process(t *testing.T, as, folder string) *exec.Cmd {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), role+"="+as, "V2M_TEST_FOLDER="+folder)
	command.Stderr = os.Stderr
	return command
}

func TestLockExcludesOtherProcesses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var commands []*exec.Cmd
	for range 3 {
		command := process(t, "count", folder)
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
	if data, err := os.ReadFile(filepath.Join(folder, "number")); err != nil || string(data) != "150" {
		t.Errorf("counted to %s, %v; want 150", data, err)
	}
}

func TestKillNeverTearsTheFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store := open(t, folder)
	if err := store.Save(t.Context(), "alice", storetest.Token("one")); err != nil {
		t.Fatal(err)
	}
	for round := range 15 {
		command := process(t, "save", folder)
		output, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(output)
		for range round % 4 {
			lines.Scan()
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait() // it was killed: that is an error by definition
		got, err := store.Load(t.Context(), "alice")
		if err != nil || !storetest.Same(got, storetest.Token("one")) && !storetest.Same(got, storetest.Token("two")) {
			t.Fatalf("after kill %d: %+v, %v", round, got, err)
		}
	}
}
