// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"

	"vitals2mqtt/withings"
)

// DecodeStages reads the stretches of sleep of some hours, of which the newest
// counts as the state: the one that ends last, of those the one that began
// last. The series comes after the night in one piece, so this is the last known
// state and never the present one. An empty series changes nothing.
func DecodeStages(g withings.Stages, o DecodeOptions) Batch {
	d := newDecoder(KindStage, withings.Flag{}, o)
	d.Records = make([]Record, 0, len(g.Series))
	for i := range g.Series {
		stretch := &g.Series[i]
		start, end := firstTime(stretch.Start), firstTime(stretch.End)
		switch {
		case end == 0:
			d.leaveOut(LeftOutNoTime, 0, start, *stretch)
		case end < start:
			d.leaveOut(LeftOutEndBeforeStart, 0, start, *stretch)
		default:
			d.decodeStretch(stretch, start, end)
		}
	}
	d.Records = distinctStretches(d.Records)
	return d.Batch
}

// compareStretches orders stretches by end, then by start; if two devices
// report the same stretch, the one with a known state wins.
func compareStretches(a, b *Record) int {
	if order := cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Start, b.Start)); order != 0 {
		return order
	}
	known := func(s *Record) int {
		s.interpretOnce(KindStage, nil)
		if s.Values[keyStage] == Text(unknownStage) {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(known(a), known(b)),
		cmp.Compare(a.Values[keyStage].String(), b.Values[keyStage].String()), cmp.Compare(a.Code, b.Code))
}

func (d *decoder) decodeStretch(stretch *withings.Stage, start, end int64) {
	device := newDeviceIDs(string(stretch.HashDeviceID))
	rec := Record{
		ID:     device.idOf(start),
		At:     end,
		Start:  start,
		Device: device.device,
		Model:  d.modelText(string(stretch.Model), stretch.ModelID),
	}
	if stretch.State.OK {
		rec.Fields = d.room(1)
		rec.addInt(FieldState, stretch.State.N)
		code := codeOfState(stretch.State.N)
		if code != 0 && !slices.Contains(stagesWithoutName(), code) && !d.isFuture(end) {
			d.reportUnknown(UnknownStage, code)
		}
	}
	d.add(rec)
}

// codeOfState is the number of a state without a name, 0 for one with a name.
func codeOfState(state int64) int64 {
	if state < 0 || state >= int64(len(stageClasses())) {
		return state
	}
	return 0
}

// distinctStretches leaves one record of each id, the one that counts.
func distinctStretches(records []Record) []Record {
	best := make(map[int64]int, len(records))
	distinct := records[:0]
	for i := range records {
		rec := &records[i]
		known, again := best[rec.ID]
		switch {
		case !again:
			best[rec.ID] = len(distinct)
			distinct = append(distinct, *rec)
		case compareStretches(rec, &distinct[known]) > 0:
			distinct[known] = *rec
		}
	}
	return sorted(distinct, compareStretches)
}

// newestStretches selects those that end and begin last: only they can count.
func newestStretches(_ *Store, _ Kind, stretches []Record, _ ApplyOptions) []bool {
	var newest *Record
	for i := range stretches {
		if rec := &stretches[i]; newest == nil ||
			cmp.Or(cmp.Compare(rec.At, newest.At), cmp.Compare(rec.Start, newest.Start)) > 0 {
			newest = rec
		}
	}
	needed := make([]bool, len(stretches))
	for i, rec := range stretches {
		needed[i] = rec.At == newest.At && rec.Start == newest.Start
	}
	return needed
}

// pruneStages leaves the newest stretch.
func pruneStages(_ collections, stretches map[int64]Record) {
	if len(stretches) < 2 {
		return
	}
	newest := sorted(slices.Collect(maps.Values(stretches)), compareStretches)
	id := newest[len(newest)-1].ID
	maps.DeleteFunc(stretches, func(other int64, _ Record) bool { return other != id })
}
