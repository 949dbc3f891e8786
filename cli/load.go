// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/term"

	"vitals2mqtt/addon"
	"vitals2mqtt/config"
	"vitals2mqtt/sensors"
)

// errNoConfig says what to do when there is nothing to start from.
var errNoConfig = errors.New("no configuration found: create one with `vitals2mqtt init`, " +
	"pass one with --config FILE, or try `vitals2mqtt demo` first")

// configError is an error that prevents a configuration from being loaded.
type configError struct{ error }

// Unwrap returns the cause.
func (e configError) Unwrap() error { return e.error }

// source is where a configuration comes from.
type source struct {
	path    string   // of the file, "" when everything comes from the environment
	environ []string // including the options of an add-on
}

// String names the source to the user.
func (s source) String() string { return cmp.Or(s.path, "the environment") }

// load finds and reads the configuration, and prints its warnings.
func (s *session) load(ctx context.Context) (*config.Config, error) {
	return s.loadUsing(ctx, addon.LookupBroker)
}

// loadUsing does the same with another lookup of an add-on's broker; with nil
// the broker of an add-on stays unknown.
func (s *session) loadUsing(ctx context.Context, lookup addon.LookupFunc) (*config.Config, error) {
	found, err := s.findSource(ctx, lookup)
	if err != nil {
		return nil, err
	}
	return s.read(found)
}

// lookupBrokerWithRetry waits for the Supervisor and its broker, which may
// start later than an add-on.
func (s *session) lookupBrokerWithRetry() addon.LookupFunc {
	return addon.Retry{Timeout: supervisorTimeout, OnRetry: func(reason error, pause time.Duration) {
		_, _ = fmt.Fprintf(s.Stderr, "warning: %v; retrying in %s\n", reason, pause)
	}}.LookupBroker
}

// supervisorTimeout is how long a daemon waits for the Supervisor to name a
// broker before it ends. The Supervisor may then start it again.
const supervisorTimeout = 2 * time.Minute

// findSource finds out where the configuration comes from.
func (s *session) findSource(ctx context.Context, lookup addon.LookupFunc) (source, error) {
	environ, err := cmp.Or(s.AddOn, addon.DefaultLayout()).Environ(ctx, s.Environ, lookup)
	if errors.Is(err, addon.ErrSupervisorUnavailable) {
		return source{}, err // not a mistake in the configuration
	}
	if err != nil {
		return source{}, configError{err}
	}
	path, found := config.Find(s.configPath, variables(environ).get)
	if found {
		return source{path, environ}, nil
	}
	directory, misplaced := config.FindDirectory()
	switch configured := isConfiguredByEnvironment(environ); {
	case misplaced && !configured:
		return source{directory, environ}, nil
	case misplaced: // what the environment lacks may be in the file that was meant
		_, _ = fmt.Fprintf(s.Stderr, "warning: %s is a directory, not a configuration file; using the environment alone\n",
			directory)
	case !configured:
		return source{environ: environ}, configError{errNoConfig}
	}
	return source{environ: environ}, nil
}

// read reads the configuration and prints its warnings.
func (s *session) read(from source) (*config.Config, error) {
	c, warnings, err := config.Load(from.path, from.environ, vocabulary())
	for _, warning := range warnings {
		_, _ = fmt.Fprintln(s.Stderr, "warning:", warning)
	}
	if err != nil {
		return nil, configError{err}
	}
	if s.logLevel != "" {
		c.Log.Level = s.logLevel
	}
	if c.ReleaseCheck.URL != "" && cmp.Or(s.AddOn, addon.DefaultLayout()).IsAddOn(s.Environ) {
		c.ReleaseCheck.URL = "" // the Supervisor shows updates
	}
	return c, nil
}

// isConfiguredByEnvironment reports whether the environment alone may hold a
// configuration: client id, client secret or profiles.
func isConfiguredByEnvironment(environ []string) bool {
	return slices.ContainsFunc(environ, func(entry string) bool {
		name, value, _ := strings.Cut(entry, "=")
		identifying := strings.HasPrefix(name, "V2M_WITHINGS_CLIENT_") || name == "V2M_WITHINGS_PROFILES"
		return identifying && value != ""
	})
}

// variables are entries of the form NAME=VALUE.
type variables []string

// get returns the value of a variable, "" for none.
func (v variables) get(name string) string {
	for _, entry := range v {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// vocabulary returns what the configuration needs from the catalogue.
func vocabulary() config.Vocabulary {
	return config.Vocabulary{
		Keys:    sensors.Keys(),
		Nearest: sensors.Nearest,
		Known: func(key string) bool {
			row, ok := sensors.Lookup(key)
			return ok && row.Endpoint != ""
		},
	}
}

// newLogger writes text on a terminal and JSON elsewhere.
func (s *session) newLogger(c *config.Config) zerolog.Logger {
	level, err := zerolog.ParseLevel(c.Log.Level)
	if err != nil {
		level = zerolog.InfoLevel
	}
	out := s.Stderr
	if c.Log.Format == "console" || c.Log.Format != "json" && isTerminal(s.Stderr) {
		out = zerolog.ConsoleWriter{Out: s.Stderr, TimeFormat: "15:04:05", NoColor: !isTerminal(s.Stderr)}
	}
	// A line at a time: several goroutines log, and not every writer is a file.
	return zerolog.New(zerolog.SyncWriter(out)).Level(level).With().Timestamp().Logger()
}

func isTerminal(w any) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// terminalWidth is the number of columns of a terminal, 0 if it is unknown.
func terminalWidth(terminal *os.File) int {
	width, _, err := term.GetSize(int(terminal.Fd()))
	if err != nil {
		return 0
	}
	return width
}
