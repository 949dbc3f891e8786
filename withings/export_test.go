package withings

import "time"

// Wait sets how long a request delays the other requests of its account.
func (a *Account) Wait(d time.Duration) { a.queue.maxHold = d }
