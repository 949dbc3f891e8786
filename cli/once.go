package cli

import (
	"context"

	"vitals2mqtt/daemon"
	"vitals2mqtt/topics"
)

type onceCommand struct {
	Profile string `arg:"" optional:"" help:"Only this profile."`
}

func (o onceCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	if c.MQTT.URL == daemon.EmbeddedBroker {
		return usageError("`once` needs an external broker: the embedded one stops with the command")
	}
	if o.Profile != "" {
		if _, err := findProfile(c, o.Profile); err != nil {
			return err
		}
	}
	return daemon.Once(ctx, s.hardStop, c, topics.Slug(o.Profile), s.daemonOptions())
}
