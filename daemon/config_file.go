package daemon

import (
	"context"
	"crypto/sha256"
	"os"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/config"
)

// ConfigFile is a configuration file whose changes the daemon follows. It is
// not safe for concurrent use.
type ConfigFile struct {
	path string
	read func(path string) (*config.Config, error)
	sum  [sha256.Size]byte // of the content that Load has read last
}

// NewConfigFile returns the file at path, "" when the whole configuration comes
// from the environment.
func NewConfigFile(path string, read func(path string) (*config.Config, error)) *ConfigFile {
	return &ConfigFile{path: path, read: read}
}

// Load reads the configuration.
func (f *ConfigFile) Load() (*config.Config, error) {
	f.sum = fingerprint(f.path) // before reading: a later write is a change
	return f.read(f.path)
}

// watch delivers a new configuration whenever SIGHUP or a change of the file
// brings a valid one. An invalid or missing file is logged once, and the
// current configuration stays: no other file takes its place.
func (f *ConfigFile) watch(ctx context.Context, o Options, log zerolog.Logger) <-chan *config.Config {
	if f == nil {
		return nil
	}
	out := make(chan *config.Config)
	go func() {
		ticker := time.NewTicker(o.Timing.configPoll())
		defer ticker.Stop()
		for {
			requested := false
			select {
			case <-ctx.Done():
				return
			case <-o.Hangups:
				requested = true
			case <-ticker.C:
			}
			if f.path == "" { // the environment of a process cannot change
				if requested {
					log.Info().Msg("no configuration file to reload; environment changes need a restart")
				}
				continue
			}
			if !requested && fingerprint(f.path) == f.sum {
				continue
			}
			next, err := f.Load()
			if err != nil {
				log.Error().Err(err).Msg("reload failed; keeping current configuration")
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
	data, err := os.ReadFile(path) //nolint:gosec // the file that the user has named
	if err != nil {
		return sum
	}
	return sha256.Sum256(data)
}
