// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/web"
)

func TestStatisticsFromThePage(t *testing.T) {
	t.Parallel()
	c := &config.Config{StateDir: t.TempDir()}
	s := newStatisticsService(c, checkpoint.OpenReadOnly(c.StateDir), zerolog.Nop())
	s.attach(&bridge.Profile{Slug: "alice", StatisticsButton: true})
	s.attach(&bridge.Profile{Slug: "bob"}) // Home Assistant is not configured
	if err := s.Start("bob", false, false); !errors.Is(err, web.ErrNotFound) {
		t.Errorf("without configuration: %v", err)
	}
	if err := s.Start("alice", true, true); err != nil || !s.Of("alice").Running {
		t.Errorf("%v, %+v", err, s.Of("alice"))
	}
	if err := s.Start("alice", false, false); !errors.Is(err, errStatisticsBusy) {
		t.Errorf("twice: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx) }()
	for s.Of("alice").Running && t.Context().Err() == nil {
		continue
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	last := s.Of("alice").Last
	if last == nil || last.Failure == "" || !last.DryRun || !last.External {
		t.Errorf("nobody is signed in: %+v", last)
	}
}
