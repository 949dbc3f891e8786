// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/health"
	"vitals2mqtt/internal/failure"
)

// verdictTimeout bounds the request to a daemon on this machine.
const verdictTimeout = 5 * time.Second

// errNotRunning means that no daemon uses the state folder.
var errNotRunning = errors.New("no daemon is running")

// errNoVerdict means that an older version answers.
var errNoVerdict = errors.New("the running daemon reports no verdict: it is of an older version")

// currentVerdict is the running daemon's verdict, or the one about what is
// stored. fromDaemon is false for the latter, and err is why the page could not
// be asked, nil without a page.
func currentVerdict(ctx context.Context, c *config.Config) (verdict health.Verdict, fromDaemon bool, err error) {
	used, err := checkpoint.IsInUse(c.StateDir)
	if err == nil && !used {
		return daemon.StoredVerdict(ctx, c), false, errNotRunning
	}
	if page, enabled := pageOf(c); enabled {
		ctx, cancel := context.WithTimeout(ctx, verdictTimeout)
		defer cancel()
		shown, pageErr := page.overview(ctx)
		if pageErr == nil && shown.Verdict.Level == "" {
			pageErr = errNoVerdict
		}
		switch {
		case pageErr == nil:
			return shown.Verdict, true, nil
		case errors.Is(pageErr, errNoPage):
			pageErr = fmt.Errorf("%w: %s", errNoPage, failure.CauseOf(pageErr).Text)
		}
		return daemon.StoredVerdict(ctx, c), false, pageErr
	}
	return daemon.StoredVerdict(ctx, c), false, nil
}

// doctorVerdict is the verdict that the doctor shows.
func doctorVerdict(c *config.Config) func(context.Context) (health.Verdict, bool, error) {
	return func(ctx context.Context) (health.Verdict, bool, error) { return currentVerdict(ctx, c) }
}
