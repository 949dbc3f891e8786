// SPDX-License-Identifier: MIT

package daemon

import (
	"sync"
	"time"

	"vitals2mqtt/homeassistant"
	"vitals2mqtt/web"
)

// lastStatistics are the last requests by profile.
type lastStatistics struct {
	mu     sync.Mutex
	bySlug map[string]web.StatisticsRun
}

func (l *lastStatistics) set(r statisticsRequest, sum StatisticsSum, err error) {
	run := web.StatisticsRun{
		At:       time.Now(),
		DryRun:   r.dryRun,
		External: r.mode == homeassistant.ModeExternal,
		Planned:  sum.Planned,
		Present:  sum.Present,
		Sent:     sum.Sent,
		Found:    sum.Found,
		Skipped:  sum.Skipped,
	}
	if err != nil {
		run.Failure = err.Error()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.bySlug == nil {
		l.bySlug = map[string]web.StatisticsRun{}
	}
	l.bySlug[r.profile.Slug] = run
}

func (l *lastStatistics) of(slug string) *web.StatisticsRun {
	l.mu.Lock()
	defer l.mu.Unlock()
	if run, known := l.bySlug[slug]; known {
		return &run
	}
	return nil
}

// Of implements web.Statistics.
func (s *statisticsService) Of(slug string) web.StatisticsState {
	return web.StatisticsState{Running: s.busy.has(slug), Last: s.last.of(slug)}
}

// Start implements web.Statistics.
func (s *statisticsService) Start(slug string, external, dryRun bool) error {
	profile, known := s.profiles[slug]
	if !known {
		return web.ErrNotFound
	}
	r := statisticsRequest{profile: profile, mode: homeassistant.ModeEntity, dryRun: dryRun, done: func(string, error) {}}
	if external {
		r.mode = homeassistant.ModeExternal
	}
	return s.request(r)
}
