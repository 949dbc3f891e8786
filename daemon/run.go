// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/sdnotify"
	"vitals2mqtt/mqtt"
)

// ErrForcedStop is the error of Run after a second stop signal.
var ErrForcedStop = errors.New(`stopped immediately: the broker may still show "online"`)

// errReload ends a configuration whose successor uses another broker or topic.
var errReload = errors.New("configuration reloaded")

// Run runs the daemon until ctx ends, and replaces its parts whenever the
// configuration file changes. When a new configuration cannot start, the
// previous one continues. hardStop ends what Run still does after ctx has
// ended.
func Run(ctx, hardStop context.Context, c *config.Config, o Options) error {
	log := o.NewLogger(c)
	r := &runner{options: o, embedded: &embeddedBroker{}, handover: &handover{}, reloads: o.File.watch(ctx, o, log)}
	defer r.embedded.stop()
	defer func() { r.handover.publishOfflineForPrevious(hardStop, log) }()
	var previous *config.Config
	for {
		next, err := r.serve(ctx, hardStop, c, log)
		if _, failed := errors.AsType[startError](err); failed {
			switch {
			case ctx.Err() != nil: // it was stopped while it started
				err = nil
			case previous != nil:
				log.Error().Err(err).Msg("reload failed; keeping current configuration")
				c, previous = previous, nil
				continue
			}
		}
		if err != nil || next == nil || ctx.Err() != nil {
			return err
		}
		previous, c = c, next
		log = o.NewLogger(c)
		log.Info().Msg("configuration reloaded")
	}
}

// runner is what outlives a reload.
type runner struct {
	options  Options
	embedded *embeddedBroker
	handover *handover
	reloads  <-chan *config.Config
}

// serve runs one configuration. It returns the next one after a change of the
// file, and nil at the end.
func (r *runner) serve(ctx, hardStop context.Context, c *config.Config, log zerolog.Logger) (*config.Config, error) {
	if err := r.embedded.start(c, log); err != nil {
		return nil, startError{err}
	}
	d, err := build(ctx, hardStop, r.embedded.withBrokerURL(c), r.embedded.monitor(), r.options, log)
	if err != nil {
		return nil, startError{err}
	}
	defer d.close()
	if r.options.FitProcessors { // only now: the archives of profiles are read at once
		useProcessors(len(c.Withings.Profiles))
	}
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan error, 1)
	go func() { done <- d.run(inner) }()
	log.Info().Str("version", r.options.Version).Int("profiles", len(c.Withings.Profiles)).Str("broker", c.MQTT.URL).
		Str("page", servedPageURL(c)).Msg("started")
	logNotifyError(log, sdnotify.Ready(countProfiles(c)))
	var next *config.Config
	handedOver, reloads, stopping := false, r.reloads, ctx.Done()
	renames := watchRenameRequests(inner, d.folder, c, r.options.Timing.configPoll())
	reload := func(to *config.Config) {
		next, reloads, renames = to, nil, nil // a further change is for the next configuration
		logNotifyError(log, sdnotify.Reloading())
		// The broker keeps "online" where the next configuration takes over at once.
		handedOver = next.MQTT.BaseTopic == c.MQTT.BaseTopic && next.MQTT.URL == c.MQTT.URL
		if handedOver {
			cancel(mqtt.ErrHandover)
		} else {
			cancel(errReload)
		}
	}
	takeoverDeadline := r.handover.deadline(r.options.Timing.takeover())
	for {
		select {
		case <-stopping:
			stopping = nil
			logNotifyError(log, sdnotify.Stopping())
		case to := <-reloads:
			reload(to)
		case <-renames:
			reload(c) // the start renames the profile
		case <-takeoverDeadline:
			if !d.broker.Status().EverConnected {
				r.handover.publishOfflineForPrevious(ctx, log)
			}
		case err := <-done:
			if hardStop.Err() != nil { // what ended had been told to
				return nil, ErrForcedStop
			}
			if stopping != nil && ctx.Err() != nil { // the same, and both were seen at once
				logNotifyError(log, sdnotify.Stopping())
			}
			if r.handover.clientEnded(d.broker, handedOver); !handedOver {
				r.handover.publishOfflineForPrevious(hardStop, log) // it outlives ctx
			}
			if next == nil && ctx.Err() != nil {
				log.Info().Msg("stopped")
			}
			return next, err
		case <-hardStop.Done():
			select { // nothing takes long now
			case <-done: //nolint:errcheck // the end was forced: its error says nothing more
			case <-time.After(forcedStopTimeout):
			}
			return nil, ErrForcedStop
		}
	}
}

// logNotifyError logs what systemd could not be sent; nothing else depends on
// it.
func logNotifyError(log zerolog.Logger, err error) {
	if err != nil {
		log.Warn().Err(err).Msg("systemd notification failed")
	}
}

// forcedStopTimeout bounds the end after a second stop signal.
const forcedStopTimeout = time.Second

// startError is what kept a configuration from starting.
type startError struct{ error }

// Unwrap returns the cause.
func (e startError) Unwrap() error { return e.error }

// countProfiles is the number of profiles in words.
func countProfiles(c *config.Config) string {
	if len(c.Withings.Profiles) == 1 {
		return "1 profile"
	}
	return strconv.Itoa(len(c.Withings.Profiles)) + " profiles"
}
