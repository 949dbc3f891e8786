// SPDX-License-Identifier: MIT

package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"vitals2mqtt/internal/atomicfile"
)

// TestWriteNewReplacesNothing: of several writers one succeeds.
func TestWriteNewReplacesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "file")
	var written atomic.Int32
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			err := atomicfile.WriteNew(path, []byte(strconv.Itoa(n)))
			if err == nil {
				written.Add(1)
			} else if !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := written.Load(); got != 1 {
		t.Errorf("%d writers succeeded", got)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
