// SPDX-License-Identifier: MIT

package daemon

import (
	"errors"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// FindAccount returns the cloud's user id of a profile, by which the archive
// knows it: that of the last poll, or of the sign-in before the first one. It
// is withings.ErrNoToken when the profile was never signed in.
func FindAccount(c *config.Config, state bridge.StateStore, slug string) (user string, err error) {
	account, found, err := bridge.LoadStoredAccount(state, slug)
	if err != nil {
		return "", err
	}
	if found {
		return account.UserID, nil
	}
	token, _, err := tokenstore.Peek(c.StateDir, slug)
	return token.UserID, err
}

// errNoAccount means that a profile has no records, and none can be imported.
var errNoAccount = errors.New("this profile has never been signed in, so it has no account that records could belong to")

// findAccount is FindAccount with an error for the page.
func findAccount(c *config.Config, state bridge.StateStore, slug string) (user string, err error) {
	user, err = FindAccount(c, state, slug)
	if errors.Is(err, withings.ErrNoToken) {
		return "", errNoAccount
	}
	return user, err
}
