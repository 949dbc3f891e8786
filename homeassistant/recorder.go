// SPDX-License-Identifier: MIT

package homeassistant

import (
	"context"
	"fmt"
	"time"
)

// maxBacklog is how much the recorder may have to do when the next batch is
// sent. It drops events when there is too much.
const maxBacklog = 50

// defaultPoll is the time between two looks at the recorder.
const defaultPoll = 250 * time.Millisecond

// recorder is what stores the rows.
type recorder struct {
	client *Client
	poll   time.Duration // 0 = defaultPoll
}

// check fails with ErrRecorder when nothing would be stored.
func (r recorder) check(ctx context.Context) error {
	info, err := r.client.Recorder(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("asking the recorder: %w", err)
	case info.Migrating:
		return fmt.Errorf("%w: it upgrades its database; try again when that is done", ErrRecorder)
	case !info.Recording || !info.Running:
		return fmt.Errorf("%w: it is stopped", ErrRecorder)
	}
	return nil
}

// await waits until the recorder has little to do.
func (r recorder) await(ctx context.Context) error {
	for {
		info, err := r.client.Recorder(ctx)
		if err != nil {
			return fmt.Errorf("asking the recorder: %w", err)
		}
		if !info.Recording || !info.Running {
			return fmt.Errorf("%w: it has stopped", ErrRecorder)
		}
		if info.Backlog <= maxBacklog {
			return nil
		}
		if err := r.pause(ctx); err != nil {
			return err
		}
	}
}

func (r recorder) pause(ctx context.Context) error {
	wait := r.poll
	if wait == 0 {
		wait = defaultPoll
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return fmt.Errorf("waiting for Home Assistant: %w", context.Cause(ctx))
	}
}
