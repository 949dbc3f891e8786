// SPDX-License-Identifier: MIT

package cli_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/cli/clitest"
	"vitals2mqtt/history"
)

// TestArchiveOfNewerVersionIsKept refuses to start, with what to do, and does
// not touch the file.
func TestArchiveOfNewerVersionIsKept(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := clitest.Start(t).Configure(t, folder, "[Alice]", "[weight_kg]")
	file := filepath.Join(folder, "state", "history.db")
	archive, err := history.Open(t.Context(), history.Options{Path: file})
	clitest.Must(t, err)
	clitest.Must(t, archive.Close())
	newer, err := os.ReadFile(file)
	clitest.Must(t, err)
	const userVersion = 60 // its place in the header
	binary.BigEndian.PutUint32(newer[userVersion:], 99)
	clitest.Must(t, os.WriteFile(file, newer, 0o600))

	for _, command := range []string{"run", "once"} {
		got := clitest.Run(t, "--config", path, command)
		got.Expect(t, 1, "newer version", "version 99, this program knows ", "\n-> install that version again, or restore a backup")
		if n := strings.Count(got.Stderr, "restore a backup"); n != 1 {
			t.Errorf("%s says %d times what to do:\n%s", command, n, got.Stderr)
		}
	}
	after, err := os.ReadFile(file)
	clitest.Must(t, err)
	if !bytes.Equal(newer, after) {
		t.Error("the file has changed")
	}
}
