// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
)

// signOut ends the consent of a profile. It returns a message, "" when the
// tokens are kept or the profile was not signed in.
func (s *session) signOut(
	ctx context.Context, c *config.Config, slug, name string, force bool,
) (message string, err error) {
	client, err := s.newCloud(c)
	if err != nil {
		return "", err
	}
	out := daemon.SignOut{
		Config: c,
		Client: client,
		Force:  force,
		Note:   func(text string) { printTo(s.Stderr, "note: %s\n", text) },
	}
	outcome, other, err := out.Run(ctx, slug, name)
	switch outcome {
	case daemon.SignOutRevoked:
		message = "Consent revoked and tokens deleted.\n"
	case daemon.SignOutShared:
		message = fmt.Sprintf("Tokens of %s deleted. The consent is kept because %s uses the same account.\n", name, other)
	case daemon.SignOutUnconfirmed:
		message = "Tokens deleted.\n"
	case daemon.SignOutNone, daemon.SignOutKept:
	}
	if errors.Is(err, daemon.ErrNotConfirmed) {
		err = fmt.Errorf("%w. Try again later, or use --forget-anyway and revoke the consent in the Withings app", err)
	}
	return message, err
}

// neverSchedule is a schedule that is never due.
type neverSchedule struct{}

// Next implements bridge.Schedule.
func (neverSchedule) Next(after time.Time) time.Time { return after.AddDate(100, 0, 0) }
