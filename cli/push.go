// SPDX-License-Identifier: MIT

package cli

import (
	"context"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/push"
)

type pushCommand struct {
	Rotate rotateCommand `cmd:"" help:"Create a new secret notification address."`
}

type rotateCommand struct{ jsonFlag }

func (r rotateCommand) run(ctx context.Context, s *session) error {
	c, err := s.load(ctx)
	if err != nil {
		return err
	}
	if _, err := checkpoint.OpenReadOnly(c.StateDir).RotateSecret(push.NewSecret); err != nil {
		return err
	}
	if r.JSON {
		return s.printJSON(struct {
			Rotated bool   `json:"rotated"`
			Next    string `json:"next"`
		}{true, "restart the daemon or send SIGHUP; the old address stays valid for one more hour"})
	}
	s.printf("Created a new secret notification address. A running daemon uses it after a restart or SIGHUP:\n" +
		"it subscribes the new address, then removes the old one, which stays valid for one more hour.\n")
	return nil
}
