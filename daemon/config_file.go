// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"crypto/sha256"
	"os"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/fileaccess"
)

// ConfigFile is a configuration file whose changes the daemon follows. It is
// not safe for concurrent use.
type ConfigFile struct {
	path   string
	read   func(path string) (*config.Config, error)
	reader fileaccess.Reader
	// loaded is the content of the current configuration, seen that of the last
	// look, and reported that of the last failure.
	loaded, seen, reported contentSum
	// pipe says that the file can be read only once.
	pipe bool
}

// contentSum is the digest of a file's content, zero while it cannot be read.
type contentSum [sha256.Size]byte

// NewConfigFile returns the file at path, "" when the whole configuration comes
// from the environment.
func NewConfigFile(path string, read func(path string) (*config.Config, error)) *ConfigFile {
	return &ConfigFile{path: path, read: read}
}

// Load reads the configuration.
func (f *ConfigFile) Load() (*config.Config, error) {
	if info, err := os.Stat(f.path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		f.pipe = true
		return f.read(f.path)
	}
	sum := f.look() // before reading: a later write is a change
	c, err := f.read(f.path)
	if err != nil {
		f.reported = sum
		return nil, err
	}
	f.loaded, f.seen, f.reported = sum, sum, sum
	return c, nil
}

// look returns the digest of the file's content.
func (f *ConfigFile) look() contentSum {
	data, err := f.reader.Read(f.path, maxConfigSize)
	if err != nil {
		return contentSum{}
	}
	return sha256.Sum256(data)
}

// maxConfigSize is more than a configuration may have.
const maxConfigSize = 2 << 20

// settleTime is how long a changed file must stay as it is before it is read:
// the half of a file that is being written may be valid, too.
const settleTime = time.Second

// watch delivers a new configuration whenever SIGHUP or a change of the file's
// content brings a valid one. An invalid or missing file is logged once it has
// stayed so, and the current configuration stays: no other file takes its
// place.
func (f *ConfigFile) watch(ctx context.Context, o Options, log zerolog.Logger) <-chan *config.Config {
	if f == nil {
		return nil
	}
	out := make(chan *config.Config)
	go func() {
		interval := o.Timing.configPoll()
		timer := time.NewTimer(untilTick(interval))
		defer timer.Stop()
		for {
			requested := false
			select {
			case <-ctx.Done():
				return
			case <-o.Hangups:
				requested = true
			case <-timer.C:
			}
			next, pause := f.poll(requested, interval, log)
			timer.Reset(pause)
			if next == nil {
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

// poll looks at the file, and returns a new configuration or nil, and when to
// look again.
func (f *ConfigFile) poll(requested bool, interval time.Duration, log zerolog.Logger) (*config.Config, time.Duration) {
	if f.path == "" || f.pipe { // the environment of a process cannot change
		if requested {
			log.Info().Msg("no configuration file to reload; environment changes need a restart")
		}
		return nil, untilTick(interval)
	}
	if !requested {
		sum := f.look()
		switch {
		case sum == f.loaded: // also when it was something else for a moment
			if f.reported != sum {
				log.Info().Msg("configuration file is as before; nothing to reload")
			}
			f.seen, f.reported = sum, sum
			return nil, untilTick(interval)
		case sum != f.seen:
			f.seen = sum
			return nil, min(interval, settleTime)
		case sum == f.reported:
			return nil, untilTick(interval)
		}
	}
	next, err := f.Load()
	if err != nil {
		log.Error().Err(err).Msg("reload failed; keeping current configuration")
		return nil, untilTick(interval)
	}
	return next, untilTick(interval)
}
