package withings

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// stagesSpan is the widest range that the cloud answers reliably.
const stagesSpan = 24 * time.Hour

// Measures fetches the measure groups (no goals) that were created or modified
// since then; the zero time fetches all there are. The groups come in the cloud's
// order, each once.
func (a *Account) Measures(ctx context.Context, since time.Time) (Measures, error) {
	form := url.Values{"category": {"1"}}
	if at := since.Unix(); at > 0 {
		form.Set("lastupdate", strconv.FormatInt(at, 10))
	}
	var all Measures
	var sheets []sheet[Group]
	number := 0
	complete, err := pages(ctx, a, "measure", "getmeas", form, func(m Measures) page {
		for _, g := range m.Groups {
			sheets = append(sheets, sheet[Group]{g, number})
		}
		number++
		all.UpdateTime, all.Timezone, all.Offset = m.UpdateTime, m.Timezone, m.Offset
		return page{rows: len(m.Groups), more: m.More, offset: m.Offset}
	})
	if err != nil {
		return Measures{}, err
	}
	all.Groups = newest(sheets, func(g Group) (Int, Int) { return g.ID, g.Modified })
	all.More = Flag{True: !complete, OK: true}
	return all, nil
}

// Nights fetches the sleep summaries, with every field by name, that were created
// or modified since then; the zero time fetches all there are.
func (a *Account) Nights(ctx context.Context, since time.Time) (Nights, error) {
	form := url.Values{
		"data_fields": {nightFields},
		"lastupdate":  {strconv.FormatInt(max(1, since.Unix()), 10)},
	}
	var all Nights
	var sheets []sheet[Night]
	number := 0
	complete, err := pages(ctx, a, "v2/sleep", "getsummary", form, func(n Nights) page {
		for _, night := range n.Series {
			sheets = append(sheets, sheet[Night]{night, number})
		}
		number++
		all.Offset = n.Offset
		return page{rows: len(n.Series), more: n.More, offset: n.Offset}
	})
	if err != nil {
		return Nights{}, err
	}
	all.Series = newest(sheets, func(n Night) (Int, Int) { return n.ID, n.Modified })
	all.More = Flag{True: !complete, OK: true}
	return all, nil
}

// Stages fetches the sleep stages with all their series between two moments,
// sorted by their start. Long ranges are asked for day by day.
func (a *Account) Stages(ctx context.Context, from, to time.Time) (Stages, error) {
	var all Stages
	for start := from; start.Before(to); start = start.Add(stagesSpan) {
		end := start.Add(stagesSpan)
		if end.After(to) {
			end = to
		}
		chunk, err := a.chunk(ctx, start, end)
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

// chunk asks for one range, and for its halves when the cloud finds it too wide.
func (a *Account) chunk(ctx context.Context, from, to time.Time) (Stages, error) {
	whole, err := a.stages(ctx, from, to)
	if ClassOf(err) != Params {
		return whole, err
	}
	middle := from.Add(to.Sub(from) / 2)
	first, err := a.stages(ctx, from, middle)
	if err != nil {
		return Stages{}, err
	}
	second, err := a.stages(ctx, middle, to)
	return joinStages(first, second), err
}

func (a *Account) stages(ctx context.Context, from, to time.Time) (Stages, error) {
	return call[Stages](ctx, a, "v2/sleep", "get", url.Values{
		"startdate": {strconv.FormatInt(from.Unix(), 10)}, "enddate": {strconv.FormatInt(to.Unix(), 10)},
		"data_fields": {stageFields},
	})
}

func joinStages(first, second Stages) Stages {
	if second.Model.OK {
		first.Model = second.Model
	}
	first.Series = append(first.Series, second.Series...)
	return first
}
