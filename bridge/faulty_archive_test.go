// SPDX-License-Identifier: MIT

package bridge_test

import (
	"context"
	"sync/atomic"

	"vitals2mqtt/history/historytest"
	"vitals2mqtt/sensors"
)

// faultyArchive is an archive in memory that can be full.
type faultyArchive struct {
	historytest.Memory

	full atomic.Pointer[error]
}

// fail makes the archive fail to store; nil mends it.
func (a *faultyArchive) fail(err error) {
	if err == nil {
		a.full.Store(nil)
		return
	}
	a.full.Store(&err)
}

// Apply implements bridge.Archive.
func (a *faultyArchive) Apply(
	ctx context.Context, user string, b sensors.Batch, o sensors.ApplyOptions, at sensors.Progress,
) (sensors.Changes, error) {
	if err := a.full.Load(); err != nil {
		return sensors.Changes{}, *err
	}
	return a.Memory.Apply(ctx, user, b, o, at)
}
