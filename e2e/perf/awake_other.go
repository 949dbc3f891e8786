// SPDX-License-Identifier: MIT

//go:build !linux

package main

import (
	"errors"
	"io"
)

// keepAwake needs Linux, as the measurements do.
func keepAwake(io.Reader, io.Writer) error { return errors.ErrUnsupported }
