// SPDX-License-Identifier: MIT

package homeassistant

import (
	"errors"
	"fmt"

	"vitals2mqtt/internal/oneline"
)

// Errors of the client and of imports.
var (
	// ErrUnreachable says that there is no connection.
	ErrUnreachable = errors.New("cannot reach Home Assistant")
	// ErrToken says that the access token is not accepted.
	ErrToken = errors.New("the access token is refused by Home Assistant: create a long-lived access token on the " +
		"security page of an administrator's user profile")
	// ErrNotAdmin says that the user of the token may not change statistics.
	ErrNotAdmin = errors.New("the access token is not of an administrator of Home Assistant")
	// ErrRecorder says that Home Assistant does not record now.
	ErrRecorder = errors.New("the recorder of Home Assistant is not ready")
	// ErrNotFound says that rows were sent and cannot be read back.
	ErrNotFound = errors.New("not everything that was sent was stored; see the log of Home Assistant")
	// ErrNoRange says that this version cannot delete a part of a statistic.
	ErrNoRange = errors.New("this version of Home Assistant can only delete all statistics of an entity; " +
		"update Home Assistant to remove the imported ones alone")
)

// CommandError is what Home Assistant answers to a command that fails.
type CommandError struct {
	Command string `json:"-"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error implements error.
func (e *CommandError) Error() string {
	return fmt.Sprintf("Home Assistant refuses %s: %s (%s)", e.Command, shown(e.Message), shown(e.Code))
}

// shown is a text of Home Assistant, which may be of anything.
func shown(text string) string {
	const longest = 300
	return oneline.Shorten(oneline.Clean(text), longest)
}

// Is reports whether the command needs an administrator.
func (e *CommandError) Is(target error) bool {
	return target == ErrNotAdmin && e.Code == "unauthorized"
}

// isInvalid reports whether Home Assistant does not know the form of a command.
func isInvalid(err error) bool {
	refused, ok := errors.AsType[*CommandError](err)
	return ok && (refused.Code == "invalid_format" || refused.Code == "unknown_command")
}
