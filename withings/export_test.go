package withings

import "time"

// Wait has a request that is under way keep the account's others back for so
// long.
func (a *Account) Wait(d time.Duration) { a.queue.maxHold = d }
