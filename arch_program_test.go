// SPDX-License-Identifier: MIT

package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strings"
	"testing"
)

// Indirect imports count too.
func TestProgramContainsNoTestCode(t *testing.T) {
	t.Parallel()
	for name := range strings.FieldsSeq(string(goCommand(t, "list", "-e", "-deps", "."))) {
		// Not expvar: the metrics library links it, and registers on a mux that is
		// never served.
		banned := append(testModules(), "testing", "net/http/httptest", "net/http/pprof")
		if slices.ContainsFunc(banned, isWithin(name)) {
			t.Errorf("the program links %s", name)
		}
	}
}

// A replace has no effect for those who install the program with go install.
func TestModulesReplaceNothing(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"go.mod", "tools/go.mod"} {
		var parsed struct{ Replace []json.RawMessage }
		if err := json.Unmarshal(goCommand(t, "mod", "edit", "-json", file), &parsed); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(parsed.Replace) > 0 {
			t.Errorf("%s replaces %d modules", file, len(parsed.Replace))
		}
	}
}

func goCommand(t *testing.T, args ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	run := exec.CommandContext(t.Context(), "go", args...)
	run.Stderr = &stderr
	if me, err := user.Current(); err == nil && os.Getenv("HOME") == "" {
		run.Env = append(os.Environ(), "HOME="+me.HomeDir) // where go looks for its caches
	}
	out, err := run.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}
