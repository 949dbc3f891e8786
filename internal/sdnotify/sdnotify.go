// Package sdnotify tells systemd how the daemon is: started, reloading,
// stopping, alive. It is nothing where nobody asked to be told, and it never
// tells anything about people.
package sdnotify

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// Ready says that the start, or a reload, is done. The status is what people
// read in `systemctl status`; "" leaves it as it is.
func Ready(status string) error {
	state := daemon.SdNotifyReady
	if status != "" {
		// A line is a field of its own: a status must not become one.
		state += "\nSTATUS=" + strings.Join(strings.Fields(status), " ")
	}
	return notify("ready", state)
}

// Reloading says that another configuration is taking over; Ready ends it.
func Reloading() error {
	return notify("reloading", daemon.SdNotifyReloading+"\n"+daemon.SdNotifyMonotonicUsec())
}

// Stopping says that the daemon is on its way out.
func Stopping() error { return notify("stopping", daemon.SdNotifyStopping) }

// WatchdogInterval returns how long systemd waits for a sign of life before it starts
// the daemon anew, 0 when it does not watch this process.
func WatchdogInterval() (time.Duration, error) {
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		return 0, fmt.Errorf("reading the watchdog interval: %w", err)
	}
	return limit, nil
}

// RunWatchdog gives a sign of life twice within the time that systemd waits, as long as
// alive says so, until the context ends. It returns at once where nobody
// watches. One sign that does not arrive is no reason to stop: the next one may.
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
