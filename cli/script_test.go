// SPDX-License-Identifier: MIT

package cli_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/internal/goldentest"
)

// TestGoldenScripts runs testdata/script/*.txtar with the commands of
// testscript and scriptCommands.
func TestGoldenScripts(t *testing.T) {
	t.Parallel()
	example, err := filepath.Abs(filepath.Join("..", "config.example.yaml"))
	clitest.Must(t, err)
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       goldentest.Updating(),
		Cmds:                scriptCommands(),
		Condition: func(name string) (bool, error) {
			if name != "configured-machine" {
				return false, errors.New("unknown condition " + name)
			}
			_, err := os.Stat("/etc/vitals2mqtt/config.yaml")
			return err == nil, nil
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("EXAMPLE", example)
			// The scripts use the shifted clock of the tests.
			for _, name := range []string{"TZ", "ANYDAY_OFFSET"} {
				if value, set := os.LookupEnv(name); set {
					env.Setenv(name, value)
				}
			}
			if env.Getenv("GORACE") == "" {
				env.Setenv("GORACE", "atexit_sleep_ms=10")
			}
			env.Values[harnessKey{}] = new(*clitest.Harness)
			return nil
		},
	})
}

type harnessKey struct{}

func harnessOf(ts *testscript.TestScript) *clitest.Harness {
	held, _ := ts.Value(harnessKey{}).(**clitest.Harness)
	if held == nil || *held == nil {
		ts.Fatalf("the script has no cloud yet")
	}
	return *held
}

// scriptCommands are what the scripts can do:
//
//	cloud [DAYS]             starts a simulated cloud with Alice and Bob, who have a history of so many days, and a
//	                         broker, and sets CLOUD, CLIENT_ID, CLIENT_SECRET and BROKER
//	exits CODE ARGS…         runs vitals2mqtt and expects this exit code
//	signin PROFILE [PERSON [DECISION]]
//	                         completes `login PROFILE --paste` as PERSON with the decision allow (or refuse);
//	                         with ! the sign-in must end with 1
//	retained TOPIC [VALUE]   waits until the broker retains it
//	replace OLD NEW FILE     changes a text in a file
//	mode PERMISSIONS FILE    expects a file to have this mode
//	golden FILE              compares the standard output with a file beside the tests
func scriptCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"cloud": scriptCloud, "exits": scriptExits, "signin": scriptSignIn, "retained": scriptRetained,
		"replace": scriptReplace, "mode": scriptMode, "golden": scriptGolden,
	}
}

// checkArguments checks the arguments of a command.
func checkArguments(ts *testscript.TestScript, usage string, fine bool) {
	if !fine {
		ts.Fatalf("usage: %s", usage)
	}
}

func scriptCloud(ts *testscript.TestScript, neg bool, args []string) {
	checkArguments(ts, "cloud [DAYS]", !neg && len(args) < 2)
	start := clitest.New
	if len(args) == 1 {
		days, err := strconv.Atoi(args[0])
		ts.Check(err)
		start = func(callbacks ...string) (*clitest.Harness, error) { return clitest.NewWithHistory(days, callbacks...) }
	}
	o, err := start()
	ts.Check(err)
	ts.Defer(func() { _ = o.Stop() })
	held, _ := ts.Value(harnessKey{}).(**clitest.Harness)
	*held = o
	for name, value := range map[string]string{
		"CLOUD": o.CloudURL, "BROKER": o.Broker.URL(),
		"CLIENT_ID": o.Cloud.ClientID(), "CLIENT_SECRET": o.Cloud.ClientSecret(),
	} {
		ts.Setenv(name, value)
	}
}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	checkArguments(ts, "exits CODE ARGS…", !neg && len(args) > 0)
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	err = ts.Exec("vitals2mqtt", args[1:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func scriptSignIn(ts *testscript.TestScript, neg bool, args []string) {
	checkArguments(ts, "signin PROFILE [PERSON [DECISION]]", len(args) > 0 && len(args) < 4)
	person, decision := args[0], "allow"
	if len(args) > 1 {
		person = args[1]
	}
	if len(args) > 2 {
		decision = args[2]
	}
	environ := []string{}
	for _, name := range []string{"CLOUD", "CLIENT_ID", "CLIENT_SECRET", "BROKER", "WORK"} {
		environ = append(environ, name+"="+ts.Getenv(name))
	}
	p := clitest.Launch(clitest.WithEnviron(environ...), "--config", ts.MkAbs("config.yaml"), "login", args[0],
		"--paste")
	code, err := clitest.LoginByPaste(context.Background(), p, person, decision)
	_, _ = ts.Stdout().Write([]byte(p.Stdout.String()))
	_, _ = ts.Stderr().Write([]byte(p.Stderr.String()))
	ts.Check(err)
	if want := map[bool]int{false: 0, true: 1}[neg]; code != want {
		ts.Fatalf("login ended with %d, want %d", code, want)
	}
	// The age of a token is that of its file, which has the kernel's time, not the
	// shifted one of a test.
	tokens, err := filepath.Glob(ts.MkAbs("state/tokens/*.json"))
	ts.Check(err)
	now := time.Now() // clock: the age of a token is judged by it
	for _, path := range tokens {
		ts.Check(os.Chtimes(path, now, now))
	}
}

func scriptRetained(ts *testscript.TestScript, neg bool, args []string) {
	checkArguments(ts, "retained TOPIC [VALUE]", !neg && len(args) > 0 && len(args) < 3)
	value := strings.Join(args[1:], "")
	ts.Check(harnessOf(ts).WaitRetained(context.Background(), args[0], value))
}

func scriptReplace(ts *testscript.TestScript, neg bool, args []string) {
	checkArguments(ts, "replace OLD NEW FILE", !neg && len(args) == 3)
	text := ts.ReadFile(args[2])
	if !strings.Contains(text, args[0]) {
		ts.Fatalf("%s has no %q", args[2], args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Replace(text, args[0], args[1], 1)), 0o600))
}

func scriptMode(ts *testscript.TestScript, neg bool, args []string) {
	checkArguments(ts, "mode PERMISSIONS FILE", !neg && len(args) == 2)
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode()&fs.ModePerm), 8); got != strings.TrimPrefix(args[0], "0") {
		ts.Fatalf("%s has mode 0%s, want %s", args[1], got, args[0])
	}
}

func scriptGolden(ts *testscript.TestScript, neg bool, args []string) {
	checkArguments(ts, "golden FILE", !neg && len(args) == 1)
	path, err := filepath.Abs(filepath.FromSlash(args[0]))
	ts.Check(err)
	got := ts.ReadFile("stdout")
	if goldentest.Updating() {
		ts.Check(os.WriteFile(path, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(path)
	ts.Check(err)
	if got != string(want) {
		ts.Fatalf("the standard output is not %s (go generate ./... writes it):\n%s", args[0], got)
	}
}
