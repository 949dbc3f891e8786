package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/mqtt"
	"vitals2mqtt/topics"
)

type onceCommand struct {
	Profile string `arg:"" optional:"" help:"Only this person."`
}

// deliveryTimeout is how long the broker may take to accept everything.
const deliveryTimeout = 10 * time.Second

func (o onceCommand) run(ctx context.Context, s *session) error {
	_, c, err := s.load()
	if err != nil {
		return err
	}
	if c.MQTT.URL == embedded {
		return usageError("`once` needs a broker of its own: the embedded one would end with the command")
	}
	slug := topics.Slug(o.Profile)
	if o.Profile != "" {
		if _, err := findProfile(c, o.Profile); err != nil {
			return err
		}
	}
	c.Web.Enabled = false
	h, err := s.build(ctx, c, s.newLogger(c))
	if err != nil {
		return err
	}
	defer h.close()

	// The broker keeps "online" afterwards, so that Home Assistant goes on showing
	// the values between two runs.
	connection, disconnect := context.WithCancelCause(ctx)
	defer disconnect(nil)
	connected := make(chan error, 1)
	go func() { connected <- h.broker.Run(connection) }()
	fetched := h.bridge.Once(ctx, slug)
	unsaved := h.flushTokens(ctx)
	delivery, cancel := context.WithTimeout(ctx, deliveryTimeout)
	defer cancel()
	delivered := h.broker.Flush(delivery)
	status := h.broker.Status()
	disconnect(mqtt.ErrHandover)
	stopped := <-connected
	switch {
	case ctx.Err() != nil: // whatever else failed may follow from that
		return errors.Join(context.Cause(ctx), unsaved)
	case delivered != nil:
		delivered = deliveryError(c.MQTT.URL, status)
	}
	return errors.Join(fetched, unsaved, delivered, stopped)
}

// deliveryError says why the broker did not take what was published.
func deliveryError(url string, status mqtt.Status) error {
	if status.NotAuthorized {
		return fmt.Errorf("%s: %w: %s", withoutCredentials(url), mqtt.ErrNotAuthorized, status.LastError)
	}
	return fmt.Errorf("%s: %w: %s", withoutCredentials(url), mqtt.ErrUnreachable, status.LastError)
}
