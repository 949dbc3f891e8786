// SPDX-License-Identifier: MIT

package mirror

import (
	"context"
	"errors"

	"vitals2mqtt/transfer"
)

// feed turns changes into batches and has them sent.
type feed struct {
	options Options
	sender  *sender
	status  *board
}

// sendAll sends what has changed in all accounts. A failure of the target ends
// it, one of the archive only ends that account.
func (f *feed) sendAll(ctx context.Context) error {
	var b batch
	var firstErr error
	for _, account := range f.options.Accounts(ctx) {
		err := f.sendAccount(ctx, account, &b)
		if err == nil {
			continue
		}
		if firstErr == nil {
			firstErr = err
		}
		if _, ok := errors.AsType[*sourceError](err); !ok {
			break
		}
	}
	return firstErr
}

// sendAccount sends what has changed in an account since the target's cursor,
// and moves the cursor with each batch.
func (f *feed) sendAccount(ctx context.Context, a Account, b *batch) error {
	// A renamed profile is another series, which begins at the beginning.
	target := f.options.Target.Name() + "/" + a.Profile
	after, err := f.options.Source.Mirrored(ctx, a.User, target)
	if err != nil {
		return &sourceError{err}
	}
	line := transfer.LineProtocol{Profile: a.Profile, Zone: a.Zone}
	b.reset()
	b.sequence = after
	started := false
	for change, err := range f.options.Source.Changed(ctx, a.User, after) {
		if err != nil {
			return &sourceError{err}
		}
		if !started {
			if line.Numbers, err = f.sender.wantsNumbers(ctx); err != nil {
				return err
			}
			started = true
		}
		if b.add(line, change); !b.isFull() {
			continue
		}
		if err := f.flush(ctx, a.User, target, b); err != nil {
			return err
		}
	}
	if b.sequence == after {
		return nil
	}
	return f.flush(ctx, a.User, target, b)
}

// flush sends a batch and moves the cursor.
func (f *feed) flush(ctx context.Context, user, target string, b *batch) error {
	if b.lines > 0 {
		result, err := f.sender.deliver(ctx, b.body)
		if err != nil {
			return err
		}
		f.status.count(result.accepted, result.refused)
		if result.refused > 0 {
			f.options.Log.Warn().Int("count", result.refused).Int("status", result.last.status).
				Msg("mirror refused records; they are left out")
		}
	}
	if err := f.options.Source.SetMirrored(ctx, user, target, b.sequence); err != nil {
		return &sourceError{err}
	}
	b.reset()
	return nil
}
