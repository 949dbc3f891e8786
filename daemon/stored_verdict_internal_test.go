// SPDX-License-Identifier: MIT

package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/health"
)

// The reason is found out once for each error, and forgotten when it is over.
func TestFolderIsExplainedOncePerError(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "profiles")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := os.ReadDir(filepath.Join(file, "alice.json")) // a file in the place of a folder
	var e folderExplanation
	first := health.Folder{Err: err}
	e.explain(&first, folder)
	if first.Text == "" || first.Remedy == "" || first.Path != folder {
		t.Fatalf("%+v", first)
	}
	if err := os.Remove(file); err != nil { // looking again would say something else
		t.Fatal(err)
	}
	again := health.Folder{Err: err}
	if e.explain(&again, folder); again.Text != first.Text || again.Remedy != first.Remedy {
		t.Errorf("looked at again: %+v", again)
	}
	fine := health.Folder{}
	if e.explain(&fine, folder); fine.Text != "" {
		t.Errorf("explained without an error: %+v", fine)
	}
	later := health.Folder{Err: os.ErrDeadlineExceeded}
	if e.explain(&later, folder); strings.Contains(later.Text, first.Text) {
		t.Errorf("explained by the former error: %+v", later)
	}
}
