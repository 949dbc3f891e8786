// SPDX-License-Identifier: MIT

package draw_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/web/draw"
)

// berlin is a zone whose clock changes.
func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// clock labels hours on the axis of time.
func clock(tick draw.Tick) string { return tick.At.Format("15:04") }

// night is a night with its stages in minutes, each with the row that it is in.
func night(t *testing.T, from time.Time, stages ...[2]int) draw.Night {
	t.Helper()
	classes := []string{"awake", "rem", "light", "deep"}
	n := draw.Night{Title: "Stages of the night", From: from, Zone: from.Location(), Rows: classes, Time: clock}
	at := from
	for _, stage := range stages {
		end := at.Add(time.Duration(stage[0]) * time.Minute)
		n.Stages = append(n.Stages, draw.Stage{From: at, To: end, Row: stage[1], Class: classes[stage[1]]})
		at = end
	}
	n.To = at
	return n
}

// saved compares a picture with a file.
func saved(t *testing.T, name string, picture draw.Picture) {
	t.Helper()
	goldentest.Compare(t, "testdata/"+name+".svg", []byte(string(picture)+"\n"))
}

func TestNightGolden(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 27, 23, 10, 0, 0, berlin(t))
	n := night(t, from, [2]int{10, 0}, [2]int{60, 2}, [2]int{50, 3}, [2]int{30, 1}, [2]int{90, 2}, [2]int{5, 0}, [2]int{85, 2})
	pulse := draw.Course{
		Name:  "Heart rate",
		Class: "first",
		Gap:   30 * time.Minute,
		Value: func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) },
	}
	for minute, rate := range []float64{62, 60, 58, 57, 0, 0, 0, 0, 0, 55, 54, 56} {
		if rate > 0 {
			pulse.Points = append(pulse.Points, draw.At(from.Add(time.Duration(minute*20)*time.Minute), rate))
		}
	}
	n.Courses = []draw.Course{pulse, {Name: "Breathing", Class: "second"}}
	saved(t, "night", n.Draw())
}

func TestHypnogramGolden(t *testing.T) {
	t.Parallel()
	n := night(t, time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC), [2]int{10, 0}, [2]int{80, 2}, [2]int{30, 3})
	saved(t, "hypnogram", draw.Hypnogram("Stages", n.From, n.To, n.Stages, len(n.Rows)))
}

func TestNightsGolden(t *testing.T) {
	t.Parallel()
	saved(t, "nights", draw.Nights{
		Title: "Nights",
		Slots: []draw.Slot{
			{Label: "26", Bars: []draw.Bar{{From: -0.75, To: 6.5, Title: "23:15–06:30"}}},
			{Label: "27"},
			{Label: "28", Bars: []draw.Bar{{From: 1, To: 7.25, Current: true}, {From: 14, To: 14.5, Nap: true, Title: "a < nap"}}},
		},
		Clock: func(hour int) string { return time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC).Format("15:04") },
	}.Draw())
}

// The marks are full hours of the zone, also when its clock changes meanwhile.
func TestNightOverChangeOfClock(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		from  time.Time
		hours int
		want  []string
	}{
		"autumn": {time.Date(2026, 10, 24, 22, 0, 0, 0, berlin(t)), 10, []string{"00:00", "03:00", "06:00"}},
		"spring": {time.Date(2026, 3, 28, 22, 0, 0, 0, berlin(t)), 8, []string{"00:00", "03:00", "06:00"}},
	} {
		picture := string(night(t, test.from, [2]int{test.hours * 60, 2}).Draw())
		at := 0
		for _, label := range test.want {
			found := strings.Index(picture[at:], ">"+label+"<")
			if found < 0 {
				t.Errorf("%s: no mark %s in order in %s", name, label, picture)
			}
			at += max(found, 0)
		}
		if !strings.Contains(picture, `class="stage light" x="0" y="84" width="1000"`) {
			t.Errorf("%s: the stage does not fill the night: %s", name, picture)
		}
	}
}

func TestNightWithoutStagesAndWithOne(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)
	empty := night(t, from)
	if picture := empty.Draw(); picture != "" {
		t.Errorf("a night without length is drawn: %s", picture)
	}
	empty.To = from.Add(8 * time.Hour)
	if picture := string(empty.Draw()); strings.Contains(picture, "<rect") || !strings.Contains(picture, "deep") {
		t.Errorf("a night without stages: %s", picture)
	}
	if picture := string(night(t, from, [2]int{30, 3}).Draw()); strings.Count(picture, "<rect") != 1 ||
		strings.Contains(picture, `class="step"`) {
		t.Errorf("a night of one stage: %s", picture)
	}
	if picture := draw.Hypnogram("", from, from, nil, 4); picture != "" {
		t.Errorf("a hypnogram without length is drawn: %s", picture)
	}
}

// Stages that do not follow each other have no line between them.
func TestStagesApartAreNotConnected(t *testing.T) {
	t.Parallel()
	n := night(t, time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC), [2]int{30, 3}, [2]int{30, 2}, [2]int{30, 1})
	n.Stages = append(n.Stages[:1], n.Stages[2:]...)
	if picture := string(n.Draw()); strings.Contains(picture, `class="step"`) {
		t.Errorf("a gap is bridged: %s", picture)
	}
}

func TestStagesOfOneStateAreOneBar(t *testing.T) {
	t.Parallel()
	n := night(t, time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC), [2]int{30, 3}, [2]int{30, 3}, [2]int{30, 2})
	n.Stages[0], n.Stages[2] = n.Stages[2], n.Stages[0] // the cloud does not sort them
	if picture := string(n.Draw()); strings.Count(picture, "<rect") != 2 || !strings.Contains(picture, `width="666.7"`) {
		t.Errorf("%s", picture)
	}
}

func TestNightsWithoutSleepAreNotDrawn(t *testing.T) {
	t.Parallel()
	if picture := (draw.Nights{Slots: []draw.Slot{{Label: "1"}}}).Draw(); picture != "" {
		t.Errorf("%s", picture)
	}
}

func TestPicturesEscapeTexts(t *testing.T) {
	t.Parallel()
	n := night(t, time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC), [2]int{30, 3})
	n.Title, n.Rows = `"><script>`, []string{"<b>"}
	if picture := string(n.Draw()); strings.Contains(picture, "<script") || strings.Contains(picture, "<b>") {
		t.Errorf("a text is not escaped: %s", picture)
	}
}
