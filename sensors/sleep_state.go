package sensors

import (
	"cmp"
	"slices"

	"vitals2mqtt/withings"
)

// DecodeStages reads the sleep series of the last hours, of which the newest
// stretch counts: the one that ends last, of those the one that began last. The
// series comes after the night in one piece, so this is the last known state
// and never the present one. An empty series changes nothing.
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
	if len(d.Records) > 1 {
		d.Records = []Record{slices.MaxFunc(d.Records, compareStretches)}
	}
	return d.Batch
}

// acceptsStage accepts a stretch of sleep that is newer than the known one, or
// the same with another state: then it was scored anew.
func acceptsStage(_ collections, rec, known Record, _ bool) bool {
	return cmp.Or(cmp.Compare(rec.At, known.At), cmp.Compare(rec.Start, known.Start)) >= 0 &&
		!rec.reading(keyStage, rec.Values[keyStage]).isSame(known.reading(keyStage, known.Values[keyStage]))
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
	state, code := unknownStage, int64(0)
	switch names, n := stageClasses(), stretch.State.N; {
	case !stretch.State.OK:
	case n >= 0 && n < int64(len(names)):
		state = names[n]
	default:
		code = n
		if !slices.Contains(stagesWithoutName(), n) && !d.isFuture(end) {
			d.reportUnknown(UnknownStage, n)
		}
	}
	d.add(Record{
		At:     end,
		Start:  start,
		Code:   code,
		Device: string(stretch.HashDeviceID),
		Model:  d.modelText(string(stretch.Model), stretch.ModelID),
		Values: map[string]Value{keyStage: Text(state)},
	})
}
