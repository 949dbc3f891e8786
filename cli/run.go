package cli

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/sdnotify"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt"
	"vitals2mqtt/mqtt/broker"
)

type runCommand struct{}

func (runCommand) run(ctx context.Context, s *session) error {
	path, c, err := s.loadWithRetry(ctx)
	switch {
	case err != nil && ctx.Err() != nil:
		return nil // asked to stop while it waited
	case err != nil:
		return err
	}
	log := s.newLogger(c)
	reloads := s.watchConfig(ctx, path, log)
	embedded, takeover := &embeddedBroker{}, &handover{}
	defer embedded.stop()
	defer func() { takeover.publishOfflineForPrevious(s.hardStop, log) }()
	var before *config.Config // what ran until the reload
	for {
		next, err := s.serve(ctx, c, embedded, takeover, reloads, log)
		if _, failed := errors.AsType[startError](err); failed {
			switch {
			case ctx.Err() != nil: // no wonder, and nobody's fault
				err = nil
			case before != nil:
				log.Error().Err(err).Msg("the new configuration is not used; the old one stays")
				c, before = before, nil
				continue
			}
		}
		if err != nil || next == nil || ctx.Err() != nil {
			return err
		}
		before, c = c, next
		log = s.newLogger(c)
		log.Info().Msg("configuration reloaded")
	}
}

// serve runs the daemon with one configuration. It returns the next one when
// the file changed, and nil at the end.
func (s *session) serve(
	ctx context.Context, c *config.Config, embedded *embeddedBroker, takeover *handover, reloads <-chan *config.Config, log zerolog.Logger,
) (*config.Config, error) {
	if err := embedded.start(c, log); err != nil {
		return nil, startError{err}
	}
	h, err := s.build(ctx, embedded.withBrokerURL(c), log)
	if err != nil {
		return nil, startError{err}
	}
	defer h.close()
	if embedded.running != nil {
		h.embedded = embedded.running
	}
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan error, 1)
	go func() { done <- h.run(inner) }()
	log.Info().Str("version", s.version()).Int("profiles", len(c.Withings.Profiles)).Str("broker", c.MQTT.URL).
		Str("page", servedPageURL(c)).Msg("started")
	logNotifyError(log, sdnotify.Ready(strconv.Itoa(len(c.Withings.Profiles))+" profiles"))
	var next *config.Config
	handedOver, takeoverDeadline, stopping := false, takeover.takeoverDeadline(), ctx.Done()
	for {
		select {
		case <-stopping:
			stopping = nil // once is enough
			logNotifyError(log, sdnotify.Stopping())
		case next = <-reloads:
			reloads = nil // the one after it is for whoever comes next
			logNotifyError(log, sdnotify.Reloading())
			// The broker keeps "online" where the next configuration takes over at once.
			handedOver = next.MQTT.BaseTopic == c.MQTT.BaseTopic && next.MQTT.URL == c.MQTT.URL
			if handedOver {
				cancel(mqtt.ErrHandover)
			} else {
				cancel(errStopped)
			}
		case <-takeoverDeadline:
			if !h.broker.Status().EverConnected {
				takeover.publishOfflineForPrevious(ctx, log)
			}
		case err := <-done:
			if takeover.clientEnded(h.broker, handedOver); !handedOver {
				takeover.publishOfflineForPrevious(s.hardStop, log) //nolint:contextcheck // a goodbye outlives ctx; the second signal ends it
			}
			if next == nil && ctx.Err() != nil {
				log.Info().Msg("stopped")
			}
			return next, err
		case <-s.hardStop.Done():
			select { // nothing takes long now; what does is left behind
			case <-done: //nolint:errcheck // how it ended is no news by now
			case <-time.After(forcedStopTimeout):
			}
			return nil, errForcedStop
		}
	}
}

// logNotifyError logs what systemd could not be told; nothing depends on it here.
func logNotifyError(log zerolog.Logger, err error) {
	if err != nil {
		log.Warn().Err(err).Msg("systemd does not know how the daemon is")
	}
}

var errForcedStop = errors.New("stopped at once: goodbyes may be missing on the broker")

// forcedStopTimeout bounds the end after a second stop signal: the person waits.
const forcedStopTimeout = time.Second

// startError is what kept a daemon from starting with a configuration.
type startError struct{ error }

// Unwrap returns the cause.
func (e startError) Unwrap() error { return e.error }

// embeddedBroker is the broker inside the daemon, for `mqtt.url: embedded`. It
// outlives a reload, and with it the retained tree.
type embeddedBroker struct {
	running  *broker.Broker
	listener brokerListener
}

// brokerListener is where a broker lets in whom. Another brokerListener takes another broker; the
// tree comes back with the next connect.
type brokerListener struct {
	listen, username string
	password         secret.Text
}

func (e *embeddedBroker) start(c *config.Config, log zerolog.Logger) error {
	wanted := brokerListener{c.MQTT.Listen, c.MQTT.Username, c.MQTT.Password}
	if e.running != nil && (c.MQTT.URL != embedded || wanted != e.listener) {
		e.stop()
	}
	if c.MQTT.URL != embedded || e.running != nil {
		return nil
	}
	running, err := broker.Start(broker.Options{Listen: c.MQTT.Listen, Username: c.MQTT.Username, Password: c.MQTT.Password, Log: log})
	if err != nil {
		return fmt.Errorf("starting the embedded broker: %w", err)
	}
	e.running, e.listener = running, wanted
	return nil
}

// withBrokerURL returns the configuration with the embedded broker's withBrokerURL in it.
func (e *embeddedBroker) withBrokerURL(c *config.Config) *config.Config {
	if e.running == nil {
		return c
	}
	inside := *c
	inside.MQTT.URL = e.running.URL()
	return &inside
}

func (e *embeddedBroker) stop() {
	if e.running != nil {
		_ = e.running.Close()
		e.running = nil
	}
}

// embedded is the broker URL that runs a broker inside.
const embedded = "embedded"

// watchInterval is how often the configuration file is looked at: often enough
// for a person who waits, and it also sees editors that replace the file.
const watchInterval = 5 * time.Second

// watchConfig delivers a new configuration whenever SIGHUP or a change of the file
// brings a valid one. An invalid one is reported, and the old one stays; so it
// does while an editor has the file moved away: no other file takes its place.
func (s *session) watchConfig(ctx context.Context, path string, log zerolog.Logger) <-chan *config.Config {
	out := make(chan *config.Config)
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		defer signal.Stop(hangups)
		ticker := time.NewTicker(watchInterval)
		defer ticker.Stop()
		for {
			requested := false
			select {
			case <-ctx.Done():
				return
			case <-hangups:
				requested = true
			case <-ticker.C:
			}
			if path == "" { // all from the environment: nothing can change, and SIGHUP must not end us
				if requested {
					log.Info().Msg("there is no configuration file to reload; settings in variables need a restart")
				}
				continue
			}
			if fingerprint(path) == s.lastFingerprint && !requested {
				continue
			}
			next, err := s.readConfig(path) // from here on the session's only reader
			if err != nil {
				log.Error().Err(err).Msg("the new configuration is not used; the old one stays")
				continue
			}
			select {
			case out <- next:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// fingerprint is the digest of a file's content, zero while it cannot be read.
func fingerprint(path string) (sum [sha256.Size]byte) {
	data, err := os.ReadFile(path) //nolint:gosec // the file that the user named
	if err != nil {
		return sum
	}
	return sha256.Sum256(data)
}
