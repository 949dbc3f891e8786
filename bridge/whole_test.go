// SPDX-License-Identifier: MIT

package bridge_test

import (
	"os"
	"runtime/debug"
	"testing"

	"go.uber.org/goleak"

	"vitals2mqtt/internal/goldentest"
)

// TestMain lets garbage collection wait: simulated years are allocated quickly,
// and little of them stays.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	goleak.VerifyTestMain(m)
}

// isWhole reports whether simulated weeks and months run whole, as in a step of
// .ci/run of their own, which sets V2M_LONG. Otherwise they are shorter, or
// polled less often, and check the same. Goldens are rewritten by a whole run.
func isWhole() bool { return goldentest.Updating() || os.Getenv("V2M_LONG") != "" }

// wholeOr returns one value for a whole run, and another one otherwise.
func wholeOr[T any](whole, short T) T {
	if isWhole() {
		return whole
	}
	return short
}
