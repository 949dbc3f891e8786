// SPDX-License-Identifier: MIT

package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// errNotConfirmed means that the user did not say yes.
var errNotConfirmed = errors.New("not confirmed; nothing was changed")

// confirm asks at the terminal. Anything but "y" or "yes" is a no.
func (s *session) confirm(ctx context.Context, question string) error {
	answer, err := newPrompter(ctx, s).promptLine(question + " [y/N] ")
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"y", "yes"}, strings.ToLower(answer)) {
		return errNotConfirmed
	}
	return nil
}
