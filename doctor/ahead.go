// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"sync"

	"vitals2mqtt/config"
	"vitals2mqtt/mqtt"
)

// brokerAnswer is what the probe of the broker found.
type brokerAnswer struct {
	found mqtt.ProbeResult
	err   error
}

// startAhead starts the requests that take longest when there is no network, so
// that their checks wait for the slowest of them and not for their sum.
func (r *run) startAhead(ctx context.Context) {
	if r.Config == nil {
		return
	}
	r.credentials = inBackground(func() error {
		ctx, cancel := context.WithTimeout(ctx, r.Timeout)
		defer cancel()
		return r.Cloud.Probe(ctx)
	})
	if r.Config.MQTT.URL == config.Embedded && !r.folder.InUse {
		return // there is no broker
	}
	options := r.probeOptions()
	r.brokerProbe = inBackground(func() brokerAnswer {
		ctx, cancel := context.WithTimeout(ctx, r.Timeout)
		defer cancel()
		found, err := r.Broker(ctx, options)
		return brokerAnswer{found, err}
	})
}

// finishAhead waits until nothing is running any more.
func (r *run) finishAhead() {
	if r.credentials != nil {
		_ = r.credentials()
	}
	if r.brokerProbe != nil {
		r.brokerProbe()
	}
}

// inBackground starts work, and returns a function that waits for its result.
func inBackground[T any](work func() T) (wait func() T) {
	done := make(chan T, 1)
	go func() { done <- work() }()
	return sync.OnceValue(func() T { return <-done })
}
