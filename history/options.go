// SPDX-License-Identifier: MIT

package history

import "vitals2mqtt/sensors"

// Options are how an archive is opened.
type Options struct {
	// Path is the file.
	Path string
	// Extra are rows that the user adds for measure types without one.
	Extra []sensors.Sensor
	// Policy is what to do per attribution; nil is the default.
	Policy sensors.Policy
	// ReadOnly opens an existing file for reading.
	ReadOnly bool
	// Patient makes a file that cannot be used now no error of Open: each call tries
	// to open it. What another program or a newer version wrote still is one.
	Patient bool
}
