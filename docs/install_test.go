// SPDX-License-Identifier: MIT

package docs_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// checkArchive runs nothing, because a build takes minutes: deploy/release
// --check runs the block with its archives, as part of .ci/run.
func checkArchive(t *testing.T, _ *harness, b block) {
	t.Helper()
	for path, words := range map[string]string{
		"../deploy/release": "/^```sh archive$/,",
		"../.ci/run":        "deploy/release --check",
	} {
		script, err := os.ReadFile(path)
		must(t, err)
		if !strings.Contains(string(script), words) {
			t.Errorf("%s:%d: %s does not run it", b.path, b.line, path)
		}
	}
	command := regexp.MustCompile(`^deploy/release (\d+\.\d+\.\d+)\n`).FindStringSubmatch(b.text)
	if command == nil {
		t.Fatalf("%s:%d builds no release first", b.path, b.line)
	}
	if strings.Count(b.text, "_"+command[1]+"_") != 2 || !strings.HasSuffix(b.text, "\n./vitals2mqtt --version\n") {
		t.Errorf("%s:%d does not unpack and try what was built", b.path, b.line)
	}
}

// checkVerify runs nothing: deploy/release --check verifies a release with the
// block.
func checkVerify(t *testing.T, _ *harness, b block) {
	t.Helper()
	script, err := os.ReadFile("../deploy/release")
	must(t, err)
	if b.path != "verify.md" || !strings.Contains(string(script), "/^```sh verify$/,/^```$/{/^```/d;p}' docs/verify.md)") {
		t.Errorf("%s:%d: deploy/release does not run it", b.path, b.line)
	}
}

// checkSystemd compares a block with the comments of the unit, which has tests
// of its own.
func checkSystemd(t *testing.T, _ *harness, b block) {
	t.Helper()
	expectLinesIn(t, b, "../deploy/systemd/vitals2mqtt.service")
}

// checkCompose does the same for the compose file, and checks the called
// service.
func checkCompose(t *testing.T, s *harness, b block) {
	t.Helper()
	text, found := strings.CutPrefix(b.text, "cd deploy\n")
	if !found {
		t.Errorf("%s:%d is not in the folder of the compose file", b.path, b.line)
	}
	b.text = text
	expectLinesIn(t, b, "../deploy/compose.yaml")
	for _, call := range regexp.MustCompile(`/vitals2mqtt (.+)\n`).FindAllStringSubmatch(b.text, -1) {
		s.expectAccepted(b, strings.Fields(call[1])...)
	}
}

// expectLinesIn checks that every line of a block is in the comments of a file,
// in the same order.
func expectLinesIn(t *testing.T, b block, path string) {
	t.Helper()
	file, err := os.ReadFile(path)
	must(t, err)
	var said []string
	for line := range strings.Lines(string(file)) {
		if text, comment := strings.CutPrefix(line, "#"); comment {
			said = append(said, strings.TrimSpace(text))
		}
	}
	for line := range strings.Lines(b.text) {
		at := slices.Index(said, strings.TrimSpace(line))
		if at < 0 {
			t.Errorf("%s:%d: %s has no such line, or in another order: %s", b.path, b.line, path, line)
			continue
		}
		said = said[at+1:]
	}
}

// checkContainer builds no image, deploy/container/check does. Files of the
// block must exist, and the program must accept the commands.
func checkContainer(t *testing.T, s *harness, b block) {
	t.Helper()
	build := regexp.MustCompile(`^docker build -t (\w+) \.\n`).FindStringSubmatch(b.text)
	if build == nil {
		t.Fatalf("%s:%d builds no image first", b.path, b.line)
	}
	if _, err := os.Stat("../Dockerfile"); err != nil {
		t.Error(err)
	}
	calls := regexp.MustCompile(`(?m)^docker run --rm `+build[1]+` (.+)$`).FindAllStringSubmatch(b.text, -1)
	if len(calls) != strings.Count(b.text, "docker run") {
		t.Errorf("%s:%d: a command is not understood", b.path, b.line)
	}
	for _, call := range calls {
		s.expectAccepted(b, strings.Fields(call[1])...)
	}
}

// expectAccepted checks that the program accepts a command line, without
// running it.
func (s *harness) expectAccepted(b block, arguments ...string) {
	s.t.Helper()
	run := exec.CommandContext(s.t.Context(), "vitals2mqtt", append(arguments, "--version")...)
	run.Dir, run.Env = s.t.TempDir(), environ("EXAMPLE="+exampleConfig(s.t))
	if out, err := run.CombinedOutput(); err != nil {
		s.t.Errorf("%s:%d: the program does not accept %v: %s", b.path, b.line, arguments, out)
	}
}

// TestInstallBlocksNameExistingFiles checks that the files which are copied
// exist in this repository.
func TestInstallBlocksNameExistingFiles(t *testing.T) {
	t.Parallel()
	found := 0
	for _, page := range []string{"../README.md", "install.md"} {
		for _, b := range read(t, page).blocks {
			for _, path := range regexp.MustCompile(`\bdeploy/[\w./-]+`).FindAllString(b.text, -1) {
				found++
				if _, err := os.Stat(filepath.Join("..", path)); err != nil {
					t.Errorf("%s:%d: %v", page, b.line, err)
				}
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d files were found: the search is broken", found)
	}
}
