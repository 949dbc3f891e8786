// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"strconv"
	"time"
)

// bulk is an installation with any number of accounts, with its own cloud and
// broker. Profiles are polled once at the start, and then as scheduled.
type bulk struct {
	cloud  *cloud
	broker *subscribedBroker
	at     installation
}

// bulkOptions are what bulk installations differ in.
type bulkOptions struct {
	years      int // of history, for each account
	profiles   int
	schedule   string
	subscribed bool // to everything, which is as much work as the daemon's
	page       bool
}

func (h *testbed) newBulk(ctx context.Context, o bulkOptions) (_ *bulk, err error) {
	b := &bulk{}
	defer func() {
		if err != nil {
			err = errors.Join(err, b.close(ctx))
		}
	}()
	if b.cloud, err = h.startCloud(ctx, strconv.Itoa(o.years)); err != nil {
		return nil, err
	}
	newBroker := h.newBroker
	if o.subscribed {
		newBroker = h.newSubscribedBroker
	}
	if b.broker, err = newBroker(ctx); err != nil {
		return nil, err
	}
	b.at, err = h.ofMany(ctx, o.profiles, options{cloud: b.cloud, broker: b.broker.address, schedule: o.schedule, page: o.page})
	return b, err
}

func (b *bulk) close(ctx context.Context) (err error) {
	if b.broker != nil {
		err = b.broker.stop(ctx)
	}
	if b.cloud != nil {
		err = errors.Join(err, b.cloud.close(ctx))
	}
	return err
}

// patience is for what takes long with many profiles in slow versions.
const patience = 20 * time.Minute

// stage is how far a run goes before it is ended.
type stage struct {
	polled int           // so many profiles have fetched their devices
	idle   bool          // nothing is under way
	page   bool          // then the page is opened
	rest   time.Duration // so long afterwards
}

// bulkRun is a start that was ended.
type bulkRun struct {
	cpu           time.Duration // until it was idle
	held          footprint     // at the end
	stop          time.Duration // SIGTERM to exit
	before, after counts
	log           string
}

// runOnce starts the daemon, and ends it at a stage.
func (b *bulk) runOnce(ctx context.Context, until stage) (r bulkRun, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if r.before, err = b.cloud.counts(ctx, thisProgram); err != nil {
		return r, err
	}
	p, err := b.at.run(ctx)
	if err != nil {
		return r, err
	}
	err = b.reach(ctx, p, until, &r)
	asked := time.Now()
	err = errors.Join(err, p.stopWithin(ctx, patience))
	r.stop, r.log = time.Since(asked), p.printed.text()
	if err == nil {
		r.after, err = b.cloud.counts(ctx, thisProgram)
	}
	return r, err
}

// reach waits for a stage.
func (b *bulk) reach(ctx context.Context, p *process, until stage, r *bulkRun) (err error) {
	const devices = "v2/user getdevice"
	wanted := r.before.Calls[devices] + int64(until.polled)
	err = b.await(ctx, p, func(c counts) bool { return c.Calls[devices] >= wanted })
	if err == nil && until.idle {
		r.cpu, err = awaitIdle(ctx, p)
	}
	if err == nil && until.page {
		closePage, failed := b.at.openPage(ctx)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, closePage()) }()
	}
	if err == nil {
		err = sleepContext(ctx, until.rest)
	}
	if err == nil {
		r.held, err = footprintOf(p.pid())
	}
	return err
}

// await waits until the cloud has counted enough.
func (b *bulk) await(ctx context.Context, p *process, enough func(counts) bool) error {
	for {
		seen, err := b.cloud.counts(ctx, thisProgram)
		if err != nil || enough(seen) {
			return err
		}
		if sleepContext(ctx, 10*time.Millisecond) != nil {
			return p.failure("asks too rarely")
		}
	}
}

// awaitIdle waits until a process is nearly idle for two seconds, and
// returns the CPU time it has used.
func awaitIdle(ctx context.Context, p *process) (time.Duration, error) {
	last, err := cpuTime(p.pid())
	for err == nil {
		if err = sleepContext(ctx, 2*time.Second); err != nil {
			return 0, p.failure("does not become idle")
		}
		now, failed := cpuTime(p.pid())
		if failed == nil && now-last < 20*time.Millisecond {
			return now, nil
		}
		last, err = now, failed
	}
	return 0, err
}
