package withings

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Nights fetches the sleep summaries, with every field by name, that were
// created or modified since then; the zero time fetches all there are. More is
// true in the response when it is not complete.
func (a *Account) Nights(ctx context.Context, since time.Time) (Nights, error) {
	form := url.Values{"data_fields": {nightFields}}
	setSince(form, since)
	return fetchNights(ctx, a, form)
}

// NightsBetween fetches the sleep summaries, with every field by name, of the
// nights and naps that ended between two days, both included: the calendar days
// of from and to in their own locations. What is known but absent from it was
// deleted, provided that More is not true in the response: then it is not
// complete. A range that ends before it begins is an error.
func (a *Account) NightsBetween(ctx context.Context, from, to time.Time) (Nights, error) {
	form := url.Values{"data_fields": {nightFields}}
	if err := setDateRange(form, from, to); err != nil {
		return Nights{}, err
	}
	return fetchNights(ctx, a, form)
}

func fetchNights(ctx context.Context, a *Account, form url.Values) (Nights, error) {
	return collectPages(ctx, a, "v2/sleep", "getsummary", form,
		func(n *Nights) page[Night] { return page[Night]{&n.Series, &n.More, &n.Offset} },
		func(n Night) identity[int64] { return byID(n.ID, n.Modified) })
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
	seen := make(map[string]bool, len(all.Series))
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
