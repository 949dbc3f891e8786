package cli

import (
	"context"

	"vitals2mqtt/daemon"
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
	slug := ""
	if o.Profile != "" {
		profile, err := findProfile(c, o.Profile)
		if err != nil {
			return err
		}
		slug = profile.Slug
	}
	return daemon.Once(ctx, s.hardStop, c, slug, s.daemonOptions())
}
