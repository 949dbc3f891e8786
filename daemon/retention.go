// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// pruneInterval is how often old measurements are removed from the archive.
const pruneInterval = 24 * time.Hour

// runRetention removes what history.keep does not keep, until the context ends.
func runRetention(ctx context.Context, archive *history.Archive, keep config.Keep, log zerolog.Logger) error {
	if keep.IsForever() {
		return nil
	}
	ticker := time.NewTicker(pruneInterval)
	defer ticker.Stop()
	for {
		now := time.Now()
		removed, err := archive.Prune(ctx, keep.Begin(now), now, sensors.Windows()...)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			log.Warn().Err(err).Msg("could not remove old measurements from the archive")
		case removed > 0:
			log.Info().Int("records", removed).Str("keep", keep.Spec).Msg("removed old measurements from the archive")
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}
