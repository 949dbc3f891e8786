package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"vitals2mqtt/internal/atomicfile"
)

type initCommand struct{}

// run writes the documented example where the daemon looks for it. It never
// overwrites: a configuration holds secrets that exist nowhere else.
func (initCommand) run(_ context.Context, s *session) error {
	path := s.configPath
	if path == "" {
		path = s.getenv("V2M_CONFIG")
	}
	if path == "" {
		path = "config.yaml"
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s exists and is left alone; name another file with --config FILE", path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("looking for %s: %w", path, err)
	}
	if err := atomicfile.Write(path, s.Example); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	s.printf(`Wrote %s. Next:

  1. Put in client_id and client_secret from the vendor's developer portal, the
     people's names, and the address of your MQTT broker.
  2. vitals2mqtt check --live      is everything right, do cloud and broker answer?
  3. vitals2mqtt login NAME        once for each person
  4. vitals2mqtt run
`, path)
	return nil
}
