// SPDX-License-Identifier: MIT

package sensors

// Part is what a sleep session is on its date.
type Part string

// The parts of a day's sleep.
const (
	PartNight Part = "night"
	PartNap   Part = "nap"
)

// PartsOfNights tells, by id, which of the sessions are nights and which are
// naps. One that is missing is neither: it is a second record of a sleep. All
// sessions of a date must be given.
func PartsOfNights(sessions []Record) map[int64]Part {
	dates := map[string]map[int64]Record{}
	for _, rec := range sessions {
		if dates[rec.Date] == nil {
			dates[rec.Date] = map[int64]Record{}
		}
		dates[rec.Date][rec.ID] = rec
	}
	parts := map[int64]Part{}
	for date, rows := range dates {
		night, naps, ok := splitNightAndNaps(rows, date)
		if ok {
			parts[night.ID] = PartNight
		}
		for _, nap := range naps {
			parts[nap.ID] = PartNap
		}
	}
	return parts
}
