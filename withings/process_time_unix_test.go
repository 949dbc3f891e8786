// SPDX-License-Identifier: MIT

//go:build unix

package withings_test

import (
	"syscall"
	"testing"
	"time"
)

// processTime is the user and system time of this process.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
