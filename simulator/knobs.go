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
	// Notify is about notifications.
	Notify notify.Knobs
}
