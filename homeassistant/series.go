// SPDX-License-Identifier: MIT

package homeassistant

import (
	"context"
	"time"
)

// Mode is where statistics go.
type Mode string

// The modes of an import.
const (
	// ModeEntity puts measurements before what Home Assistant has recorded of the
	// entity itself. Totals become external statistics.
	ModeEntity Mode = "entity"
	// ModeExternal makes statistics of their own, beside the entities.
	ModeExternal Mode = "external"
)

// source is the first part of the ids of external statistics.
const source = "vitals2mqtt"

// ExternalID is the id of a profile's external statistic.
func ExternalID(slug, key string) string { return source + ":" + slug + "_" + key }

// Series is a key whose past can be imported.
type Series struct {
	Key string
	// Name is what an external statistic is called.
	Name string
	// UniqueID is that of the entity, ExternalID that of the external statistic.
	UniqueID, ExternalID string
	// Unit is as Home Assistant spells it, "" for none.
	Unit string
	// Total is for totals of a day, false for measurements.
	Total bool
}

// Source is the past of a profile. Points are oldest first; a key that the
// archive does not have has none.
type Source interface {
	// Hours returns the hours in which something was measured, in UTC.
	Hours(ctx context.Context, key string) ([]Point, error)
	// Days returns the totals of the days of the person.
	Days(ctx context.Context, key string) ([]Point, error)
}

// Job is what to import, or to remove.
type Job struct {
	Mode   Mode
	Series []Series
	// Since is the first hour, the zero time for all.
	Since time.Time
	// Hold repeats a measurement in the hours after it, for so long.
	Hold time.Duration
	// DryRun changes nothing.
	DryRun bool
	// Progress is told after each step, with the number of rows so far; nil for
	// nobody.
	Progress func(key string, done, total int)
	// Finished is told after each series; nil for nobody.
	Finished func()
}

func (j Job) progress(key string, done, total int) {
	if j.Progress != nil {
		j.Progress(key, done, total)
	}
}

func (j Job) finished() {
	if j.Finished != nil {
		j.Finished()
	}
}

// Outcome is what became of a key.
type Outcome struct {
	Key string `json:"key"`
	// StatisticID is where the rows went, "" when it was not found.
	StatisticID string `json:"statistic_id,omitempty"`
	// Skipped says why nothing was done, "" when something was.
	Skipped string `json:"skipped,omitempty"`
	// Planned are the hours of the archive that can be written, Present those that
	// Home Assistant had, Sent and Found those that were sent and then read back.
	Planned int `json:"planned"`
	Present int `json:"present"`
	Sent    int `json:"sent"`
	Found   int `json:"found"`
	// Removed are the hours that were deleted, or would be.
	Removed int `json:"removed,omitempty"`
	// First and Last are the hours at both ends, nil without any.
	First *time.Time `json:"first,omitempty"`
	Last  *time.Time `json:"last,omitempty"`
}
