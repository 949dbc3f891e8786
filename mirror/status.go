// SPDX-License-Identifier: MIT

package mirror

import (
	"errors"
	"sync"
	"time"

	"vitals2mqtt/internal/failure"
)

// Status is how a mirror is.
type Status struct {
	// LastSuccess is when the target last had everything, zero for never since the
	// start.
	LastSuccess time.Time
	// Sent and Refused count lines since the start. Refused are those that the
	// target will never accept; they were left out.
	Sent, Refused int64
	// Problem is why sending has stopped, nil while it works. It goes on where it
	// stopped.
	Problem *Problem
}

// Problem is why nothing can be sent. Sending is tried again by itself.
type Problem struct {
	// Text says it in one sentence, Remedy what to do.
	Text, Remedy   string
	Since, NextTry time.Time
}

// board holds a status.
type board struct {
	mu     sync.Mutex
	status Status
}

func (b *board) get() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	status := b.status
	if status.Problem != nil {
		problem := *status.Problem
		status.Problem = &problem
	}
	return status
}

// succeed records that everything was sent. It reports whether that ends a
// problem.
func (b *board) succeed(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	recovered := b.status.Problem != nil
	b.status.LastSuccess, b.status.Problem = now, nil
	return recovered
}

// fail records a problem. It reports whether it is another one than before.
func (b *board) fail(p Problem) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := b.status.Problem
	if before != nil {
		p.Since = before.Since
	}
	b.status.Problem = &p
	return before == nil || before.Text != p.Text
}

// count adds lines.
func (b *board) count(sent, refused int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status.Sent += int64(sent)
	b.status.Refused += int64(refused)
}

// sourceError is an error of the archive.
type sourceError struct{ err error }

// Error implements error.
func (e *sourceError) Error() string { return e.err.Error() }

// Unwrap returns the archive's own error.
func (e *sourceError) Unwrap() error { return e.err }

const caughtUpLater = " Nothing is lost: sending goes on where it stopped."

// describe says what an error means and what to do.
func describe(host string, err error) Problem {
	if _, ok := errors.AsType[*sourceError](err); ok {
		return Problem{
			Text:   "the archive cannot be read for the mirror: " + failure.CauseOf(err).Text,
			Remedy: "Check the state folder." + caughtUpLater,
		}
	}
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		return Problem{
			Text:   "cannot reach the database at " + host + ": " + failure.CauseOf(err).Text,
			Remedy: "Check history.mirror.url, and whether the database runs." + caughtUpLater,
		}
	}
	switch r.class {
	case classCredentials:
		return Problem{
			Text: "the database at " + host + " refuses the credentials: " + r.Error(),
			Remedy: "Correct history.mirror.token, or history.mirror.username and history.mirror.password; they must " +
				"allow writing." + caughtUpLater,
		}
	case classSetup:
		return Problem{
			Text: "the database at " + host + " does not take measurements: " + r.Error(),
			Remedy: "Create the database or bucket, or correct history.mirror.url, history.mirror.database and " +
				"history.mirror.org." + caughtUpLater,
		}
	case classLines, classPartial, classTooLarge:
		return Problem{
			Text:   "the database at " + host + " accepts no measurement: " + r.Error(),
			Remedy: "Check that history.mirror.url is a write endpoint for line protocol; see the database's log." + caughtUpLater,
		}
	case classTemporary:
	}
	return Problem{
		Text:   "the database at " + host + " has a temporary problem: " + r.Error(),
		Remedy: "See the database's log." + caughtUpLater,
	}
}
