// SPDX-License-Identifier: MIT

package daemon

import (
	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/release"
)

// newReleaseChecker returns what asks for newer versions and publishes them, nil
// without an address to ask.
func newReleaseChecker(c *config.Config, loop *bridge.Bridge, o Options, log zerolog.Logger) *release.Checker {
	if c.ReleaseCheck.URL == "" {
		return nil
	}
	return &release.Checker{
		URL:       c.ReleaseCheck.URL,
		UserAgent: "vitals2mqtt/" + o.Version,
		Jitter:    o.Jitter,
		Found: func(latest release.Release) {
			loop.PublishRelease(latest.Version, latest.URL)
		},
		Log: log,
	}
}
