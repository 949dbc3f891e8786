// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// night describes a night.
func (p *sleepPage) night(ctx context.Context, n history.Night, naps []history.Night) (*nightView, error) {
	from, to := p.bounds(n)
	view := &nightView{
		Title:  p.Short(dateOf(n, to)),
		Asleep: p.value(n.Values, "sleep_total_duration_seconds"),
		InBed:  p.Say("sleep.in_bed", p.span(n)),
		Facts:  p.facts(n),
		Naps:   p.naps(naps),
	}
	for _, stage := range []struct{ class, key string }{
		{"deep", "sleep_deep_duration_seconds"},
		{"light", "sleep_light_duration_seconds"},
		{"rem", "sleep_rem_duration_seconds"},
		{"awake", "sleep_wakeup_duration_seconds"},
	} {
		if length := p.value(n.Values, stage.key); length != "" {
			view.Stages = append(view.Stages, stageTime{stage.class, p.Say("stage."+stage.class) + " " + length})
		}
	}
	courses, err := p.courses(ctx, n)
	if err != nil {
		return nil, err
	}
	picture := draw.Night{
		Title:   p.Say("sleep.picture"),
		From:    from,
		To:      to,
		Zone:    from.Location(),
		Courses: courses,
		Time:    p.Tick,
	}
	if stages := stagesOf(n); len(stages) > 0 {
		picture.Stages = stages
		for _, class := range stageRows() {
			picture.Rows = append(picture.Rows, p.Say("stage."+class))
		}
	}
	switch {
	case len(courses) == 0 && len(picture.Stages) == 0:
		view.Missing = "sleep.nothing_read"
	case len(courses) == 0:
		view.Missing = "sleep.no_courses"
	}
	if len(courses)+len(picture.Stages) > 0 {
		view.Picture = drawn(picture.Draw())
	}
	return view, nil
}

// dateOf is the date of a night, that of its end when it has none.
func dateOf(n history.Night, end time.Time) time.Time {
	if date, err := time.Parse(time.DateOnly, n.Date); err == nil {
		return date
	}
	return end
}

// facts are the numbers of a night.
func (p *sleepPage) facts(n history.Night) (facts []fact) {
	add := func(name, text string) {
		if text != "" {
			facts = append(facts, fact{p.Say(name), text})
		}
	}
	between := func(average, lowest, highest string) string {
		text := p.value(n.Values, average)
		low, high := p.value(n.Values, lowest), p.value(n.Values, highest)
		if text != "" && low != "" && high != "" {
			text += " (" + numberOf(low) + "–" + numberOf(high) + ")"
		}
		return text
	}
	add("sleep.score", p.value(n.Values, "sleep_score"))
	add("sleep.time_in_bed", p.value(n.Values, "sleep_in_bed_duration_seconds"))
	add("sleep.efficiency", p.value(n.Values, "sleep_efficiency_pct"))
	add("sleep.to_sleep", p.value(n.Values, "sleep_tosleep_duration_seconds"))
	add("sleep.woke", p.value(n.Values, "sleep_wakeup_count"))
	add("sleep.heart_rate",
		between("sleep_heart_rate_average_bpm", "sleep_heart_rate_min_bpm", "sleep_heart_rate_max_bpm"))
	add("sleep.breathing",
		between("sleep_respiratory_average_bpm", "sleep_respiratory_min_bpm", "sleep_respiratory_max_bpm"))
	add("sleep.snoring", p.value(n.Values, "sleep_snoring"))
	add("sleep.device", n.Model)
	return facts
}

// numberOf and unitOf are the parts of a value with a unit.
func numberOf(text string) string { number, _, _ := strings.Cut(text, "\u00a0"); return number }
func unitOf(text string) string   { _, unit, _ := strings.Cut(text, "\u00a0"); return unit }

// course is where the values of a course are.
type course struct {
	name, class string
	row         string // the row of the catalogue that it is shown as
	fields      []courseField
}

// courseField is a field of the minutes, and the longest time between two of its
// values that belong together.
type courseField struct {
	name string
	gap  time.Duration
}

// courseFields lists the courses. What was measured for the night comes before
// what a watch measures all day.
func courseFields() []course {
	const minutely, allDay = 5 * time.Minute, 25 * time.Minute
	return []course{
		{
			name:   "sleep.heart_rate",
			class:  "first",
			row:    "sleep_heart_rate_average_bpm",
			fields: []courseField{{sensors.FieldNightHeartRate, minutely}, {"heart_rate", allDay}},
		},
		{
			name:   "sleep.breathing",
			class:  "second",
			row:    "sleep_respiratory_average_bpm",
			fields: []courseField{{sensors.FieldNightBreathing, minutely}, {"rr", allDay}},
		},
	}
}

// courses are heart rate and breathing during a night. Those of the device that
// recorded it come first.
func (p *sleepPage) courses(ctx context.Context, n history.Night) (courses []draw.Course, err error) {
	own, others := map[string][]draw.Point{}, map[string][]draw.Point{}
	filter := history.Filter{
		User:  p.user,
		Kinds: []sensors.Kind{sensors.KindSlots},
		From:  time.Unix(n.Start, 0),
		To:    time.Unix(n.At+1, 0),
	}
	for rec, err := range p.archive.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		points := others
		if rec.Device == n.Device {
			points = own
		}
		for _, field := range rec.Fields {
			if number, ok := field.Value.Decimal(); ok && number.Sign() > 0 {
				points[field.Name] = append(points[field.Name], draw.At(time.Unix(rec.At, 0), number.Float()))
			}
		}
	}
	for _, c := range courseFields() {
		points, gap := firstWithPoints(c.fields, own, others)
		if len(points) == 0 {
			continue
		}
		row, _ := sensors.Lookup(c.row)
		courses = append(courses, draw.Course{
			Name:   p.Say(c.name) + " (" + unitOf(p.rounded(row, points[0].Value)) + ")",
			Class:  c.class,
			Points: points,
			Gap:    gap,
			Value:  func(value float64) string { return numberOf(p.rounded(row, value)) },
		})
	}
	return courses, nil
}

// firstWithPoints returns the points of the first field that has several, in the
// first of the sources.
func firstWithPoints(fields []courseField, sources ...map[string][]draw.Point) ([]draw.Point, time.Duration) {
	for _, source := range sources {
		for _, field := range fields {
			if points := source[field.name]; len(points) > 1 {
				slices.SortFunc(points, func(a, b draw.Point) int { return a.At.Compare(b.At) })
				return points, field.gap
			}
		}
	}
	return nil, 0
}
