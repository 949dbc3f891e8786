// SPDX-License-Identifier: MIT

package cli

import (
	"context"
)

type logoutCommand struct {
	Profile      string `arg:"" help:"Profile name from the configuration."`
	ForgetAnyway bool   `help:"Delete the tokens even if revoking the consent is not confirmed."`
}

func (l logoutCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	profile, err := findProfile(c, l.Profile)
	if err != nil {
		return err
	}
	message, err := s.signOut(ctx, c, profile.Slug, profile.Name, l.ForgetAnyway)
	switch {
	case err != nil:
		return err
	case message == "":
		s.printf("%s is not signed in.\n", profile.Name)
	default:
		s.printf("%s is signed out. %s", profile.Name, message)
	}
	return nil
}
