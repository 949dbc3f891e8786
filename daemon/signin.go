// SPDX-License-Identifier: MIT

package daemon

import (
	"context"
	"errors"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
	"vitals2mqtt/signin"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// NewSignIn builds the sign-in of a configuration. With replace it accepts
// another account than before without confirmation.
func NewSignIn(c *config.Config, client *withings.Client, tokens *tokenstore.File, replace bool) *signin.Service {
	var profiles []signin.Profile
	for _, p := range c.Withings.Profiles {
		profiles = append(profiles, signin.Profile{Slug: p.Slug, Name: p.Name})
	}
	return signin.New(signin.Options{
		Client:      client,
		Store:       tokens,
		RedirectURL: RedirectURL(c),
		Profiles:    profiles,
		SleepEvents: c.Notifications.PublicURL != "",
		Replace:     replace,
		LastAccount: func(profile string) (string, error) { return lastAccount(c, profile) },
	})
}

// lastAccount is the account of a profile's stored values, "" for none. A
// damaged file holds no values that could be lost.
func lastAccount(c *config.Config, profile string) (string, error) {
	known, _, err := bridge.LoadStoredAccount(checkpoint.OpenReadOnly(c.StateDir), profile)
	if _, damaged := errors.AsType[*checkpoint.DamagedError](err); damaged {
		return "", nil
	}
	return known.UserID, err
}

// signInHandler is the sign-in on the page. After a new consent, which may
// include more than the old one, it has the subscriptions audited.
type signInHandler struct {
	*signin.Service

	subscriptions *subscriptions
	disconnect    func(ctx context.Context, profile string, anyway bool) (outcome, other string, err error)
}

// newDisconnect signs profiles out for the page, as the command logout does. The
// bridge notices that the tokens are gone.
func newDisconnect(
	c *config.Config, client *withings.Client, log zerolog.Logger,
) func(ctx context.Context, profile string, anyway bool) (outcome, other string, err error) {
	return func(ctx context.Context, profile string, anyway bool) (string, string, error) {
		found, _ := c.Withings.FindProfile(profile)
		out := SignOut{
			Config: c,
			Client: client,
			Force:  anyway,
			Note:   func(text string) { log.Warn().Str("profile", profile).Msg(text) },
		}
		outcome, other, err := out.Run(ctx, profile, found.Name)
		return string(outcome), other, err
	}
}

// Finish implements web.SignIn.
func (h signInHandler) Finish(ctx context.Context, state, code string) (profile string, err error) {
	profile, err = h.Service.Finish(ctx, state, code)
	if err == nil {
		h.subscriptions.onSignIn(profile)
	}
	return profile, err
}

// FinishPasted implements web.SignIn.
func (h signInHandler) FinishPasted(ctx context.Context, profile, pasted string) error {
	err := h.Service.FinishPasted(ctx, profile, pasted)
	if err == nil {
		h.subscriptions.onSignIn(profile)
	}
	return err
}

// Confirm implements web.SignIn.
func (h signInHandler) Confirm(ctx context.Context, confirmationID string, replace bool) (profile string, err error) {
	profile, err = h.Service.Confirm(ctx, confirmationID, replace)
	if err == nil && replace {
		h.subscriptions.onSignIn(profile)
	}
	return profile, err
}
