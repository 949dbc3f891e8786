// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/discovery"
	"vitals2mqtt/history"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/sensors"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/topics"
	"vitals2mqtt/withings"
)

type purgeCommand struct {
	jsonFlag

	Profile      string `arg:"" help:"Profile name from the current or a previous configuration."`
	DryRun       bool   `help:"Only list what would be removed."`
	Yes          bool   `short:"y" help:"Do not ask; required without a terminal."`
	ForgetAnyway bool   `help:"Delete the tokens even if revoking the consent is not confirmed."`
}

// run removes a profile, after proving that everything stored here can be
// deleted. The topics go first, because only the stored state lists them; then
// the consent; the stored state last. Each step can be repeated when a later
// one fails.
func (p purgeCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := p.findProfile(c)
	if err != nil {
		return err
	}
	obsolete, err := topicsToRemove(ctx, c, profile, s.version())
	if err != nil {
		return err
	}
	plan, err := newPurgePlan(c, profile, obsolete)
	if err != nil {
		return err
	}
	if p.DryRun {
		return s.printPurgePlan(plan, p.JSON)
	}
	if p.JSON {
		return usageError("--json is for --dry-run")
	}
	if !p.Yes && !isTerminal(s.Stdin) {
		return usageError("purge cannot be undone and there is no terminal to ask at: use --yes, " +
			"or --dry-run to see what would be removed")
	}
	folder, err := checkpoint.Open(c.StateDir)
	if errors.Is(err, checkpoint.ErrInUse) {
		return fmt.Errorf("the daemon is running and would recreate %s: stop it first "+
			"(the daemon removes the topics itself once the profile is removed from the configuration)",
			profile.Name)
	}
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	if err := daemon.CheckSignOut(ctx, c, profile.Slug); err != nil {
		return err
	}
	if !p.Yes {
		printTo(s.Stderr, "%s", plan.summary())
		if err := s.confirm(ctx, "Remove "+profile.Name+"?"); err != nil {
			return err
		}
	}
	if err := s.eraseTopics(ctx, c, folder, obsolete); err != nil {
		return err
	}
	s.printf("Cleared %s of %s.\n", plural(len(obsolete), "topic", "topics"), profile.Name)
	message, unconfirmed := s.signOut(ctx, c, profile.Slug, profile.Name, p.ForgetAnyway)
	if unconfirmed != nil && message == "" {
		return unconfirmed // the tokens are kept
	}
	s.printf("%s", message)
	if err := errors.Join(
		forgetAccount(ctx, c, plan), deleteStored(ctx, c, folder, profile.Slug), bridge.Prune(folder, obsolete),
	); err != nil {
		return errors.Join(unconfirmed, err)
	}
	s.printf("Stored state and archived measurements deleted.\n")
	for _, copied := range history.Copies(daemon.ArchivePath(c)) {
		s.printf("%s is a copy that may still have measurements of %s: delete it too.\n", copied, profile.Name)
	}
	if _, configured := findProfile(c, p.Profile); configured == nil {
		s.printf("Remove %s from the configuration, or the daemon will ask for a new sign-in.\n", profile.Name)
	}
	return unconfirmed
}

// forgetAccount removes all measurements of the account, and where they went in
// Home Assistant, unless another profile has the same account.
func forgetAccount(ctx context.Context, c *config.Config, plan purgePlan) error {
	if plan.account == "" || plan.SharedWith != "" {
		return nil
	}
	entities := discovery.UniqueID(discovery.ProfileID(plan.account), "")
	return errors.Join(forgetArchive(ctx, c, plan.account), daemon.StatisticsJournal(c).DeletePrefix(entities))
}

func forgetArchive(ctx context.Context, c *config.Config, account string) error {
	if _, err := os.Stat(daemon.ArchivePath(c)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	archive, err := daemon.OpenArchive(ctx, c, false)
	if err != nil {
		return err
	}
	return errors.Join(archive.Forget(ctx, account), archive.Close())
}

// findProfile finds a profile of the configuration or a previous one. The name
// of a previous one comes before the slug of another one.
func (p purgeCommand) findProfile(c *config.Config) (config.Profile, error) {
	profile, unknown := findProfile(c, p.Profile)
	if unknown == nil && strings.EqualFold(profile.Name, p.Profile) {
		return profile, nil
	}
	known, err := daemon.KnownProfiles(c)
	if err != nil {
		return config.Profile{}, err
	}
	slug := topics.ProfileSlug(p.Profile)
	previous := func(e checkpoint.RosterEntry) bool {
		return strings.EqualFold(e.Name, p.Profile) && !isConfigured(c, e.Slug)
	}
	if at := slices.IndexFunc(known, previous); at >= 0 {
		slug = known[at].Slug
	} else if unknown == nil {
		return profile, nil
	}
	if slug == "" || topics.IsReserved(slug) {
		return config.Profile{}, unknown
	}
	former := config.Profile{Name: p.Profile, Slug: slug, Measurements: sensors.Keys()}
	stored, err := checkpoint.OpenReadOnly(c.StateDir).Profiles()
	if err == nil && slices.Contains(stored, slug) {
		return former, nil
	}
	if _, _, err := tokenstore.Peek(c.StateDir, slug); errors.Is(err, withings.ErrNoToken) {
		return config.Profile{}, unknown
	}
	return former, nil
}

func isConfigured(c *config.Config, slug string) bool {
	return slices.ContainsFunc(c.Withings.Profiles, func(p config.Profile) bool { return p.Slug == slug })
}

// deleteStored deletes what is left of a profile in the state directory.
func deleteStored(ctx context.Context, c *config.Config, folder *checkpoint.Folder, slug string) error {
	tokens, err := tokenstore.New(c.StateDir)
	if err != nil {
		return err
	}
	failed := errors.Join(daemon.DeleteTokens(ctx, tokens, slug), folder.Remove(slug))
	if isConfigured(c, slug) {
		return failed
	}
	return errors.Join(failed, folder.ForgetProfile(slug))
}

// topicsToRemove lists the topics of one profile alone: those that a daemon
// would publish with it and not without it, and those in the stored state.
func topicsToRemove(
	ctx context.Context, c *config.Config, profile config.Profile, version string,
) ([]string, error) {
	folder := checkpoint.OpenReadOnly(c.StateDir)
	instance, err := folder.InstanceID()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // no daemon has run yet
	}
	if err != nil {
		return nil, err
	}
	stored, done, err := daemon.OpenStored(ctx, c)
	if err != nil {
		return nil, err
	}
	defer done()
	isRemoved := func(p config.Profile) bool { return p.Slug == profile.Slug }
	others := slices.DeleteFunc(slices.Clone(c.Withings.Profiles), isRemoved)
	with, err := expectedTree(ctx, c, append(slices.Clone(others), profile), instance, version, stored)
	if err != nil {
		return nil, err
	}
	without, err := expectedTree(ctx, c, others, instance, version, stored)
	if err != nil {
		return nil, err
	}
	retained, err := bridge.Retained(folder, profile.Slug)
	if err != nil {
		return nil, err
	}
	for _, topic := range retained {
		with[topic] = nil
	}
	maps.DeleteFunc(with, func(topic string, _ []byte) bool {
		_, stays := without[topic]
		return stays
	})
	return slices.Sorted(maps.Keys(with)), nil
}

// expectedTree returns what a daemon would publish at start for some profiles.
func expectedTree(
	ctx context.Context, c *config.Config, selected []config.Profile, instance, version string, stored bridge.Stored,
) (recordingPublisher, error) {
	var profiles []bridge.Profile
	for _, p := range selected {
		profile := daemon.Profile(c, &p)
		profile.Cloud, profile.Schedule = idleCloud{}, neverSchedule{}
		if c.Notifications.PublicURL != "" {
			profile.Push = func() bridge.PushState { return bridge.PushState{} }
		}
		profiles = append(profiles, profile)
	}
	site := daemon.Site(c, instance, version)
	stored.State = discardingStore{stored.State}
	return publishedAtStart(ctx, site, c.HomeAssistant.Discovery, profiles, stored)
}

// discardingStore is a state store that discards what is saved.
type discardingStore struct{ bridge.StateStore }

// Save implements bridge.StateStore.
func (discardingStore) Save(string, any) error { return nil }

// eraseTopics clears topics at the broker. An embedded broker's messages end
// with the daemon.
func (s *session) eraseTopics(
	ctx context.Context, c *config.Config, folder *checkpoint.Folder, obsolete []string,
) error {
	if c.MQTT.URL == daemon.EmbeddedBroker || len(obsolete) == 0 {
		return nil
	}
	instance, err := folder.InstanceID()
	if err != nil {
		return err
	}
	connection, err := daemon.BrokerOptions(c, instance, s.newLogger(c))
	if err != nil {
		return err
	}
	client, err := mqtt.New(connection)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timing.DeliveryTimeout())
	defer cancel()
	if err := client.Erase(ctx, obsolete); err != nil {
		return fmt.Errorf("%s: %w", daemon.WithoutCredentials(c.MQTT.URL), err)
	}
	return nil
}
