package withings

import (
	"context"
	"maps"
	"net/url"
	"strconv"
)

// maxPages bounds one question: far more than anybody's lifetime needs.
const maxPages = 500

// page is what paging must know about an answer.
type page struct {
	rows   int
	more   Flag
	offset Int
}

// pages asks until the cloud has no more. It stops with complete false when the
// cloud says that there is more but does not get on.
func pages[T any](
	ctx context.Context, a *Account, service, action string, form url.Values, take func(T) page,
) (complete bool, err error) {
	var at int64
	for range maxPages {
		answer, err := call[T](ctx, a, service, action, form)
		if err != nil {
			return false, err
		}
		got := take(answer)
		switch {
		case !got.more.True:
			return true, nil
		case got.rows == 0 || !got.offset.OK || got.offset.N <= at:
			return false, nil
		}
		at = got.offset.N
		form = maps.Clone(form)
		form.Set("offset", strconv.FormatInt(at, 10))
	}
	return false, nil
}

// sheet is a row and the page it came on.
type sheet[T any] struct {
	row  T
	page int
}

// newest drops what shifting pages delivered twice: of rows with one id those
// modified last stay, from the last page that has them. Rows without an id and
// rows that one page lists side by side are kept.
func newest[T any](sheets []sheet[T], key func(T) (id, modified Int)) []T {
	type version struct {
		modified int64
		page     int
	}
	best := make(map[int64]version, len(sheets))
	for _, s := range sheets {
		id, modified := key(s.row)
		have, known := best[id.N]
		if id.OK && (!known || modified.N > have.modified || (modified.N == have.modified && s.page > have.page)) {
			best[id.N] = version{modified.N, s.page}
		}
	}
	rows := make([]T, 0, len(sheets))
	for _, s := range sheets {
		id, modified := key(s.row)
		if !id.OK || best[id.N] == (version{modified.N, s.page}) {
			rows = append(rows, s.row)
		}
	}
	return rows
}
