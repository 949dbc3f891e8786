// SPDX-License-Identifier: MIT

package web

import (
	"html/template"
	"slices"
	"strings"

	"vitals2mqtt/sensors"
	"vitals2mqtt/web/draw"
)

// Bars and points that are few enough to be drawn large.
const (
	fewBars   = 40
	fewPoints = 100
)

// lineClasses are the CSS classes of the lines of a chart.
func lineClasses() []string { return []string{"first", "second", "third"} }

// legendEntry explains a line of a chart.
type legendEntry struct{ Class, Name string }

// pictureOf draws the chart of a view.
func pictureOf(view *valueView, data valueData, table valueTable) (template.HTML, []legendEntry) {
	highest := 0.0
	for _, series := range data.Series {
		for _, p := range series.Points {
			highest = max(highest, p.Max.Float())
		}
	}
	axis := axisOf(data.Rows[0], view.Profile.Units, highest)
	if len(data.Rows) > 1 { // of different units
		axis.unit = ""
	}
	chart := draw.Chart{
		Title: view.title(data, table),
		From:  data.From,
		To:    data.To,
		Zone:  view.now.Location(),
		Whole: axis.whole,
		Value: axis.mark(view.Reader),
		Time:  view.Tick,
	}
	var legend []legendEntry
	for i, series := range data.Series {
		line := draw.Line{Class: lineClasses()[i], Points: axis.points(series), Bars: view.Plan.Bars}
		line.Gap = draw.UsualGap(line.Points)
		visible := len(table.all)
		line.Dots = visible <= fewPoints
		if line.Bars && visible <= fewBars {
			line.Class += " few"
		}
		if i == 0 {
			for _, r := range series.Replacements {
				line.Breaks = append(line.Breaks, r.At)
			}
		}
		chart.Lines = append(chart.Lines, line)
		legend = append(legend, legendEntry{lineClasses()[i], view.lineName(data.Rows[i])})
	}
	if len(data.Trend) > 0 {
		trend := slices.Clone(data.Trend)
		for i, p := range trend {
			trend[i] = draw.At(p.At, axis.of(p.Value))
		}
		chart.Lines = append(chart.Lines, draw.Line{Class: "trend", Points: trend})
		legend = append(legend, legendEntry{"trend", view.Say("value.trend")})
	}
	if goal, row, found := view.goal(); found {
		label := view.Say("value.goal", view.Reader.Read(row, goal))
		number, _ := goal.Decimal()
		chart.Goal = &draw.Goal{Value: axis.of(number.Float()), Label: label}
	}
	if len(legend) == 1 {
		legend = nil
	}
	for _, r := range data.Series[0].Replacements {
		since := view.Date(r.At.In(view.now.Location()))
		legend = append(legend, legendEntry{"break", view.Say("value.since", since, r.Device)})
	}
	return template.HTML(chart.Draw()), legend //nolint:gosec // drawn here, with every text escaped
}

// goal is the value that the person wants to reach.
func (view *valueView) goal() (goal sensors.Value, row sensors.Sensor, found bool) {
	for _, value := range view.Profile.Values {
		if value.Key == view.Plan.Goal {
			_, found = value.Reading.Value.Decimal()
			return value.Reading.Value, value.Row, found
		}
	}
	return goal, row, false
}

// title says what the chart shows, for those who do not see it.
func (view *valueView) title(data valueData, table valueTable) string {
	text := view.Say("value.chart", view.chartName(data), view.Period(data.From, data.To))
	low, high, found := table.extremes()
	if !found {
		return text + " " + view.Say("value.empty")
	}
	return text + " " + view.Say("value.extremes", view.Reader.Read(data.Rows[0], low), view.Reader.Read(data.Rows[0], high))
}

// chartName is the name of what the lines show.
func (view *valueView) chartName(data valueData) string {
	switch {
	case view.Plan.Name != "":
		return view.Say(view.Plan.Name)
	case view.Plan.Bars:
		return view.Say("value.by_day", view.Name(data.Rows[0]))
	}
	return view.Name(data.Rows[0])
}

// joinParts writes texts one after the other.
func joinParts(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), " · ")
}
