// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"os"
)

// awakeCommand is the argument with which the program keeps the processors awake,
// and awakeLine what it prints then.
const awakeCommand, awakeLine = "awake", "awake"

// stayAwake keeps the processors from halting until the testbed is closed.
func (h *testbed) stayAwake(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	lasting := context.WithoutCancel(ctx)
	if h.awake, err = start(lasting, self, awakeCommand); err != nil {
		return err
	}
	_, err = h.awake.line(ctx, awakeLine)
	return err
}

// sleep is the end of stayAwake.
func (h *testbed) sleep(ctx context.Context) error {
	if h.awake == nil {
		return nil
	}
	return errors.Join(h.awake.stdin.Close(), h.awake.wait(ctx))
}
