// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"errors"
	"iter"
	"net/url"
	"strconv"
	"time"
)

// maxSpan is the widest range that services without paging return reliably.
const maxSpan = 24 * time.Hour

// errReversedRange keeps the empty response to a wrong request from passing for
// "everything was deleted".
var errReversedRange = errors.New("range end is before its start")

// Measures fetches the measure groups (no goals) that were created or modified
// since then, page by page; the zero time fetches all there are, the newest
// first. It begins at an offset, 0 for the first page: see fetchPages about the
// order and the end of the pages of all services.
func (a *Account) Measures(ctx context.Context, since time.Time, offset int64) iter.Seq2[Measures, error] {
	form := url.Values{"category": {"1"}}
	if at := since.Unix(); at > 0 {
		form.Set("lastupdate", strconv.FormatInt(at, 10))
	}
	return fetchMeasures(ctx, a, form, offset)
}

// MeasuresBetween fetches the measure groups (no goals) that were measured
// between two moments, both included, whenever they reached the cloud. What is
// known but absent from all pages was deleted, unless More is true in the last:
// then they are not complete. A range that ends before it begins is an error.
func (a *Account) MeasuresBetween(ctx context.Context, from, to time.Time) iter.Seq2[Measures, error] {
	form := url.Values{"category": {"1"}}
	if err := setTimeRange(form, from, to); err != nil {
		return failed[Measures](err)
	}
	return fetchMeasures(ctx, a, form, 0)
}

func fetchMeasures(ctx context.Context, a *Account, form url.Values, offset int64) iter.Seq2[Measures, error] {
	return fetchPages(ctx, a, "measure", "getmeas", form, offset,
		func(m *Measures) page[Group] { return page[Group]{&m.Groups, &m.More, &m.Offset} })
}

// setSince selects what was created or modified since then, and everything for
// the zero time.
func setSince(form url.Values, since time.Time) {
	form.Set("lastupdate", strconv.FormatInt(max(1, since.Unix()), 10))
}

// setTimeRange selects a range of moments.
func setTimeRange(form url.Values, from, to time.Time) error {
	start, end := max(1, from.Unix()), to.Unix()
	if end < start {
		return errReversedRange
	}
	form.Set("startdate", strconv.FormatInt(start, 10))
	form.Set("enddate", strconv.FormatInt(end, 10))
	return nil
}

// setDateRange selects a range of calendar days: those of the two moments where
// they are, because the cloud compares them with the local days of its rows.
func setDateRange(form url.Values, from, to time.Time) error {
	first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
	if last < first {
		return errReversedRange
	}
	form.Set("startdateymd", first)
	form.Set("enddateymd", last)
	return nil
}

// splitRange cuts a range into parts that the cloud returns completely.
func splitRange(from, to time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(start, end time.Time) bool) {
		for start := from; start.Before(to); start = start.Add(maxSpan) {
			end := start.Add(maxSpan)
			if end.After(to) {
				end = to
			}
			if !yield(start, end) {
				return
			}
		}
	}
}
