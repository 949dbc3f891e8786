// SPDX-License-Identifier: MIT

package mirror

import (
	"errors"
	"time"
)

const (
	// firstWait is how long the first failure pauses sending; the wait doubles with
	// each that follows.
	firstWait = 5 * time.Second
	// longestWait bounds the waits after what may pass by itself, and setupWait is
	// for what somebody must correct.
	longestWait = 5 * time.Minute
	setupWait   = 15 * time.Minute
	// waitSpread is the part of a wait that is random.
	waitSpread = 0.2
)

// backoff is how long to wait after a number of failures in a row.
func backoff(err error, failures int) time.Duration {
	r, refused := errors.AsType[*refusal](err)
	longest := longestWait
	if refused && r.class != classTemporary {
		longest = setupWait
	}
	wait := firstWait
	for range failures - 1 {
		if wait *= 2; wait >= longest {
			wait = longest
			break
		}
	}
	if refused {
		wait = max(wait, r.wait)
	}
	return wait
}
