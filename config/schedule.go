// SPDX-License-Identifier: MIT

package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Schedule is when to poll. Next must not be called on its zero value.
type Schedule struct {
	// Spec is the schedule as it was written.
	Spec string
	cron.Schedule
}

// String returns the schedule as it was written.
func (s Schedule) String() string { return s.Spec }

// IsEmpty reports whether there is no schedule.
func (s Schedule) IsEmpty() bool { return s.Schedule == nil }

// ParseSchedule parses five cron fields, or a word such as @hourly or @every
// 5m, either with "CRON_TZ=Zone " or "TZ=Zone " in front. It rejects schedules
// that never fire.
func ParseSchedule(spec string) (schedule Schedule, err error) {
	spec = strings.TrimSpace(spec)
	rest, err := stripZone(spec)
	if err != nil {
		return Schedule{}, err
	}
	if every, ok := strings.CutPrefix(rest, "@every "); ok {
		if err := checkEvery(every); err != nil {
			return Schedule{}, err
		}
	} else if !strings.HasPrefix(rest, "@") {
		if err := checkFields(rest); err != nil {
			return Schedule{}, err
		}
	}
	defer func() {
		// The parser is known to panic on odd texts; the daemon must not.
		if recovered := recover(); recovered != nil {
			schedule, err = Schedule{}, errors.New("cannot be parsed")
		}
	}()
	parsed, err := cron.ParseStandard(spec)
	if err != nil {
		text, _, _ := strings.Cut(err.Error(), ": strconv.")
		return Schedule{}, errors.New(text)
	}
	// Any day will do to see whether there is a next time, as with 30 February.
	if parsed.Next(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, errors.New("never fires")
	}
	return Schedule{Spec: spec, Schedule: parsed}, nil
}

// stripZone cuts off the time zone, and rejects one without a schedule behind
// it, on which the parser panics.
func stripZone(spec string) (string, error) {
	for _, mark := range []string{"CRON_TZ=", "TZ="} {
		zoned, ok := strings.CutPrefix(spec, mark)
		if !ok {
			continue
		}
		zone, rest, ok := strings.Cut(zoned, " ")
		if zone == "" || !ok || strings.TrimSpace(rest) == "" {
			return "", fmt.Errorf("%s must be followed by a time zone, a space and a schedule", mark)
		}
		if _, err := time.LoadLocation(zone); err != nil {
			return "", fmt.Errorf("unknown time zone %q", zone)
		}
		return strings.TrimSpace(rest), nil
	}
	return spec, nil
}

func checkEvery(text string) error {
	every, err := time.ParseDuration(text)
	switch {
	case err != nil:
		return errors.New("@every needs a duration such as 90s, 5m or 1h30m")
	case every < time.Second:
		return errors.New("shorter than one second")
	}
	return nil
}

// checkFields rejects what the parser accepts and never fires (a field of
// commas), or counts in a surprising way.
func checkFields(spec string) error {
	fields := strings.Fields(spec)
	if len(fields) != 5 {
		return fmt.Errorf("expected five fields (minute, hour, day of month, month, day of week), got %d", len(fields))
	}
	for _, field := range fields {
		if strings.Trim(field, ",") != field || strings.Contains(field, ",,") {
			return fmt.Errorf("extra comma in %q", field)
		}
	}
	return nil
}
