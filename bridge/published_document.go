// SPDX-License-Identifier: MIT

package bridge

import (
	"vitals2mqtt/discovery"
	"vitals2mqtt/sensors"
)

// documentBuilder builds a discovery document again. It is rarely needed, and a
// document takes fifty times the memory of what it is built from.
type documentBuilder func() discovery.Document

// valid builds the document without what Home Assistant would reject.
func (b documentBuilder) valid() discovery.Document {
	document, _ := discovery.Validate(b())
	return document
}

// announcedProfile is what was built for a profile last.
type announcedProfile struct {
	keys, images []string
	// id and build are those of the last document, "" and nil without any.
	id    string
	build documentBuilder
}

// rowsOf returns the rows of keys; extra are the user's own.
func rowsOf(keys []string, extra []sensors.Sensor) []sensors.Sensor {
	rows := make([]sensors.Sensor, 0, len(keys))
	for _, key := range keys {
		if row, ok := sensors.LookupAmong(extra, key); ok {
			rows = append(rows, row)
		}
	}
	return rows
}
