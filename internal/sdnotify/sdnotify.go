// SPDX-License-Identifier: MIT

// Package sdnotify reports the daemon's state to systemd: started, reloading,
// stopping, alive. It does nothing outside of systemd, and never names a
// profile.
package sdnotify

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Ready reports the end of the start or of a reload. The status is shown by
// `systemctl status`; "" leaves it unchanged.
func Ready(status string) error {
	state := daemon.SdNotifyReady
	if status != "" {
		// Each line is a field: a line break in the status would add one.
		state += "\nSTATUS=" + strings.Join(strings.Fields(status), " ")
	}
	return notify("ready", state)
}

// Reloading reports that a new configuration is being loaded; Ready ends it.
func Reloading() error {
	return notify("reloading", daemon.SdNotifyReloading+"\n"+daemon.SdNotifyMonotonicUsec())
}

// Stopping reports that the daemon stops.
func Stopping() error { return notify("stopping", daemon.SdNotifyStopping) }

// WatchdogInterval returns how long systemd waits for a keep-alive before it
// restarts the daemon, 0 without a watchdog.
func WatchdogInterval() (time.Duration, error) {
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return 0, fmt.Errorf("reading the watchdog interval: %w", err)
	}
	return limit, nil
}

// RunWatchdog sends two keep-alives per watchdog interval while isAlive returns
// true, until the context ends. It returns at once without a watchdog. A failed
// notification is not fatal: the next one may succeed.
func RunWatchdog(ctx context.Context, isAlive func() bool) error {
	limit, err := WatchdogInterval()
	if err != nil || limit == 0 {
		return err
	}
	ticker := time.NewTicker(max(limit/2, time.Millisecond))
	defer ticker.Stop()
	for {
		if isAlive() {
			_ = notify("alive", daemon.SdNotifyWatchdog)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func notify(what, state string) error {
	if _, err := daemon.SdNotify(false, state); err != nil {
		return fmt.Errorf("notifying systemd (%s): %w", strconv.Quote(what), err)
	}
	return nil
}
