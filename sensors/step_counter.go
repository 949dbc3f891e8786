// SPDX-License-Identifier: MIT

package sensors

// StepCounter reports what counts the user's steps: tracker is true if the
// totals of today come from a tracker, which takes precedence over all other
// sources; other is true if those of the newest day come from something else,
// such as a phone.
func (s *Store) StepCounter() (tracker, other bool) {
	latest, alive := latestDay(s.records(KindDays), s.calendar.today)
	return alive && latest.Tracker && latest.Date == s.calendar.today, alive && !latest.Tracker
}
