// SPDX-License-Identifier: MIT

package doctor

import (
	"errors"

	"vitals2mqtt/internal/failure"
	"vitals2mqtt/withings"
)

// cause is the class of an error, with the numbers of an API error.
type cause struct {
	failure.Cause

	numbers map[string]int
}

// causeOf classifies an error.
func causeOf(err error) cause {
	apiErr, ours := errors.AsType[*withings.Error](err)
	if ours && (apiErr.Status != withings.NoStatus || apiErr.HTTP != 0) {
		c := cause{Cause: failure.Cause{Code: "api_error"}, numbers: map[string]int{"http": apiErr.HTTP}}
		if apiErr.Status != withings.NoStatus {
			c.numbers["status"] = apiErr.Status
		}
		c.Text = withings.Summary(apiErr)
		return c
	}
	return cause{Cause: failure.CauseOf(err)}
}
