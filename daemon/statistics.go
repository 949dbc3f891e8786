// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/history"
	"vitals2mqtt/homeassistant"
	"vitals2mqtt/withings"
)

// errStatisticsBusy refuses more requests than can be worked off soon.
var errStatisticsBusy = errors.New("the statistics of this profile are being imported already")

// statisticsService brings the past of profiles to Home Assistant on request,
// one after the other.
type statisticsService struct {
	access  homeassistant.Options
	journal homeassistant.Journal
	// open opens the archive to read.
	open  func(ctx context.Context) (*history.Archive, error)
	state bridge.StateStore
	log   zerolog.Logger

	requests chan statisticsRequest
	busy     busyProfiles
	// profiles are those of the configuration, once they are attached.
	profiles map[string]bridge.Profile
	last     lastStatistics
}

// statisticsRequest is one import.
type statisticsRequest struct {
	profile bridge.Profile
	mode    homeassistant.Mode
	dryRun  bool
	done    func(summary string, err error)
}

func newStatisticsService(c *config.Config, state bridge.StateStore, log zerolog.Logger) *statisticsService {
	return &statisticsService{
		access:   homeassistant.Options{URL: c.HomeAssistant.URL, Token: c.HomeAssistant.Token},
		journal:  StatisticsJournal(c),
		open:     func(ctx context.Context) (*history.Archive, error) { return OpenArchive(ctx, c, true) },
		state:    state,
		log:      log,
		requests: make(chan statisticsRequest, maxStatisticsRequests),
		profiles: map[string]bridge.Profile{},
	}
}

// maxStatisticsRequests is how many profiles may wait.
const maxStatisticsRequests = 16

// busyProfiles are the profiles with a request.
type busyProfiles struct {
	mu    sync.Mutex
	slugs map[string]bool
}

// start reports whether the profile had no request yet.
func (b *busyProfiles) start(slug string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.slugs[slug] {
		return false
	}
	if b.slugs == nil {
		b.slugs = map[string]bool{}
	}
	b.slugs[slug] = true
	return true
}

func (b *busyProfiles) has(slug string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.slugs[slug]
}

func (b *busyProfiles) end(slug string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.slugs, slug)
}

// hasStatistics reports whether it is configured how to reach Home Assistant.
func hasStatistics(c *config.Config) bool {
	return c.HomeAssistant.URL != "" && !c.HomeAssistant.Token.IsEmpty()
}

// attach lets requests for a profile come here.
func (s *statisticsService) attach(profile *bridge.Profile) {
	if !profile.StatisticsButton {
		return
	}
	p := *profile
	s.profiles[p.Slug] = p
	profile.Statistics = func(mode string, done func(string, error)) error {
		return s.request(statisticsRequest{profile: p, mode: homeassistant.Mode(mode), done: done})
	}
}

func (s *statisticsService) request(r statisticsRequest) error {
	if r.mode == "" {
		r.mode = homeassistant.ModeEntity
	}
	if !slices.Contains([]homeassistant.Mode{homeassistant.ModeEntity, homeassistant.ModeExternal}, r.mode) {
		return fmt.Errorf("unknown mode %q; available: entity, external", r.mode)
	}
	if !s.busy.start(r.profile.Slug) {
		return errStatisticsBusy
	}
	select {
	case s.requests <- r:
		return nil
	default:
		s.busy.end(r.profile.Slug)
		return errStatisticsBusy
	}
}

// run works off the requests until the context ends.
func (s *statisticsService) run(ctx context.Context) error {
	for {
		select {
		case r := <-s.requests:
			summary, err := s.work(ctx, r)
			s.busy.end(r.profile.Slug)
			r.done(summary, err)
		case <-ctx.Done():
			return nil
		}
	}
}

// work runs one import.
func (s *statisticsService) work(ctx context.Context, r statisticsRequest) (string, error) {
	started := time.Now()
	outcomes, err := s.importProfile(ctx, r)
	sum := SumStatistics(outcomes)
	s.last.set(r, sum, err)
	if err != nil {
		s.log.Warn().Err(err).Str("profile", r.profile.Slug).Int("sent", sum.Sent).Msg("statistics import failed")
		return "", err
	}
	s.log.Info().Str("profile", r.profile.Slug).Int("sent", sum.Sent).Int("found", sum.Found).
		Int("skipped", sum.Skipped).Dur("duration", time.Since(started)).Msg("statistics imported")
	return sum.String(), nil
}

func (s *statisticsService) importProfile(ctx context.Context, r statisticsRequest) ([]homeassistant.Outcome, error) {
	account, found, err := bridge.LoadStoredAccount(s.state, r.profile.Slug)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, withings.ErrSignIn
	}
	archive, err := s.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = archive.Close() }()
	user := account.UserID
	client, err := homeassistant.Dial(ctx, s.access)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	importer := &homeassistant.Importer{
		Client:  client,
		Source:  StatisticsSource{Archive: archive, User: user, Zone: AccountZone(ctx, archive, user)},
		Journal: s.journal,
	}
	return importer.Import(ctx, homeassistant.Job{
		Mode:   r.mode,
		DryRun: r.dryRun,
		Series: StatisticsSeries(r.profile, user, r.profile.Keys),
	})
}

// StatisticsSum is what became of several keys.
type StatisticsSum struct{ Planned, Sent, Found, Present, Removed, Skipped int }

// SumStatistics adds up outcomes.
func SumStatistics(outcomes []homeassistant.Outcome) (sum StatisticsSum) {
	for _, o := range outcomes {
		sum.Planned += o.Planned - o.Present
		sum.Sent += o.Sent
		sum.Found += o.Found
		sum.Present += o.Present
		sum.Removed += o.Removed
		if o.Skipped != "" {
			sum.Skipped++
		}
	}
	return sum
}

// String describes an import.
func (s StatisticsSum) String() string {
	return fmt.Sprintf("%d hours sent, %d found; %d were there already; %d sensors skipped",
		s.Sent, s.Found, s.Present, s.Skipped)
}
