// SPDX-License-Identifier: MIT

package withings

import "fmt"

// DamagedTokenError reports a stored token that cannot be read and was moved
// aside. It is reported until the profile has signed in again.
type DamagedTokenError struct {
	Profile string
	// RenamedTo is the file's new name, "" when it was not renamed.
	RenamedTo string
	Err       error
}

// Error implements error. It says what to do, and nothing of the content.
func (d *DamagedTokenError) Error() string {
	moved := "it was not moved"
	if d.RenamedTo != "" {
		moved = "it was moved to " + d.RenamedTo
	}
	return fmt.Sprintf("token file of %s is invalid (%v); %s: sign in again with `vitals2mqtt login %s`",
		d.Profile, d.Err, moved, d.Profile)
}

// Unwrap includes ErrNoToken: a sign-in is the remedy.
func (d *DamagedTokenError) Unwrap() []error { return []error{ErrNoToken, d.Err} }

// NewerTokenError reports a stored token that a newer version of the program
// has written. The file is not touched, and it is not ErrNoToken: a sign-in
// would be needless.
type NewerTokenError struct {
	Profile, File string
	// Version is the file's layout version, Supported the newest known one.
	Version, Supported int
}

// Error implements error. It says what to do, and nothing of the content.
func (n *NewerTokenError) Error() string {
	return fmt.Sprintf("%s was written by a newer version of vitals2mqtt (layout %d, this version reads %d): "+
		"update vitals2mqtt; the file is unchanged", n.File, n.Version, n.Supported)
}
