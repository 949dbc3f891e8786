// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"maps"
	"slices"

	"vitals2mqtt/internal/decimal"
)

// The night is the session of its date with the most sleep. One exception keeps
// an afternoon nap from replacing the last night when the night before it was
// not recorded: a session with less than minNightSeconds of sleep that ends at
// napFromHour or later is a nap, even when it is the only one of its date. The
// choice depends on the rows alone, not on when they arrive or on the clock.
const (
	minNightSeconds = 3 * 60 * 60 // seconds asleep
	napFromHour     = 10          // o'clock, in the row's zone
)

// classMat is the class of sleep mats.
const classMat = 32

// compareSleep orders the sessions of one date: the most sleep first, the mat's
// before a watch's with as much.
func (r Record) compareSleep(other Record) int {
	mine, others := 0, 0
	if r.Class == classMat {
		mine = 1
	}
	if other.Class == classMat {
		others = 1
	}
	return cmp.Or(cmp.Compare(other.Asleep, r.Asleep), cmp.Compare(others, mine), cmp.Compare(other.At, r.At),
		cmp.Compare(other.Modified, r.Modified), cmp.Compare(other.ID, r.ID))
}

// datesOf lists the dates of the sessions, newest first.
func datesOf(rows map[int64]Record) []string {
	dates := make([]string, 0, len(rows))
	for _, row := range rows {
		dates = append(dates, row.Date)
	}
	slices.Sort(dates)
	dates = slices.Compact(dates)
	slices.Reverse(dates)
	return dates
}

// lastNight returns the night of the newest date that has one.
func lastNight(rows map[int64]Record) (Record, bool) {
	for _, date := range datesOf(rows) {
		if night, _, ok := splitNightAndNaps(rows, date); ok {
			return night, true
		}
	}
	return Record{}, false
}

// splitNightAndNaps parts the sessions of a date into the night, if there is
// one, and the naps, the most sleep first. A session that overlaps a longer one
// is neither: it is a second device's record of the same sleep. Of the records
// of one sleep the most detailed one counts, so that the device does not change
// with a few minutes more or less.
func splitNightAndNaps(rows map[int64]Record, date string) (night Record, naps []Record, ok bool) {
	var day []Record
	for _, row := range rows {
		if row.Date == date {
			day = append(day, row)
		}
	}
	slices.SortFunc(day, Record.compareSleep)
	var taken []Record
	for _, row := range day {
		if slices.ContainsFunc(taken, row.overlaps) {
			continue
		}
		best := row
		for _, other := range day {
			if other.isBetterSleep(best) && other.isSameSleep(row) && !slices.ContainsFunc(taken, other.overlaps) {
				best = other
			}
		}
		taken = append(taken, row, best)
		if !ok && !best.NapOnly {
			night, ok = best, true
			continue
		}
		naps = append(naps, best)
	}
	return night, naps, ok
}

// isBetterSleep reports whether a session is the better record of a sleep: one
// that was measured as sleep before one that has a start and an end only, a
// mat's before a watch's.
func (r Record) isBetterSleep(than Record) bool {
	return cmp.Or(
		compareBools(r.Values[keySleepTotal].Valid(), than.Values[keySleepTotal].Valid()),
		compareBools(r.Class == classMat, than.Class == classMat),
	) > 0
}

// isSameSleep reports whether two sessions cover the same sleep for the greater
// part: an hour on the mat is not the night that a watch has recorded
// elsewhere.
func (r Record) isSameSleep(as Record) bool {
	shared := min(r.At, as.At) - max(r.Start, as.Start)
	return 2*shared > max(r.At-r.Start, as.At-as.Start)
}

func (r Record) overlaps(other Record) bool { return r.Start < other.At && other.Start < r.At }

// addNaps adds the naps of the newest date with any sleep. They have their own
// date, which can be a day after that of the last night.
func addNaps(readings map[string]Reading, nights map[int64]Record) {
	dates := datesOf(nights)
	if len(dates) == 0 {
		return
	}
	_, naps, _ := splitNightAndNaps(nights, dates[0])
	var last Record
	for _, row := range nights {
		if row.Date == dates[0] && row.isNewerThan(last) {
			last = row
		}
	}
	asleep := int64(0)
	for _, nap := range naps {
		asleep += nap.Asleep
	}
	readings[keyNapCount] = last.reading(keyNapCount, Number(decimal.FromInt(int64(len(naps)))))
	readings[keyNapDuration] = last.reading(keyNapDuration, Number(decimal.FromInt(asleep)))
}

// sleepEvents returns one event for each new night and nap. A second device's
// record of a sleep that was already announced makes no event.
func sleepEvents(nights map[int64]Record, news []int64) []Event {
	if len(news) == 0 {
		return nil
	}
	announced := maps.Clone(nights)
	for _, id := range news {
		delete(announced, id)
	}
	var events []Event
	for _, date := range datesOf(nights) {
		night, naps, ok := splitNightAndNaps(nights, date)
		sleeps := map[EventType][]Record{EventNap: naps}
		if ok {
			sleeps[EventSleep] = []Record{night}
		}
		for kind, rows := range sleeps {
			for _, row := range rows {
				if slices.Contains(news, row.ID) && !overlapsAny(announced, row) {
					events = append(events, row.event(KindNights, kind))
				}
			}
		}
	}
	return events
}

func overlapsAny(rows map[int64]Record, row Record) bool {
	for _, other := range rows {
		if row.overlaps(other) {
			return true
		}
	}
	return false
}
