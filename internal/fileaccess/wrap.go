// SPDX-License-Identifier: MIT

package fileaccess

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// Wrap adds to an error about a path what was being done, and in the place of
// the system's words the explanation where there is one. The cause stays
// wrapped.
func Wrap(doing, path string, err error) error {
	if err == nil {
		return nil
	}
	if !isExplained(err) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return &explainedError{text: doing + ": " + Explain(path, err).String(), err: err}
}

// isExplained reports whether Explain says more than the error itself.
func isExplained(err error) bool {
	for _, cause := range []error{
		fs.ErrPermission, ErrTimeout, syscall.EISDIR, syscall.ENOTDIR, syscall.EROFS, syscall.ENOSPC,
	} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// explainedError is an error in words.
type explainedError struct {
	text string
	err  error
}

// Error implements error.
func (e *explainedError) Error() string { return e.text }

// Unwrap returns the cause.
func (e *explainedError) Unwrap() error { return e.err }
