package sensors

import (
	"cmp"
	"slices"

	"vitals2mqtt/withings"
)

// takeStages keeps the stretch of sleep that ends last, of those the one that
// began last. The series comes after the night in one piece, so this is the
// last known state and never the present one.
func (s *State) takeStages(g withings.Stages, r ApplyOptions, u *Update) {
	var stretches []session
	for _, stretch := range g.Series {
		start, end := firstTime(stretch.Start), firstTime(stretch.End)
		switch {
		case end == 0 || start > end:
		case r.inFuture(end):
			u.Future++
		default:
			stretches = append(stretches, newStretch(stretch, start, end, r, u))
		}
	}
	if len(stretches) == 0 {
		return
	}
	newest := slices.MaxFunc(stretches, compareStretches)
	if s.stage == nil {
		s.stage = &newest
		return
	}
	// The same stretch again may have been scored anew: then the later answer counts.
	later := cmp.Or(cmp.Compare(newest.At, s.stage.At), cmp.Compare(newest.Start, s.stage.Start)) >= 0
	if later && !newest.stageReading().isSame(s.stage.stageReading()) {
		s.stage = &newest
	}
}

func (s session) stageReading() Reading {
	reading := s.reading(keyStage, s.Values[keyStage])
	reading.Code = s.Code
	return reading
}

// compareStretches orders stretches by end, then by start; of two devices that
// tell of the same stretch the one that knows the state counts more.
func compareStretches(a, b session) int {
	known := func(s session) int {
		if s.Values[keyStage] == Text(unknownStage) {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Start, b.Start), cmp.Compare(known(a), known(b)),
		cmp.Compare(a.Values[keyStage].String(), b.Values[keyStage].String()), cmp.Compare(a.Code, b.Code))
}

func newStretch(stretch withings.Stage, start, end int64, r ApplyOptions, u *Update) session {
	state, code := unknownStage, int64(0)
	switch words, n := stageClasses(), stretch.State.N; {
	case !stretch.State.OK:
	case n >= 0 && n < int64(len(words)):
		state = words[n]
	default:
		code = n
		if !slices.Contains(stagesWithoutName(), n) {
			u.reportUnknown(UnknownStage, n)
		}
	}
	return session{
		record: record{
			At: end, Received: r.receivedAt(), Device: string(stretch.HashDeviceID),
			Model: modelText(string(stretch.Model), stretch.ModelID, u), Values: map[string]Value{keyStage: Text(state)},
		},
		Start: start, Code: code,
	}
}
