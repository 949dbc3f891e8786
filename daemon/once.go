// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/mqtt"
)

// Once fetches and publishes one profile a single time, or all with an empty
// slug, without the page. It reads no years of the past for a broker that it
// cannot reach. The broker keeps "online" afterwards, so that Home
// Assistant goes on showing the values between two runs.
func Once(ctx, hardStop context.Context, c *config.Config, slug string, o Options) error {
	withoutPage := *c
	withoutPage.Web.Enabled = false
	d, err := build(ctx, hardStop, &withoutPage, nil, o, o.NewLogger(c))
	if err != nil {
		return &StartError{err}
	}
	defer d.close()
	disconnect, connected := d.connect(ctx)
	defer disconnect(nil)
	reached := true
	fetched := bridge.OnceIf(ctx, d.bridge, slug, func() bool {
		reached = awaitConnection(ctx, d.broker, o.Timing.DeliveryTimeout())
		return reached
	})
	unsaved := d.flushTokens(ctx)
	delivery, cancel := context.WithTimeout(ctx, o.Timing.DeliveryTimeout())
	defer cancel()
	if !reached {
		cancel() // it has been waited for already
	}
	delivered := d.broker.Flush(delivery)
	broker := d.broker.Status()
	disconnect(mqtt.ErrHandover)
	stopped := <-connected
	switch {
	case ctx.Err() != nil: // the other errors may follow from that
		return errors.Join(context.Cause(ctx), unsaved)
	case delivered != nil:
		delivered = deliveryError(c.MQTT.URL, broker)
	}
	return errors.Join(fetched, unsaved, delivered, stopped)
}

// awaitConnection waits until a broker is connected, and reports whether it is.
func awaitConnection(ctx context.Context, broker *mqtt.Client, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for !broker.Status().Connected {
		select {
		case <-broker.Changed():
		case <-ctx.Done():
			return broker.Status().Connected
		}
	}
	return true
}

// StartError is why nothing was polled at all.
type StartError struct{ Cause error }

// Error implements error.
func (e *StartError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *StartError) Unwrap() error { return e.Cause }

// deliveryError says why the broker has not accepted what was published.
func deliveryError(url string, broker mqtt.Status) error {
	reason := mqtt.ErrUnreachable
	if broker.NotAuthorized {
		reason = mqtt.ErrNotAuthorized
	}
	return fmt.Errorf("%s: %w: %s", WithoutCredentials(url), reason, broker.LastError)
}
