// SPDX-License-Identifier: MIT

package cli

import (
	"time"

	"vitals2mqtt/internal/when"
)

// parseWhen reads a time of the command line, see when.Parse.
func parseWhen(text string, now time.Time, zone *time.Location) (time.Time, error) {
	t, err := when.Parse(text, now, zone)
	if err != nil {
		return time.Time{}, usageError(err.Error())
	}
	return t, nil
}
