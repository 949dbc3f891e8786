// SPDX-License-Identifier: MIT

package withings

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"time"
)

// HeartRecords fetches the list of ECGs since then, without their samples, page
// by page from an offset; the zero time fetches all there are.
func (a *Account) HeartRecords(ctx context.Context, from time.Time, offset int64) iter.Seq2[HeartRecords, error] {
	return fetchPages(ctx, a, "v2/heart", "list", startDateForm(from), offset,
		func(h *HeartRecords) page[HeartRecord] { return page[HeartRecord]{&h.Series, &h.More, &h.Offset} })
}

// HeartSignal fetches the samples of one ECG by the signal id that HeartRecords
// lists.
func (a *Account) HeartSignal(ctx context.Context, id int64) (HeartSignal, error) {
	return call[HeartSignal](ctx, a, "v2/heart", "get", url.Values{"signalid": {strconv.FormatInt(id, 10)}})
}

// SoundRecords fetches the list of recordings of a stethoscope since then,
// without the sound, page by page from an offset; the zero time fetches all
// there are.
func (a *Account) SoundRecords(ctx context.Context, from time.Time, offset int64) iter.Seq2[SoundRecords, error] {
	return fetchPages(ctx, a, "v2/stetho", "list", startDateForm(from), offset,
		func(s *SoundRecords) page[SoundRecord] { return page[SoundRecord]{&s.Series, &s.More, &s.Offset} })
}

func startDateForm(from time.Time) url.Values {
	form := url.Values{}
	if at := from.Unix(); at > 0 {
		form.Set("startdate", strconv.FormatInt(at, 10))
	}
	return form
}
