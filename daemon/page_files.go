// SPDX-License-Identifier: MIT

package daemon

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// pageFiles are the temporary files of the page: uploads, copies for dry runs,
// downloads. They have a folder of their own, which a start empties.
type pageFiles struct{ folder string }

// newPageFiles removes what a former process has left.
func newPageFiles(stateDir string) (pageFiles, error) {
	f := pageFiles{filepath.Join(stateDir, "page-files")}
	if err := f.removeAll(); err != nil {
		return f, fmt.Errorf("removing temporary files: %w", err)
	}
	return f, nil
}

func (f pageFiles) removeAll() error { return os.RemoveAll(f.folder) }

// newFolder creates an empty folder, which the caller removes.
func (f pageFiles) newFolder(purpose string) (string, error) {
	if err := os.Mkdir(f.folder, privateFolder); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	return os.MkdirTemp(f.folder, purpose+"-*")
}

const (
	privateFolder = 0o700
	privateFile   = 0o600
)
