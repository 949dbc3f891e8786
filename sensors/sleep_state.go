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
	for _, stretch := range g.Series {
		start, end := firstTime(stretch.Start), firstTime(stretch.End)
		switch {
		case end == 0:
			d.leaveOut(LeftOutNoTime, 0, start, stretch)
		case end < start:
			d.leaveOut(LeftOutEndBeforeStart, 0, start, stretch)
		default:
			d.decodeStretch(stretch, start, end)
		}
	}
	d.Records = distinctStretches(d.Records)
	return d.Batch
}

// compareStretches orders stretches by end, then by start; if two devices
// report the same stretch, the one with a known state wins.
func compareStretches(a, b Record) int {
	known := func(s Record) int {
		if s.Values[keyStage] == Text(unknownStage) {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Start, b.Start), cmp.Compare(known(a), known(b)),
		cmp.Compare(a.Values[keyStage].String(), b.Values[keyStage].String()), cmp.Compare(a.Code, b.Code))
}

func (d *decoder) decodeStretch(stretch withings.Stage, start, end int64) {
	rec := Record{
		At:     end,
		Start:  start,
		Device: string(stretch.HashDeviceID),
		Model:  d.modelText(string(stretch.Model), stretch.ModelID),
	}
	rec.ID = NaturalID(KindStage, rec)
	if stretch.State.OK {
		rec.addInt(FieldState, stretch.State.N)
	}
	d.interpret(&rec, nil)
	if rec.Code != 0 && !slices.Contains(stagesWithoutName(), rec.Code) && !d.isFuture(end) {
		d.reportUnknown(UnknownStage, rec.Code)
	}
	d.add(rec)
}

// distinctStretches leaves one record of each id, the one that counts.
func distinctStretches(records []Record) []Record {
	best := map[int64]Record{}
	for _, rec := range records {
		if known, again := best[rec.ID]; !again || compareStretches(rec, known) > 0 {
			best[rec.ID] = rec
		}
	}
	return slices.SortedFunc(maps.Values(best), compareStretches)
}

// pruneStages leaves the newest stretch.
func pruneStages(_ collections, stretches map[int64]Record) {
	var newest Record
	for _, rec := range stretches {
		if newest.At == 0 || compareStretches(rec, newest) > 0 {
			newest = rec
		}
	}
	maps.DeleteFunc(stretches, func(id int64, _ Record) bool { return id != newest.ID })
}
