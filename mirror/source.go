// SPDX-License-Identifier: MIT

package mirror

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/transfer"
)

// Change is a record of the archive that was added, replaced or removed.
type Change struct {
	// Sequence grows with every change of any record.
	Sequence int64
	transfer.Item
}

// Source is the archive.
type Source interface {
	// Changed yields the records of an account that changed after a sequence
	// number, interpreted, in the order of their changes.
	Changed(ctx context.Context, user string, after int64) iter.Seq2[Change, error]
	// Mirrored returns the sequence number up to which a target has everything,
	// 0 for nothing.
	Mirrored(ctx context.Context, user, target string) (int64, error)
	// SetMirrored stores that number.
	SetMirrored(ctx context.Context, user, target string, sequence int64) error
}

// Account is an account of the archive.
type Account struct {
	// User is the cloud's user id.
	User string
	// Profile is the slug of the profile that shows it.
	Profile string
	// Zone is for records without a time zone; nil is UTC.
	Zone *time.Location
}

// Options are what a mirror needs.
type Options struct {
	Target Target
	Source Source
	// Accounts lists the accounts to send, each time anew.
	Accounts func(ctx context.Context) []Account
	// Transport is for tests; nil is the standard one.
	Transport http.RoundTripper
	// Jitter spreads the waits after failures.
	Jitter *jitter.Source
	Log    zerolog.Logger
}
