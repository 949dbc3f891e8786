// SPDX-License-Identifier: MIT

package bridge

import (
	"hash/maphash"
	"time"

	"vitals2mqtt/sensors"
)

// settledFor is how long a response is recognized. Then it is applied again, so
// that whatever was overlooked does not last.
const settledFor = time.Hour

// settledResponses recognizes the responses that change nothing, because the
// last response of their endpoint said the same and changed nothing, and no
// record has changed since. A poll without anything new has only such responses.
// The lock of the poller guards it.
type settledResponses struct {
	seed maphash.Seed
	last map[sensors.Endpoint]settledResponse
}

// settledResponse is a response that changed nothing.
type settledResponse struct {
	digest    uint64
	confirmed *sensors.Range // see sensors.Changes
	at        time.Time
}

func newSettledResponses() settledResponses {
	return settledResponses{seed: maphash.MakeSeed(), last: map[sensors.Endpoint]settledResponse{}}
}

// digest is what a batch is recognized by.
func (s *settledResponses) digest(batch sensors.Batch) uint64 { return batch.Digest(s.seed) }

// has reports whether to apply a batch would change nothing.
func (s *settledResponses) has(e sensors.Endpoint, batch sensors.Batch, digest uint64, now time.Time) bool {
	last := s.last[e]
	if last.digest != digest || now.Before(last.at) || now.Sub(last.at) >= settledFor {
		return false
	}
	if batch.Range == nil {
		return true
	}
	// Of a range that moves on, every known record is listed all the same.
	return last.confirmed != nil && !batch.Range.From.Before(last.confirmed.From) &&
		!batch.Range.To.After(last.confirmed.To)
}

// add records a response that changed nothing.
func (s *settledResponses) add(e sensors.Endpoint, digest uint64, confirmed *sensors.Range, now time.Time) {
	s.last[e] = settledResponse{digest, confirmed, now}
}

// clear forgets all of them, because records have changed.
func (s *settledResponses) clear() { clear(s.last) }
