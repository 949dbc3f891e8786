// SPDX-License-Identifier: MIT

package sensors

import "time"

// Source is where a record comes from.
type Source string

// The sources of records.
const (
	SourceCloud        Source = "cloud"        // a response of the Withings API
	SourceNotification Source = "notification" // only a notification reports it
	SourceImport       Source = "import"       // a file of the user's
)

// Cursor is where the reading of an endpoint stopped.
type Cursor struct {
	// Since is the newest modification seen, by the cloud's clock.
	Since time.Time
	// Backfilled says that the whole history was read once: only later records are
	// new.
	Backfilled bool
	// Offset is where to continue a history of several pages that was
	// interrupted; 0 for its beginning.
	Offset int64
	// RereadAt is when the recent past was last reread.
	RereadAt time.Time
}

// Ref names a record of an account. IDs are unique within a kind.
type Ref struct {
	Kind Kind
	ID   int64
}

// KindRecord is a record with its kind.
type KindRecord struct {
	Kind Kind
	Record
}

// Changes are what a batch changes in an archive.
type Changes struct {
	Kind Kind
	// Put are the new records and the new versions of known ones, with the time they
	// were first received. They need not be interpreted: see Record.Values. They can
	// be the records of the batch themselves, in the same memory.
	Put []Record
	// Gone are the records that are no longer there, as they were.
	Gone []Record
	// News names those of Put that may deserve an event: never seen before, and
	// created since the cursor.
	News []int64
	// Read are the ids of all records of the batch.
	Read []int64
	// Complete is true for a batch that covers a range.
	Complete bool
	// Confirmed is a span of time of which such a batch lists every known record
	// that counts as part of it; nil when it lists less, and for other batches.
	Confirmed *Range
	// Rejected is true when the batch was complete and would have removed so much
	// that a second one must confirm it. Then nothing is changed.
	Rejected bool
	// Batch is what was applied, without its records.
	Batch Batch
}

// Known is what an archive answers while a batch is applied.
type Known interface {
	// Records returns the records with these ids, also those that were removed
	// (Record.Deleted). Ids that were never seen are missing.
	Records(kind Kind, ids []int64) (map[int64]Record, error)
	// Within returns the records of a kind measured in a range, both ends
	// included, those that were removed excepted.
	Within(kind Kind, in Range) ([]Record, error)
	// HasMadeUp reports whether any record of a kind has an id that is made up, as
	// all imported ones have.
	HasMadeUp(kind Kind) (bool, error)
}

// Window says which records of a kind the current readings depend on. A record
// that one of the rules names is part of it. Records that were removed or are
// pending never are, and those that the attribution policy holds back only by
// Held.
type Window struct {
	Kind Kind
	// Newest is how many of the newest records, by Record.At, days by their date.
	Newest int
	// PerField is how many of the newest records with each field and position.
	PerField int
	// Together are fields that mean something together: PerField of the newest
	// records that have all fields of a list, for the whole body.
	Together [][]string
	// PerDevice is how many of the newest records of each device.
	PerDevice int
	// Night selects the sessions with the date of the newest night; see
	// PartsOfNights.
	Night bool
	// Held is how many of the newest records that the policy holds back.
	Held int
	// Field and Days select the records with this field in as many days before the
	// newest of them, and one more. Those that nothing else selects come with this
	// field alone.
	Field string
	Days  int
}

// Progress is the cursor of an endpoint after a step.
type Progress struct {
	Endpoint Endpoint // "" for none
	Cursor   Cursor
}
