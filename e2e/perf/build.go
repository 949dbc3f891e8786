// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"os"
)

const megabyte = 1e6

// programSize is that of the stripped program.
func programSize(_ context.Context, h *testbed, _ effort) (outcome, error) {
	info, err := os.Stat(h.binary)
	if err != nil {
		return outcome{}, err
	}
	return outcome{rows: []row{{
		key:    keySize,
		what:   "stripped program",
		unit:   "MB",
		series: series{float64(info.Size()) / megabyte},
		goal:   25,
		digits: 1,
		how:    "`CGO_ENABLED=0 go build -trimpath -ldflags '-s -w'`, bytes of the file",
	}}}, nil
}
