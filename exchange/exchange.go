// SPDX-License-Identifier: MIT

// Package exchange brings records from files into the archive, and from the
// archive into files, for the command line and the page. The formats are those
// of package transfer; it asks nobody and prints nothing.
package exchange

import "vitals2mqtt/transfer/vendor"

// ErrNoZone means that a file has times without an offset, and the time zone is
// not known.
var ErrNoZone = vendor.ErrNoZone

// InputError says what is wrong with a file, an option, or how they go
// together. It is for the user to mend.
type InputError string

// Error implements error.
func (e InputError) Error() string { return string(e) }
