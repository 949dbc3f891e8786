// SPDX-License-Identifier: MIT

package daemon

import (
	"cmp"
	"os"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/jitter"
)

// Options are what a daemon needs beside its configuration.
type Options struct {
	// Version is the release, as bridge/info and the page show it.
	Version string
	// Jitter spreads waits; nil spreads nothing.
	Jitter *jitter.Source
	// NewLogger returns the logger for a configuration.
	NewLogger func(*config.Config) zerolog.Logger
	// File is the configuration file to watch; nil disables reloads.
	File *ConfigFile
	// Hangups requests a reload with each signal; nil delivers none.
	Hangups <-chan os.Signal
	// FitProcessors sets how many processors the whole process uses, by the number
	// of profiles.
	FitProcessors bool
	Timing        Timing
}

// Timing holds the daemon's intervals. A field of zero means its default; tests
// set shorter ones.
type Timing struct {
	// ConfigPoll is how often the configuration file is checked for changes.
	// Polling also notices editors that replace the file. Default 5 s.
	ConfigPoll time.Duration
	// Takeover is how long the client of a reloaded configuration may take to
	// connect before "offline" is published for the previous one. Default 5 s.
	Takeover time.Duration
	// Delivery bounds how long a command waits for the broker to accept what
	// it has published. Default 10 s.
	Delivery time.Duration
	// CloudRetry is the first pause before a failed request to the Withings
	// API is repeated. Default: see withings.Options.
	CloudRetry time.Duration
	// Broker bounds each wait for an acknowledgement of the broker, also while the
	// daemon stops. Default: see mqtt.Timeouts.
	Broker time.Duration
}

func (t Timing) configPoll() time.Duration { return cmp.Or(t.ConfigPoll, 5*time.Second) }
func (t Timing) takeover() time.Duration   { return cmp.Or(t.Takeover, 5*time.Second) }

// DeliveryTimeout is Delivery or its default.
func (t Timing) DeliveryTimeout() time.Duration { return cmp.Or(t.Delivery, 10*time.Second) }
