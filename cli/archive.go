package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/history"
	"vitals2mqtt/withings"
)

// archiveFile is the name of the archive in the state folder.
const archiveFile = "history.db"

// errNoArchive means that nothing was archived yet.
var errNoArchive = errors.New("there is no archive yet: start the daemon, or run `vitals2mqtt once`")

// openArchive opens the archive of a configuration, also beside a running
// daemon. To read, it must exist already.
func openArchive(ctx context.Context, c *config.Config, readOnly bool) (*history.Archive, error) {
	path := filepath.Join(c.StateDir, archiveFile)
	if _, err := os.Stat(path); readOnly && errors.Is(err, fs.ErrNotExist) {
		return nil, errNoArchive
	}
	archive, err := history.Open(ctx, history.Options{
		Path:     path,
		Extra:    c.Withings.ExtraTypes,
		Policy:   c.Withings.Attributions,
		ReadOnly: readOnly,
	})
	if err != nil {
		return nil, fmt.Errorf("opening the archive: %w", err)
	}
	return archive, nil
}

// findAccount returns the cloud's user id of a profile, by which the archive
// knows it.
func findAccount(c *config.Config, profile *config.Profile) (user string, err error) {
	account, found, err := bridge.LoadStoredAccount(checkpoint.OpenReadOnly(c.StateDir), profile.Slug)
	if err != nil {
		return "", err
	}
	if !found {
		return "", fmt.Errorf("%s: %w: vitals2mqtt login %s", profile.Name, withings.ErrSignIn, profile.Slug)
	}
	return account.UserID, nil
}
