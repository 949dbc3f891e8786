// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/withings"
)

type runCommand struct {
	NoSetup bool `help:"Without a configuration, exit instead of waiting for a set-up in the browser."`
}

// Help is the long help text.
func (runCommand) Help() string {
	return "Without a configuration it serves a set-up at the address of the page, writes the configuration there, " +
		"and continues with it. If the page can be reached from other machines, the set-up asks for a code that " +
		"is printed at the start."
}

func (r runCommand) run(ctx context.Context, s *session) error {
	if place, needed := (firstRun{s}).needsSetup(ctx); needed && !r.NoSetup {
		if err := (firstRun{s}).setUp(ctx, place); err != nil || ctx.Err() != nil {
			return err
		}
		if s.configPath == "" {
			s.configPath = place.file.Path
		}
	}
	source, err := s.findSource(ctx, s.lookupBrokerWithRetry())
	if err != nil {
		if ctx.Err() != nil {
			return nil // stopped while it waited
		}
		return err
	}
	options := s.daemonOptions()
	options.File = daemon.NewConfigFile(source.path, func(string) (*config.Config, error) { return s.read(source) })
	c, err := s.loadUntilStopped(ctx, options.File)
	if err != nil || c == nil {
		return err
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	options.Hangups = hangups
	options.FitProcessors = s.OwnsProcess && s.getenv("GOMAXPROCS") == ""
	return daemon.Run(ctx, s.hardStop, c, options)
}

// loadUntilStopped loads the configuration, and returns nil when it is stopped
// meanwhile: a file on a share that does not respond takes seconds.
func (s *session) loadUntilStopped(ctx context.Context, file *daemon.ConfigFile) (*config.Config, error) {
	type outcome struct {
		config *config.Config
		err    error
	}
	loaded := make(chan outcome, 1)
	go func() {
		c, err := file.Load()
		loaded <- outcome{c, err}
	}()
	select {
	case got := <-loaded:
		return got.config, got.err
	case <-ctx.Done():
		return nil, nil //nolint:nilnil // stopped before there was a configuration
	}
}

// daemonOptions are those of the daemon and of the parts of it that a command
// uses.
func (s *session) daemonOptions() daemon.Options {
	return daemon.Options{Version: s.version(), Jitter: s.Jitter, NewLogger: s.newLogger, Timing: s.Timing.Timing}
}

// newCloud builds the Withings API client of a command. Only the daemon spreads
// its waits: commands do not start at the same time everywhere.
func (s *session) newCloud(c *config.Config) (*withings.Client, error) {
	options := s.daemonOptions()
	options.Jitter = nil
	return daemon.NewCloud(c, bridge.NewRequestCounter(), options)
}
