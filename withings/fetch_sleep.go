// SPDX-License-Identifier: MIT

package withings

import (
	"cmp"
	"context"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Nights fetches the sleep summaries, with every field by name, that were
// created or modified since then, page by page from an offset; the zero time
// fetches all there are. Those that changed last come last.
func (a *Account) Nights(ctx context.Context, since time.Time, offset int64) iter.Seq2[Nights, error] {
	form := url.Values{"data_fields": {nightFields}}
	setSince(form, since)
	return fetchNights(ctx, a, form, offset)
}

// NightsBetween fetches the sleep summaries, with every field by name, of the
// nights and naps that ended between two days, both included: the calendar days
// of from and to in their own locations. What is known but absent from all pages
// was deleted, unless More is true in the last: then they are not complete. A
// range that ends before it begins is an error.
func (a *Account) NightsBetween(ctx context.Context, from, to time.Time) iter.Seq2[Nights, error] {
	form := url.Values{"data_fields": {nightFields}}
	if err := setDateRange(form, from, to); err != nil {
		return failed[Nights](err)
	}
	return fetchNights(ctx, a, form, 0)
}

func fetchNights(ctx context.Context, a *Account, form url.Values, offset int64) iter.Seq2[Nights, error] {
	return fetchPages(ctx, a, "v2/sleep", "getsummary", form, offset,
		func(n *Nights) page[Night] { return page[Night]{&n.Series, &n.More, &n.Offset} })
}

// Stages fetches the sleep stages between two moments, sorted by their start,
// with the series that fields names: hr, rr, snoring, sdnn_1, rmssd,
// hrv_quality, mvt_score, chest_movement_rate, withings_index,
// breathing_sounds. Without any the stages are bare and the response is small.
// Every day of the range is a request.
func (a *Account) Stages(ctx context.Context, from, to time.Time, fields ...string) (Stages, error) {
	var all Stages
	for start, end := range splitRange(from, to) {
		chunk, err := fetchStageChunk(ctx, a, start, end, fields)
		if err != nil {
			return Stages{}, err
		}
		all = joinStages(all, chunk)
	}
	seen := make(map[stageKey]bool, len(all.Series))
	all.Series = slices.DeleteFunc(all.Series, func(s Stage) bool {
		key := s.key()
		again := seen[key]
		seen[key] = true
		return again
	})
	slices.SortStableFunc(all.Series, func(a, b Stage) int { return cmp.Compare(a.Start.N, b.Start.N) })
	return all, nil
}

// fetchStageChunk requests one range, or its halves when the cloud finds
// it too wide.
func fetchStageChunk(ctx context.Context, a *Account, from, to time.Time, fields []string) (Stages, error) {
	whole, err := fetchStages(ctx, a, from, to, fields)
	if ClassOf(err) != Params {
		return whole, err
	}
	middle := from.Add(to.Sub(from) / 2)
	first, err := fetchStages(ctx, a, from, middle, fields)
	if err != nil {
		return Stages{}, err
	}
	second, err := fetchStages(ctx, a, middle, to, fields)
	return joinStages(first, second), err
}

func fetchStages(ctx context.Context, a *Account, from, to time.Time, fields []string) (Stages, error) {
	form := url.Values{
		"startdate": {strconv.FormatInt(from.Unix(), 10)}, "enddate": {strconv.FormatInt(to.Unix(), 10)},
	}
	if len(fields) > 0 {
		form.Set("data_fields", strings.Join(fields, ","))
	}
	return call[Stages](ctx, a, "v2/sleep", "get", form)
}

func joinStages(first, second Stages) Stages {
	if second.Model.OK {
		first.Model = second.Model
	}
	first.Series = append(first.Series, second.Series...)
	return first
}
