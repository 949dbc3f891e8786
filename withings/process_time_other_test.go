// SPDX-License-Identifier: MIT

//go:build !unix

package withings_test

import (
	"testing"
	"time"
)

// processTime is not measured here.
func processTime(*testing.B) time.Duration { return 0 }
