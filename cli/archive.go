package cli

import (
	"context"
	"errors"
	"fmt"

	"vitals2mqtt/bridge"
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

// findAccount returns the cloud's user id of a profile, by which the archive
// knows it: that of the last poll, or of the sign-in before the first one.
func findAccount(c *config.Config, profile *config.Profile) (user string, err error) {
	account, found, err := bridge.LoadStoredAccount(checkpoint.OpenReadOnly(c.StateDir), profile.Slug)
	if err != nil {
		return "", err
	}
	if found {
		return account.UserID, nil
	}
	return signedInUser(c, profile)
}

// signedInUser returns the cloud's user id that a profile is signed in as.
func signedInUser(c *config.Config, profile *config.Profile) (string, error) {
	token, _, err := tokenstore.Peek(c.StateDir, profile.Slug)
	if errors.Is(err, withings.ErrNoToken) {
		return "", fmt.Errorf("%s: %w: vitals2mqtt login %s", profile.Name, withings.ErrSignIn, profile.Slug)
	}
	return token.UserID, err
}
