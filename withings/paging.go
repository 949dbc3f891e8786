// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"strconv"
)

// maxPages bounds one call: far more than any history needs.
const maxPages = 500

// page points at what paging reads and writes in a response.
type page[R any] struct {
	rows   *List[R]
	more   *Flag
	offset *Int
}

// fetchPages requests pages, from an offset on, until there are no more. Only
// one page is held at a time, because together they can be the history of many
// years. Rows that move between two pages while data arrive come twice. In each
// page, Offset is where the next one begins, without a value in the last; More
// is true in the last one when the cloud reports more but makes no progress.
// After an error there are no more pages.
func fetchPages[A, R any](
	ctx context.Context, a *Account, service, action string, form url.Values, offset int64, open func(*A) page[R],
) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		for n := 1; ; n++ {
			next, isLast := nextPage(ctx, a, service, action, form, offset, n == maxPages, open, yield)
			if isLast {
				return
			}
			offset = next
		}
	}
}

// nextPage requests and yields one page, and reports where the next one begins
// and whether there is none.
func nextPage[A, R any](
	ctx context.Context, a *Account, service, action string, form url.Values, offset int64, isLast bool,
	open func(*A) page[R], yield func(A, error) bool,
) (next int64, ends bool) {
	var response A
	release, err := a.client.acquirePage(ctx)
	if err != nil {
		yield(response, err)
		return 0, true
	}
	defer release()
	if response, err = fetchPage[A](ctx, a, service, action, form, offset); err != nil {
		yield(response, err)
		return 0, true
	}
	is := open(&response)
	next, ends = is.next(offset)
	if ends = ends || isLast; ends {
		*is.offset = Int{}
	} else {
		*is.more = Flag{}
	}
	return next, !yield(response, nil) || ends
}

func fetchPage[A any](
	ctx context.Context, a *Account, service, action string, form url.Values, offset int64,
) (A, error) {
	if offset > 0 {
		form = maps.Clone(form)
		form.Set("offset", strconv.FormatInt(offset, 10))
	}
	return call[A](ctx, a, service, action, form)
}

// next is the offset of the page after the one at an offset, if there is one
// and the cloud makes progress.
func (p page[R]) next(at int64) (offset int64, isLast bool) {
	isLast = !p.more.True || len(*p.rows) == 0 || !p.offset.OK || p.offset.N <= at
	return p.offset.N, isLast
}

// Next is where the next page begins, and false in the last page.
func (m Measures) Next() (offset int64, more bool) { return m.Offset.N, m.Offset.OK }

// Next is where the next page begins, and false in the last page.
func (n Nights) Next() (offset int64, more bool) { return n.Offset.N, n.Offset.OK }

// Next is where the next page begins, and false in the last page.
func (a Activities) Next() (offset int64, more bool) { return a.Offset.N, a.Offset.OK }

// Next is where the next page begins, and false in the last page.
func (w Workouts) Next() (offset int64, more bool) { return w.Offset.N, w.Offset.OK }

// Next is where the next page begins, and false in the last page.
func (h HeartRecords) Next() (offset int64, more bool) { return h.Offset.N, h.Offset.OK }

// Next is where the next page begins, and false in the last page.
func (s SoundRecords) Next() (offset int64, more bool) { return s.Offset.N, s.Offset.OK }

// failed is the sequence of a call that fails before its first request.
func failed[A any](err error) iter.Seq2[A, error] {
	return func(yield func(A, error) bool) {
		var none A
		yield(none, err)
	}
}
