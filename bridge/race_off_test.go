// SPDX-License-Identifier: MIT

//go:build !race

package bridge_test

// withRaceDetector reports that the tests run with it.
const withRaceDetector = false
