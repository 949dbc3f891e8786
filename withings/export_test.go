// SPDX-License-Identifier: MIT

package withings

import "time"

// HoldFor sets how long a request holds other requests back.
func (c *Client) HoldFor(d time.Duration) { c.throttle.maxHold = d }

// ErrTooLarge exports errTooLarge.
var ErrTooLarge = errTooLarge
