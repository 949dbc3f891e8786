// SPDX-License-Identifier: MIT

package simulator

import "vitals2mqtt/simulator/notify"

// Knobs choose what the original leaves open; the zero value is the likeliest
// behaviour.
type Knobs struct {
	// Prescribed gives mats what needs a prescription: breathing events, and
	// sounds other than snoring.
	Prescribed bool
	// PerMinute is the limit of API requests in a sliding minute; 0 = 120,
	// negative = none.
	PerMinute int
	// Strict refuses what the original takes although it does not document it:
	// the access token as a parameter, token calls with their parameters in the
	// query, forms without a Content-Type, and more than one change in a notify
	// update.
	Strict bool
	// Notify is about notifications.
	Notify notify.Knobs
}
