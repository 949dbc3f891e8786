package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

type purgeCommand struct {
	Profile string `arg:"" help:"The person, as named in the configuration, or in a former one."`
	DryRun  bool   `help:"Only say what would be removed."`
}

// run removes a person: what lies on the broker first, because only what is
// remembered here says what that is; then the consent, then what is remembered.
// Each step can be repeated when a later one fails.
func (p purgeCommand) run(ctx context.Context, s *session) error {
	_, c, err := s.load()
	if err != nil {
		return err
	}
	slug, name, err := p.who(ctx, c)
	if err != nil {
		return err
	}
	gone, err := s.wouldVanish(c, slug)
	if err != nil {
		return err
	}
	if p.DryRun {
		s.printf("Of %s would be removed:\n", name)
		for _, topic := range gone {
			s.printf("  topic     %s\n", topic)
		}
		s.printf("  consent   ended at the cloud, with the subscriptions to notifications; tokens deleted\n")
		s.printf("  memory    current values, cursors and what is on the broker, in %s\n", c.StateDir)
		s.printf("Measurements in the vendor's app stay as they are. Nothing was changed.\n")
		return nil
	}
	if err := s.vanish(ctx, c, slug); err != nil {
		if errors.Is(err, checkpoint.ErrInUse) {
			return fmt.Errorf("the daemon is running and would bring %s back: stop it first "+
				"(once the profile is out of the configuration, the daemon removes the topics by itself): %w", name, err)
		}
		return err
	}
	s.printf("%d topics of %s are cleared.\n", len(gone), name)
	signedIn, err := s.signOut(ctx, c, slug, name)
	if signedIn && err == nil {
		s.printf("The consent has ended and the tokens are deleted.\n")
	}
	if forgotten := forget(c, slug); forgotten != nil {
		return errors.Join(err, forgotten)
	}
	s.printf("What was remembered is deleted.\n")
	if _, configured := findProfile(c, p.Profile); configured == nil {
		s.printf("Take %s out of the configuration, or the daemon asks for a new sign-in.\n", name)
	}
	return err
}

// who finds the person in the configuration, or among those that were in it once.
func (p purgeCommand) who(ctx context.Context, c *config.Config) (slug, name string, err error) {
	person, err := findProfile(c, p.Profile)
	if err == nil {
		return person.Slug, person.Name, nil
	}
	slug = topics.Slug(p.Profile)
	kept, listing := checkpoint.OpenReadOnly(c.StateDir).Profiles()
	if listing == nil && slices.Contains(kept, slug) && !topics.Reserved(slug) {
		return slug, p.Profile, nil
	}
	tokens, opening := tokenstore.New(c.StateDir)
	if opening != nil {
		return "", "", opening
	}
	if _, loading := tokens.Load(ctx, slug); slug == "" || errors.Is(loading, withings.ErrNoToken) {
		return "", "", err
	}
	return slug, p.Profile, nil
}

// without is the configuration as if a person had never been in it.
func without(c *config.Config, slug string) *config.Config {
	others := *c
	others.Withings.Profiles = slices.DeleteFunc(slices.Clone(c.Withings.Profiles), func(p config.Profile) bool { return p.Slug == slug })
	others.Web.Enabled = false
	return &others
}

// wouldVanish lists the topics that lie on the broker because of a person.
func (s *session) wouldVanish(c *config.Config, slug string) ([]string, error) {
	folder := checkpoint.OpenReadOnly(c.StateDir)
	instance, err := folder.Instance()
	if err != nil {
		return nil, fmt.Errorf("no daemon has ever run with %s, so that nothing is to be removed: %w", c.StateDir, err)
	}
	tree := func(c *config.Config) (recorder, error) {
		var profiles []bridge.Profile
		for _, p := range c.Withings.Profiles {
			profile := profileOf(c, &p)
			profile.Cloud = unasked{}
			if c.Notifications.PublicURL != "" {
				profile.Push = func() bridge.PushState { return bridge.PushState{} }
			}
			profiles = append(profiles, profile)
		}
		kept := recorder{}
		daemon, err := bridge.New(bridge.Options{
			Site: siteOf(c, instance, s.version()), Discovery: c.HomeAssistant.Discovery, Profiles: profiles,
			Publisher: kept, Memory: readOnly{folder}, Requests: bridge.NewBudget(), Log: zerolog.Nop(),
		})
		if err == nil {
			daemon.Settle()
		}
		return kept, err
	}
	with, err := tree(c)
	if err != nil {
		return nil, err
	}
	left, err := tree(without(c, slug))
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(with, func(topic string, _ []byte) bool { return left[topic] != nil })
	return slices.Sorted(maps.Keys(with)), nil
}

// readOnly is a memory that takes what it is given for kept.
type readOnly struct{ bridge.Memory }

// Save implements bridge.Memory.
func (readOnly) Save(string, any) error { return nil }

// vanish clears the topics of a person, as a daemon does at its start for someone
// who is no longer configured, and waits until the broker has taken it.
func (s *session) vanish(ctx context.Context, c *config.Config, slug string) error {
	if c.MQTT.URL == embedded {
		folder, err := checkpoint.Open(c.StateDir) // nothing outlives the embedded broker; a daemon must not run all the same
		if err != nil {
			return err
		}
		return folder.Close()
	}
	h, err := s.build(ctx, without(c, slug), s.logger(c))
	if err != nil {
		return err
	}
	defer h.close()
	h.bridge.Settle()
	connection, disconnect := context.WithCancel(ctx)
	defer disconnect()
	connected := make(chan error, 1)
	go func() { connected <- h.broker.Run(connection) }()
	delivery, cancel := context.WithTimeout(ctx, deliverTime)
	defer cancel()
	delivered := h.broker.Flush(delivery)
	status := h.broker.Status()
	disconnect()
	stopped := <-connected
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case delivered != nil:
		return undelivered(c.MQTT.URL, status)
	}
	return stopped
}

// forget deletes what is remembered of a person.
func forget(c *config.Config, slug string) error {
	folder, err := checkpoint.Open(c.StateDir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Remove(slug), folder.Close())
}
