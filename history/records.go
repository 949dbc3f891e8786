// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// Filter selects stored records.
type Filter struct {
	User string
	// Kinds and Keys are all when empty.
	Kinds []sensors.Kind
	Keys  []string
	// From and To bound the time: From ≤ t < To. The zero time is no bound.
	From, To time.Time
	// Held includes what the attribution policy holds back.
	Held bool
	// MainSleep leaves out the sleep that is not the night of its date: naps, and
	// what a second device recorded of the same sleep.
	MainSleep bool
}

// pageSize is how many records are read at once.
const pageSize = 256

// Records returns stored records, interpreted, oldest first; removed ones never.
// It reads a page at a time, so that the archive may be used meanwhile. Raw is
// not read.
func (r recordReader) Records(ctx context.Context, f Filter) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		account, kinds, err := r.storedKinds(ctx, f)
		if err != nil {
			yield(Stored{}, err)
			return
		}
		var sources []*source
		for _, kind := range kinds {
			sources = append(sources, &source{archive: r, account: account, kind: kind, filter: f})
		}
		for {
			next, err := oldest(ctx, sources)
			if err != nil || next == nil {
				if err != nil {
					yield(Stored{}, err)
				}
				return
			}
			if !yield(next.take(), nil) {
				return
			}
		}
	}
}

// storedKinds lists the kinds that the account has and the filter selects.
func (r recordReader) storedKinds(ctx context.Context, f Filter) (account int64, kinds []sensors.Kind, err error) {
	err = r.db.read(ctx, "reading the records", func(db *sql.DB) error {
		if account, err = findAccount(ctx, pool{db}, f.User); err != nil {
			return err
		}
		names, err := texts(ctx, pool{db}, `SELECT DISTINCT kind FROM series WHERE account = ? ORDER BY kind`, account)
		kinds = nil
		for _, name := range names {
			if kind := sensors.Kind(name); len(f.Kinds) == 0 || slices.Contains(f.Kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
		return err
	})
	return account, kinds, err
}

// source reads the records of one kind in pages.
type source struct {
	archive recordReader
	account int64
	kind    sensors.Kind
	filter  Filter
	page    []Stored
	begun   bool
	done    bool
	at, row int64 // of the last record
}

// oldest returns the source with the oldest record, nil when all are at their
// end.
func oldest(ctx context.Context, sources []*source) (first *source, err error) {
	for _, s := range sources {
		if err := s.fill(ctx); err != nil {
			return nil, err
		}
		if len(s.page) > 0 && (first == nil || s.page[0].Time() < first.page[0].Time()) {
			first = s
		}
	}
	return first, nil
}

func (s *source) take() Stored {
	rec := s.page[0]
	s.page = s.page[1:]
	return rec
}

// fill reads the next page when there is none.
func (s *source) fill(ctx context.Context) (err error) {
	if len(s.page) > 0 || s.done {
		return nil
	}
	where, args := s.conditions()
	s.page, err = s.archive.storedPage(ctx, where+fmt.Sprintf(` ORDER BY %s, r.id LIMIT %d`, s.order(), pageSize), args)
	if err != nil {
		return err
	}
	s.begun, s.done = true, len(s.page) < pageSize
	if n := len(s.page); n > 0 {
		s.at, s.row = s.page[n-1].Time(), s.page[n-1].row
	}
	return nil
}

// order is the SQL of Stored.Time.
func (s *source) order() string {
	if s.kind == sensors.KindDays {
		return `coalesce(nullif(r.start, 0), r.at)`
	}
	return `r.at`
}

// conditions are those of the filter, and that the records come after the last
// one.
func (s *source) conditions() (where string, args []any) {
	f, at := s.filter, s.order()
	where = `r.account = ? AND r.kind = ? AND r.deleted_at IS NULL AND NOT r.pending`
	args = []any{s.account, string(s.kind)}
	if !f.From.IsZero() {
		where, args = where+` AND `+at+` >= ?`, append(args, unixCeiling(f.From))
	}
	if !f.To.IsZero() {
		where, args = where+` AND `+at+` < ?`, append(args, unixCeiling(f.To))
	}
	if !f.Held {
		where += ` AND ` + notHeld
	}
	if f.MainSleep && s.kind == sensors.KindNights {
		where += ` AND r.part = 'night'`
	}
	if f.MainSleep && s.kind == sensors.KindSeries {
		where += ` AND EXISTS (SELECT 1 FROM record AS night WHERE night.account = r.account
			AND night.kind = 'nights' AND night.cloud_id = r.cloud_id
			AND night.part = 'night' AND night.deleted_at IS NULL)`
	}
	if len(f.Keys) > 0 {
		where += ` AND EXISTS (SELECT 1 FROM value JOIN series ON series.id = value.series
			WHERE value.record = r.id AND series.key IN (` + marks(len(f.Keys)) + `))`
		for _, key := range f.Keys {
			args = append(args, key)
		}
	}
	if s.begun {
		where, args = where+` AND (`+at+`, r.id) > (?, ?)`, append(args, s.at, s.row)
	}
	return where, args
}

// notHeld is the condition of records that the attribution policy does not hold
// back.
const notHeld = `(r.attribution IS NULL OR r.attribution NOT IN (SELECT attribution FROM held))`

// marks are so many parameters.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// Changed returns the records that changed after a sequence number, in the
// order of their changes, those that were removed with Record.Deleted set. What
// the attribution policy holds back is left out.
func (r recordReader) Changed(ctx context.Context, user string, after int64) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		where := fmt.Sprintf(`r.account = (SELECT id FROM account WHERE user_id = ?)
			AND r.sequence > ? AND NOT r.pending AND %s ORDER BY r.sequence LIMIT %d`, notHeld, pageSize)
		var err error
		for more := true; more && err == nil; {
			var page []Stored
			page, err = r.storedPage(ctx, where, []any{user, after})
			for _, rec := range page {
				if !yield(rec, nil) {
					return
				}
				after = rec.Sequence
			}
			more = len(page) == pageSize
		}
		if err != nil {
			yield(Stored{}, err)
		}
	}
}
