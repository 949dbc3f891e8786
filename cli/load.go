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
var errNoConfig = errors.New("there is no configuration: write one with `vitals2mqtt init`, name one with --config FILE, " +
	"or try `vitals2mqtt demo` first")

// configError is whatever keeps a configuration from being loaded.
type configError struct{ error }

// Unwrap returns the mistakes.
func (e configError) Unwrap() error { return e.error }

// load finds and reads the configuration, and reports its warnings. The path is
// empty when everything comes from the environment.
func (s *session) load() (string, *config.Config, error) {
	return s.loadUsing(s.hardStop, addon.LookupBroker)
}

// loadWithRetry does the same for the daemon of an add-on, which may be there
// before Home Assistant's Supervisor and the broker.
func (s *session) loadWithRetry(ctx context.Context) (string, *config.Config, error) {
	patient := addon.Retry{Timeout: supervisorTimeout, OnRetry: func(why error, pause time.Duration) {
		_, _ = fmt.Fprintf(s.Stderr, "warning: %v; asking again in %s\n", why, pause)
	}}
	return s.loadUsing(ctx, patient.LookupBroker)
}

// supervisorTimeout is how long a daemon waits for the Supervisor to name a broker
// before it ends; whoever started it may then start it again.
const supervisorTimeout = 2 * time.Minute

// loadUsing does the same with another way to ask the Supervisor, nil for no
// question: the broker is then unknown in an add-on.
func (s *session) loadUsing(ctx context.Context, ask addon.LookupFunc) (string, *config.Config, error) {
	if err := s.applyAddOn(ctx, ask); err != nil {
		return "", nil, err
	}
	path, found := config.Find(s.configPath, s.getenv)
	if !found {
		if !s.isConfiguredByEnvironment() {
			return "", nil, configError{errNoConfig}
		}
		path = ""
	}
	c, err := s.readConfig(path)
	return path, c, err
}

// applyAddOn adds to the environment what an add-on is told by Home Assistant.
func (s *session) applyAddOn(ctx context.Context, ask addon.LookupFunc) error {
	environ, err := cmp.Or(s.AddOn, addon.DefaultLayout()).Environ(ctx, s.Environ, ask)
	if errors.Is(err, addon.ErrSupervisorUnavailable) {
		return err // no mistake of anybody's
	}
	if err != nil {
		return configError{err}
	}
	s.Environ = environ
	return nil
}

// readConfig reads the configuration from one file, or from the environment alone.
func (s *session) readConfig(path string) (*config.Config, error) {
	s.lastFingerprint = fingerprint(path) // before: what is written from now on is a change
	c, warnings, err := config.Load(path, s.Environ, vocabulary())
	for _, warning := range warnings {
		_, _ = fmt.Fprintln(s.Stderr, "warning:", warning)
	}
	if err != nil {
		return nil, configError{err}
	}
	if s.logLevel != "" {
		c.Log.Level = s.logLevel
	}
	return c, nil
}

// isConfiguredByEnvironment reports whether the environment alone may hold a
// configuration.
func (s *session) isConfiguredByEnvironment() bool {
	return slices.ContainsFunc(s.Environ, func(entry string) bool {
		return strings.HasPrefix(entry, "V2M_WITHINGS_")
	})
}

// vocabulary is what the configuration may know of the catalogue.
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

// newLogger writes for people on a terminal and JSON elsewhere.
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
