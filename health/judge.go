// SPDX-License-Identifier: MIT

package health

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Judge makes the verdict.
func Judge(f Facts) Verdict {
	causes := commonCauses(f)
	subjects := slices.Concat(judgeProgram(f), judgeBroker(f.Broker), causes.statuses(), judgeFolder(f),
		judgeArchive(f.Archive), judgeMirror(f.Mirror), judgeClock(f.Clock), judgeHomeAssistant(f.HomeAssistant))
	for _, p := range f.Profiles {
		subjects = append(subjects, judgeConsent(p, causes)...)
		if f.Stored && p.Consent.State != ConsentGranted {
			continue // nothing is polled
		}
		subjects = append(subjects, judgePolling(f, p, causes)...)
		subjects = append(subjects, judgePush(p)...)
	}
	return newVerdict(subjects)
}

func judgeProgram(f Facts) []Status {
	var found []Status
	if len(f.Profiles) == 0 {
		found = append(found, finding(CodeNoProfiles, "", time.Time{}, time.Time{}))
	}
	for _, p := range f.Profiles {
		if p.Overdue {
			found = append(found, finding(CodePollOverdue, p.Slug, p.NextPoll, time.Time{}, "name", p.Name))
		}
	}
	if len(found) > 0 || f.Stored {
		return found
	}
	return []Status{fine(Program, "", "Running.")}
}

func judgeBroker(b *Broker) []Status {
	if b == nil {
		return nil
	}
	var found []Status
	switch {
	case b.Connected:
	case b.Refused:
		found = append(found, finding(CodeBrokerRefused, "", b.Since, time.Time{}))
	case b.Error == "":
		found = append(found, finding(CodeBrokerConnecting, "", b.Since, time.Time{}))
	default:
		found = append(found, finding(CodeBrokerUnreachable, "", b.Since, time.Time{}, "cause", b.Error))
	}
	for _, p := range b.Problems {
		s := finding(p.Code, "", p.Since, time.Time{}, "text", p.Text, "remedy", p.Remedy)
		s.Subject = MQTTBroker
		found = append(found, s)
	}
	if len(found) == 0 {
		return []Status{fine(MQTTBroker, "", "Connected.")}
	}
	return found
}

func judgeFolder(f Facts) []Status {
	var found []Status
	if f.Folder != nil && f.Folder.Err != nil {
		s := finding(CodeStateNotStored, "", f.Folder.Since, time.Time{},
			"cause", cmp.Or(f.Folder.Text, f.Folder.Err.Error()), "path", f.Folder.Path).withRemedy(f.Folder.Remedy)
		for _, p := range f.Profiles {
			if p.TokenBlocked {
				s.Affected = append(s.Affected, p.Slug)
			}
		}
		found = append(found, s)
	}
	for _, p := range f.Profiles {
		if p.TokenUnsaved {
			found = append(found, finding(CodeTokenNotStored, p.Slug, time.Time{}, time.Time{}, "name", p.Name))
		}
	}
	if len(found) == 0 && f.Folder != nil {
		return []Status{fine(StateFolder, "", "Everything is stored.")}
	}
	return found
}

func judgeArchive(a *Records) []Status {
	if a == nil {
		return nil
	}
	var found []Status
	if a.Err != nil {
		s := finding(CodeArchiveNotStored, "", a.Since, time.Time{},
			"cause", cmp.Or(a.Text, a.Err.Error()), "path", a.Path)
		found = append(found, s.withRemedy(a.Remedy))
	}
	if a.Damaged != nil {
		found = append(found, finding(CodeArchiveDamaged, "", a.Damaged.Since, time.Time{},
			"text", a.Damaged.Text, "remedy", a.Damaged.Remedy))
	}
	if len(found) == 0 {
		return []Status{fine(Archive, "", "Every measurement is stored.")}
	}
	return found
}

func judgeMirror(m *Copy) []Status {
	switch {
	case m == nil:
		return nil
	case m.Error != "":
		return []Status{finding(CodeMirrorFailing, "", m.Since, m.NextTry, "cause", m.Error, "remedy", m.Remedy)}
	}
	return []Status{fine(Mirror, "", "The mirror has every record.")}
}

// How far the clock may be off: tokens and signatures contain times.
const (
	ClockWarnOffset = 30 * time.Second
	ClockFailOffset = 5 * time.Minute
)

func judgeClock(c *Clock) []Status {
	if c == nil || !c.Known {
		return nil
	}
	code, off := CodeClockWrong, c.Ahead.Abs()
	switch {
	case off < ClockWarnOffset:
		return []Status{fine(SystemClock, "", "In sync with the Withings API.")}
	case off < ClockFailOffset:
		code = CodeClockOff
	}
	return []Status{finding(code, "", c.Since, time.Time{},
		"offset", FormatOffset(c.Ahead), "difference", formatHours(off))}
}

// FormatOffset says how far a clock is ahead, as in "7 min ahead of". It is
// rounded, because responses take time.
func FormatOffset(ahead time.Duration) string {
	direction := " ahead of"
	if ahead < 0 {
		direction = " behind"
	}
	return formatDuration(ahead.Abs()) + direction
}

// formatHours is formatDuration without words of a language.
func formatHours(d time.Duration) string {
	if hours := d.Round(time.Hour); hours >= 24*time.Hour {
		return fmt.Sprintf("%d h", hours/time.Hour)
	}
	return formatDuration(d)
}

func formatDuration(d time.Duration) string {
	const day = 24 * time.Hour
	minutes := int(d.Round(time.Minute) / time.Minute)
	switch {
	case d >= 2*day-time.Hour:
		return fmt.Sprintf("%d days", int(d.Round(day)/day))
	case minutes >= 60 && minutes%60 == 0:
		return fmt.Sprintf("%d h", minutes/60)
	case minutes >= 60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	case minutes >= 1:
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%d s", int(d.Round(time.Second)/time.Second))
}

func judgeHomeAssistant(b *Birth) []Status {
	switch {
	case b == nil:
		return nil
	case b.Offline:
		return []Status{finding(CodeHomeAssistantOffline, "", b.Since, time.Time{})}
	}
	return []Status{fine(HomeAssistant, "", "No last will of Home Assistant has been seen.")}
}
