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

// page points at what paging reads of a response, and writes in the last one.
type page[R any] struct {
	rows   *List[R]
	more   *Flag
	offset *Int
}

// collectPages requests pages until there are no more. It returns the last
// response with the rows of all of them, each once and in the cloud's order;
// more is still true when they are not complete.
func collectPages[A, R any, K comparable](
	ctx context.Context, a *Account, service, action string, form url.Values,
	open func(*A) page[R], identify func(R) identity[K],
) (A, error) {
	var none, last A
	var all pagedRows[R]
	complete, err := fetchPages(ctx, a, service, action, form, func(response A) page[R] {
		last = response
		part := open(&last)
		all.add(*part.rows)
		return part
	})
	if err != nil {
		return none, err
	}
	whole := open(&last)
	*whole.rows = dedupeRows(all, identify)
	*whole.more = Flag{True: !complete, OK: true}
	return last, nil
}

// fetchPages requests pages until there are no more. complete is false when the
// cloud reports more but makes no progress.
func fetchPages[A, R any](
	ctx context.Context, a *Account, service, action string, form url.Values, take func(A) page[R],
) (complete bool, err error) {
	var at int64
	for range maxPages {
		response, err := call[A](ctx, a, service, action, form)
		if err != nil {
			return false, err
		}
		got := take(response)
		switch {
		case !got.more.True:
			return true, nil
		case len(*got.rows) == 0 || !got.offset.OK || got.offset.N <= at:
			return false, nil
		}
		at = got.offset.N
		form = maps.Clone(form)
		form.Set("offset", strconv.FormatInt(at, 10))
	}
	return false, nil
}

// pagedRows holds the rows of all pages, and where each page ends. The rows are
// kept once, because they can be the history of many years.
type pagedRows[R any] struct {
	rows []R
	ends []int
}

func (p *pagedRows[R]) add(page []R) {
	if len(p.rows) == 0 {
		p.rows = page // most responses are one page: nothing is copied
	} else {
		p.rows = append(p.rows, page...)
	}
	p.ends = append(p.ends, len(p.rows))
}

// all lists every row with the number of its page.
func (p *pagedRows[R]) all() iter.Seq2[int, R] {
	return func(yield func(int, R) bool) {
		start := 0
		for page, end := range p.ends {
			for _, row := range p.rows[start:end] {
				if !yield(page, row) {
					return
				}
			}
			start = end
		}
	}
}

// identity identifies a row. Of rows with one key the newest counts; modified
// is 0 where a service does not return it. Rows without a key all count.
type identity[K comparable] struct {
	key      K
	hasKey   bool
	modified int64
}

// byID is the identity of rows that the cloud numbers.
func byID(id, modified Int) identity[int64] { return identity[int64]{id.N, id.OK, modified.N} }

// dedupeRows drops what shifting pages delivered twice: of rows with one key
// those modified last stay, from the last page that has them. Rows without a
// key and rows that one page lists side by side are kept. It reuses the memory
// of the pages.
func dedupeRows[R any, K comparable](p pagedRows[R], identify func(R) identity[K]) []R {
	type version struct {
		modified int64
		page     int
	}
	best := make(map[K]version, len(p.rows))
	for page, row := range p.all() {
		id := identify(row)
		have, seen := best[id.key]
		if id.hasKey && (!seen || id.modified > have.modified || (id.modified == have.modified && page > have.page)) {
			best[id.key] = version{id.modified, page}
		}
	}
	kept := p.rows[:0]
	for page, row := range p.all() {
		if is := identify(row); !is.hasKey || best[is.key] == (version{is.modified, page}) {
			kept = append(kept, row)
		}
	}
	clear(p.rows[len(kept):])
	return kept
}
