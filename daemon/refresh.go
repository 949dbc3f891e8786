// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"fmt"

	"vitals2mqtt/bridge"
	"vitals2mqtt/web"
)

// refresher requests polls for the page.
type refresher struct{ loop *bridge.Bridge }

// start requests a poll.
func (r refresher) start(slug, endpoint string) error { return r.request(slug, endpoint, nil) }

// wait requests a poll and waits for its outcome.
func (r refresher) wait(ctx context.Context, slug, endpoint string) (map[string]string, error) {
	done := make(chan map[string]string, 1)
	err := r.request(slug, endpoint, func(outcomes map[string]error) {
		texts := make(map[string]string, len(outcomes))
		for profile, err := range outcomes {
			texts[profile] = bridge.OutcomeText(err)
		}
		done <- texts
	})
	if err != nil {
		return nil, err
	}
	select {
	case outcomes := <-done:
		return outcomes, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("the poll takes too long: %w", context.Cause(ctx))
	}
}

func (r refresher) request(slug, endpoint string, done func(map[string]error)) error {
	err := r.loop.Refresh(slug, endpoint, done)
	if errors.Is(err, bridge.ErrUnknownProfile) || errors.Is(err, bridge.ErrUnknownEndpoint) {
		return fmt.Errorf("%w: %w", web.ErrNotFound, err)
	}
	return err
}
