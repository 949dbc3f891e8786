// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"os/exec"
	"strings"
	"testing"
)

// installFolder runs the script that installs another program, logs its
// version, and returns its folder.
func installFolder(t *testing.T, part string) string {
	t.Helper()
	var trouble strings.Builder
	command := exec.CommandContext(t.Context(), "bash", "parts/"+part)
	command.Stderr = &trouble
	out, err := command.Output()
	if err != nil {
		t.Fatalf("installing %s: %v\n%s", part, err, trouble.String())
	}
	what, folder, ok := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if !ok {
		t.Fatalf("parts/%s printed %q", part, out)
	}
	t.Log(what)
	return folder
}
