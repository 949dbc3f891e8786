// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/history"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// openArchive opens the archive of a configuration, also beside a running
// daemon. To read, it must exist already.
func openArchive(ctx context.Context, c *config.Config, readOnly bool) (*history.Archive, error) {
	return daemon.OpenArchive(ctx, c, readOnly)
}

// warnOfDamage says that the archive was damaged and has been set aside.
func warnOfDamage(s *session, archive *history.Archive) {
	if damage := archive.Damage(); damage != nil {
		_, _ = fmt.Fprintf(s.Stderr, "warning: %v\n-> %s\n", damage, damage.Remedy())
	}
}

// archiveProbe opens the archive for the doctor, nil when there is none.
func archiveProbe(c *config.Config) func(ctx context.Context) (damage, err error) {
	if _, err := os.Stat(daemon.ArchivePath(c)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return func(ctx context.Context) (damage, err error) {
		archive, err := openArchive(ctx, c, true)
		if err != nil {
			return nil, err
		}
		if set := archive.Damage(); set != nil {
			damage = set
		}
		return damage, archive.Close()
	}
}

// refuseArchive refuses to write a file over the archive or its log.
func refuseArchive(c *config.Config, path string) error {
	wanted, err := os.Stat(path)
	if err != nil {
		return nil //nolint:nilerr // a file that does not exist is none of them
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		used, err := os.Stat(daemon.ArchivePath(c) + suffix)
		if err == nil && os.SameFile(wanted, used) {
			return usageError(path + " is the archive itself; choose another file")
		}
	}
	return nil
}

// findAccount returns the cloud's user id of a profile, by which the archive
// knows it: that of the last poll, or of the sign-in before the first one.
func findAccount(c *config.Config, profile *config.Profile) (user string, err error) {
	user, err = daemon.FindAccount(c, checkpoint.OpenReadOnly(c.StateDir), profile.Slug)
	return user, explainNoToken(err, profile)
}

// signedInUser returns the cloud's user id that a profile is signed in as.
func signedInUser(c *config.Config, profile *config.Profile) (string, error) {
	token, _, err := tokenstore.Peek(c.StateDir, profile.Slug)
	return token.UserID, explainNoToken(err, profile)
}

func explainNoToken(err error, profile *config.Profile) error {
	if errors.Is(err, withings.ErrNoToken) {
		return fmt.Errorf("%s: %w: vitals2mqtt login %s", profile.Name, withings.ErrSignIn, profile.Slug)
	}
	return err
}
