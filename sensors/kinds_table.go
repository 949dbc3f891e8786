// SPDX-License-Identifier: MIT

package sensors

import "sync"

// kinds is the table of all kinds of records with an id. It is built once and
// never changed.
var kinds = sync.OnceValue(func() []kindRules {
	return []kindRules{
		{
			kind:         KindMeasures,
			numbered:     true,
			bySecond:     true,
			byField:      true,
			newestCounts: true,
			remembers:    true,
			stored: func(s *Store, rec Record, o ApplyOptions) {
				if kg, ok := rec.Values[keyWeight].Decimal(); ok {
					recordWeight(s, &rec, kg, o)
				}
			},
			passed:      passWeight,
			choose:      chooseNewestPerKey(maxGroupsPerKey),
			announcedBy: KindHeart,
			prune:       newestPerKey(maxGroupsPerKey),
			window: Window{
				PerField: maxGroupsPerKey,
				Together: ratioFields(),
				Held:     maxHeld,
				Field:    measureName(weightMeasure),
				Days:     weightDays + 1,
			},
		},
		{
			kind:      KindNights,
			numbered:  true,
			bySecond:  true,
			remembers: true,
			stored:    func(s *Store, night Record, _ ApplyOptions) { s.beds.endBefore(night) },
			passed:    func(s *Store, night *Record, _ ApplyOptions) { s.beds.endBefore(*night) },
			choose:    chooseNights,
			prune:     func(_ collections, nights map[int64]Record) { pruneNights(nights) },
			window:    Window{Newest: maxSessions, Night: true},
		},
		{
			kind:       KindSeries,
			keepsEmpty: true,
			takes:      takesSeries,
			prune:      pruneSeries,
			window:     Window{Newest: maxSessions},
		},
		{
			kind:     KindStage,
			bySecond: true,
			choose:   newestStretches,
			prune:    pruneStages,
			window:   Window{Newest: maxStages},
		},
		{
			kind:         KindDays,
			takes:        takesDay,
			missing:      isDayMissing,
			doubtsSingle: true,
			choose:       chooseDays,
			prune:        newest(maxDays, func(r Record) int64 { return -r.ID }),
			window:       Window{Newest: maxDays},
		},
		{
			kind:     KindSlots,
			bySecond: true,
			byField:  true,
			merges:   true,
			choose:   chooseNewestPerKey(1),
			prune:    newestPerKey(1),
			window:   Window{PerField: 1},
		},
		{
			kind:      KindWorkouts,
			numbered:  true,
			bySecond:  true,
			remembers: true,
			prune:     newest(maxWorkouts, measuredAt),
			window:    Window{Newest: maxWorkouts, Held: maxHeld},
		},
		{
			kind:         KindHeart,
			bySecond:     true,
			newestCounts: true,
			remembers:    true,
			announcedBy:  KindMeasures,
			listedAs:     measuredAt,
			prune:        newestOrPerKey(maxHeartRecords),
			window:       Window{Newest: maxHeartRecords, PerField: 1},
		},
		{
			kind:         KindSounds,
			bySecond:     true,
			newestCounts: true,
			remembers:    true,
			listedAs:     measuredAt,
			prune:        newestOrPerKey(maxHeartRecords),
			window:       Window{Newest: maxHeartRecords, PerField: 1},
		},
		{
			kind:         KindGoals,
			takes:        takesGoals,
			missing:      func(Record, Range, ApplyOptions) bool { return true },
			doubtsSingle: true,
			window:       Window{Newest: 1},
		},
		{kind: KindBeds, window: Window{PerDevice: maxBedEvents}},
	}
})

// Windows lists the records that current readings depend on, by kind.
func Windows() []Window {
	var windows []Window
	for _, k := range kinds() {
		windows = append(windows, k.ownWindow())
	}
	return windows
}

func (k kindRules) ownWindow() Window {
	w := k.window
	w.Kind = k.kind
	return w
}
