// SPDX-License-Identifier: MIT

//go:build !unix

package main

import (
	"errors"
	"time"
)

// ownCPU is the user and system time of this process, which only Unix tells.
func ownCPU() (time.Duration, error) { return 0, errors.ErrUnsupported }
