// SPDX-License-Identifier: MIT

package sensors

import (
	"fmt"
	"hash/fnv"
)

// LeftOutReason says why something in a response is not among the values.
type LeftOutReason string

// The reasons. Those from LeftOutSuperseded on are ordinary: nothing is wrong
// with the response.
const (
	// LeftOutInvalid is a row that is no object, or lacks the id of its kind.
	LeftOutInvalid LeftOutReason = "invalid"
	// LeftOutNoTime is a record without a usable time, such as a missing start or
	// one in milliseconds.
	LeftOutNoTime LeftOutReason = "no_time"
	// LeftOutNoDate is a day without a date.
	LeftOutNoDate LeftOutReason = "no_date"
	// LeftOutEndBeforeStart is a record that ends before it starts.
	LeftOutEndBeforeStart LeftOutReason = "end_before_start"
	// LeftOutFuture is a record more than a day ahead: a device's clock is wrong.
	LeftOutFuture LeftOutReason = "future"
	// LeftOutNoValue is a value that cannot be read, in a record that may have
	// others.
	LeftOutNoValue LeftOutReason = "no_value"
	// LeftOutUnknownPosition is a measure at a part of the body that cannot be
	// one.
	LeftOutUnknownPosition LeftOutReason = "unknown_position"
	// LeftOutTarget is a target where measurements were requested.
	LeftOutTarget LeftOutReason = "target"
	// LeftOutMeaningless is a measure type that never holds a value.
	LeftOutMeaningless LeftOutReason = "meaningless"

	// LeftOutSuperseded is the second source of one day, or a second value of one
	// quantity in a group.
	LeftOutSuperseded LeftOutReason = "superseded"
	// LeftOutApp is an app in the list of devices.
	LeftOutApp LeftOutReason = "app"
	// LeftOutAmbiguous may be another user's, LeftOutPolicy has another
	// attribution that the policy holds back.
	LeftOutAmbiguous LeftOutReason = "held_back_ambiguous"
	LeftOutPolicy    LeftOutReason = "held_back_policy"
)

// IsOrdinary reports whether a reason is no sign that something is wrong with
// the response.
func (r LeftOutReason) IsOrdinary() bool {
	switch r {
	case LeftOutSuperseded, LeftOutApp, LeftOutAmbiguous, LeftOutPolicy:
		return true
	case LeftOutInvalid, LeftOutNoTime, LeftOutNoDate, LeftOutEndBeforeStart, LeftOutFuture, LeftOutNoValue,
		LeftOutUnknownPosition, LeftOutTarget, LeftOutMeaningless:
	}
	return false
}

// LeftOut is something in a response that is not used.
type LeftOut struct {
	// ID is the same whenever the response repeats it, so that it counts once.
	ID uint64 `json:"id"`
	// Record is the id of its record, 0 for none.
	Record int64         `json:"record,omitempty"`
	Reason LeftOutReason `json:"reason"`
	// At is when it was measured, 0 when unknown, Received when the last response
	// with it arrived.
	At       int64 `json:"at,omitempty"`
	Received int64 `json:"received,omitempty"`
}

// CountLeftOut counts what was left out for a reason.
func CountLeftOut(list []LeftOut, reason LeftOutReason) int {
	count := 0
	for _, l := range list {
		if l.Reason == reason {
			count++
		}
	}
	return count
}

// leaveOut counts a record, or the part of it that detail names. A record
// without an id is recognized by its content; of several with the same
// content, each counts.
func (d *decoder) leaveOut(reason LeftOutReason, record, at int64, detail any) {
	left := LeftOut{Record: record, Reason: reason, At: at, Received: d.receivedAt()}
	for again := 0; ; again++ {
		left.ID = fingerprint(record, reason, detail, again)
		if !d.seenLeftOut[left.ID] {
			break
		}
		if record != 0 {
			return // another version of the same record
		}
	}
	if d.seenLeftOut == nil {
		d.seenLeftOut = map[uint64]bool{}
	}
	d.seenLeftOut[left.ID] = true
	d.LeftOut = append(d.LeftOut, left)
}

// fingerprint identifies what is left out without keeping what it holds.
func fingerprint(parts ...any) uint64 {
	hash := fnv.New64a()
	_, _ = fmt.Fprintf(hash, "%v", parts)
	return hash.Sum64()
}

// checkSpan returns why a record with an id, a start and an end cannot be used,
// "" if it can.
func checkSpan(hasID bool, start, end int64) LeftOutReason {
	switch {
	case !hasID:
		return LeftOutInvalid
	case start == 0 || end == 0:
		return LeftOutNoTime
	case end < start:
		return LeftOutEndBeforeStart
	}
	return ""
}
