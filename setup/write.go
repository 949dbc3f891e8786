// SPDX-License-Identifier: MIT

package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"vitals2mqtt/internal/atomicfile"
)

// maxBackups bounds the search for a name that is not in use.
const maxBackups = 1000

// write writes a new file, readable for its owner alone. A file that exists is
// fs.ErrExist unless it may be replaced; then it is kept under another name,
// which write returns.
func write(path string, content []byte, replace bool) (backup string, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	err = atomicfile.WriteNew(path, content)
	if !errors.Is(err, fs.ErrExist) || !replace {
		return "", err
	}
	former, err := os.ReadFile(path) //nolint:gosec // the configuration of the user
	if err != nil {
		return "", err
	}
	if backup, err = keep(path, former); err != nil {
		return "", err
	}
	return backup, atomicfile.Write(path, content)
}

// keep writes a former file beside it, under the first number that is free.
func keep(path string, former []byte) (backup string, err error) {
	for n := 1; n <= maxBackups; n++ {
		backup = path + ".bak." + strconv.Itoa(n)
		if err := atomicfile.WriteNew(backup, former); !errors.Is(err, fs.ErrExist) {
			return backup, err
		}
	}
	return "", fmt.Errorf("%s.bak.1 to %d exist", path, maxBackups)
}
