// SPDX-License-Identifier: MIT

// Package mirror sends the records of the archive as line protocol to a time
// series database: all of them once, then what changes. It neither reads files
// nor decides what is stored.
package mirror

import (
	"context"
	"time"
)

// Mirror keeps a copy of the archive up to date.
type Mirror struct {
	options Options
	feed    *feed
	wake    chan struct{}
	status  *board
}

// New returns a mirror. It sends nothing before Run.
func New(o Options) (*Mirror, error) {
	address, err := o.Target.WriteURL()
	if err != nil {
		return nil, err
	}
	status := &board{}
	return &Mirror{
		options: o,
		feed: &feed{
			options: o,
			sender:  newSender(o.Target, address, o.Transport),
			status:  status,
		},
		wake:   make(chan struct{}, 1),
		status: status,
	}, nil
}

// Notify tells that the archive has changed. It never waits.
func (m *Mirror) Notify() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// Status returns how the mirror is.
func (m *Mirror) Status() Status { return m.status.get() }

// idleWait is how long changes by other processes can stay unnoticed.
const idleWait = 10 * time.Minute

// Run sends until the context ends.
func (m *Mirror) Run(ctx context.Context) {
	defer m.feed.sender.close()
	failures := 0
	for {
		err := m.feed.sendAll(ctx)
		if ctx.Err() != nil {
			return
		}
		wait, wake := idleWait, m.wake
		if err == nil {
			failures = 0
			m.succeeded()
		} else {
			failures++
			// News do not bring a database back.
			wait, wake = m.options.Jitter.Around(backoff(err, failures), waitSpread), nil
			m.failed(err, wait)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		case <-wake:
			timer.Stop()
		}
	}
}

func (m *Mirror) succeeded() {
	if m.status.succeed(time.Now()) {
		m.options.Log.Info().Str("host", m.options.Target.Host()).Msg("mirror recovered")
	}
}

func (m *Mirror) failed(err error, wait time.Duration) {
	now := time.Now()
	problem := describe(m.options.Target.Host(), err)
	problem.Since, problem.NextTry = now, now.Add(wait)
	if m.status.fail(problem) {
		m.options.Log.Warn().Str("host", m.options.Target.Host()).Str("problem", problem.Text).Msg("mirror failed")
	}
}
