// SPDX-License-Identifier: MIT

package draw_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/web/draw"
)

// start is the beginning of the test's charts.
func start() time.Time { return time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC) }

// chartOf is a chart of ten days with plain labels.
func chartOf(lines ...draw.Line) draw.Chart {
	return draw.Chart{
		Title: "Weight & more",
		From:  start(),
		To:    start().AddDate(0, 0, 10),
		Lines: lines,
		Value: func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) + " kg" },
		Time:  func(t draw.Tick) string { return t.At.Format("2 Jan") },
	}
}

// daily are points a day apart, the first at noon of the first day.
func daily(values ...float64) (points []draw.Point) {
	for i, v := range values {
		points = append(points, draw.At(start().Add(12*time.Hour).AddDate(0, 0, i), v))
	}
	return points
}

// paths are the data of the paths with a class.
func paths(p draw.Picture, class string) (all []string) {
	for _, found := range regexp.MustCompile(`<path class="`+class+`[^"]*" d="([^"]*)"`).FindAllStringSubmatch(string(p), -1) {
		all = append(all, found[1])
	}
	return all
}

// texts are the texts of a picture.
func texts(p draw.Picture) (all []string) {
	for _, found := range regexp.MustCompile(`<text[^>]*>([^<]*)<`).FindAllStringSubmatch(string(p), -1) {
		all = append(all, found[1])
	}
	return all
}

func TestGoldenChart(t *testing.T) {
	t.Parallel()
	spread := daily(71, 70.5, 70.8, 70.1, 69.9)
	for i := range spread {
		spread[i].Min, spread[i].Max = spread[i].Value-0.4, spread[i].Value+0.3
	}
	c := chartOf(
		draw.Line{Class: "first", Points: spread, Dots: true, Gap: 36 * time.Hour, Breaks: []time.Time{start().AddDate(0, 0, 3)}},
		draw.Line{Class: "trend", Points: daily(70.9, 70.8, 70.7, 70.6, 70.5)},
	)
	c.Goal = &draw.Goal{Value: 69, Label: "Goal 69 kg"}
	c.Bands = []draw.Band{{Low: 69.5, High: 70, Class: "normal", Label: "normal"}}
	goldentest.Compare(t, "testdata/chart.svg", []byte(c.Draw()))
}

func TestGoldenBars(t *testing.T) {
	t.Parallel()
	c := chartOf(draw.Line{Class: "first", Points: daily(8000, 0, 12_345, 900), Bars: true})
	c.Whole = true
	goldentest.Compare(t, "testdata/bars.svg", []byte(c.Draw()))
}

func TestGoldenSparkline(t *testing.T) {
	t.Parallel()
	goldentest.Compare(t, "testdata/sparkline.svg", []byte(draw.Sparkline(daily(71, 70.5, 70.8, 70.1))))
}

func TestSparklineNeedsTwoPoints(t *testing.T) {
	t.Parallel()
	if got := draw.Sparkline(daily(71)); got != "" {
		t.Errorf("one point is drawn as %s", got)
	}
}

func TestGapsAreNotConnected(t *testing.T) {
	t.Parallel()
	points := daily(70, 71, 72, 73)
	points[2].At, points[3].At = points[2].At.AddDate(0, 0, 3), points[3].At.AddDate(0, 0, 3)
	line := draw.Line{Points: points}
	if got := strings.Count(paths(chartOf(line).Draw(), "line")[0], "M"); got != 1 {
		t.Errorf("without a gap the line has %d parts", got)
	}
	line.Gap = 48 * time.Hour
	if got := strings.Count(paths(chartOf(line).Draw(), "line")[0], "M"); got != 2 {
		t.Errorf("with a gap the line has %d parts, want 2", got)
	}
}

// Neither a pause nor several values at once are usual.
func TestUsualGapIsThriceTheUsualDistance(t *testing.T) {
	t.Parallel()
	paused := daily(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	paused[11].At = paused[11].At.AddDate(0, 0, 30)
	var pairs []draw.Point
	for _, p := range daily(1, 2, 3) {
		pairs = append(pairs, p, draw.At(p.At.Add(time.Minute), p.Value))
	}
	for name, test := range map[string]struct {
		points []draw.Point
		want   time.Duration
	}{
		"none":      {nil, 0},
		"few":       {daily(1, 2, 3, 4, 5), 0},
		"daily":     {daily(1, 2, 3, 4, 5, 6), 72 * time.Hour},
		"one pause": {paused, 72 * time.Hour},
		"pairs":     {pairs, 3 * (24*time.Hour - time.Minute)},
	} {
		if got := draw.UsualGap(test.points); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestExtremesAreABandAndPartOfTheScale(t *testing.T) {
	t.Parallel()
	points := daily(70, 71)
	points[1].Max, points[1].Min = 90, 60
	picture := chartOf(draw.Line{Points: points}).Draw()
	if got := paths(picture, "spread"); len(got) != 1 || !strings.HasSuffix(got[0], "Z") {
		t.Errorf("band %q", got)
	}
	if got := texts(picture); got[0] != "60 kg" || got[3] != "90 kg" {
		t.Errorf("labels %q", got)
	}
	if got := paths(chartOf(draw.Line{Points: daily(70, 71)}).Draw(), "spread"); got != nil {
		t.Errorf("single values have a band: %q", got)
	}
}

// TestPointsOutsideAreDrawnWithoutScale is what a picture shows while somebody
// moves it.
func TestPointsOutsideAreDrawnWithoutScale(t *testing.T) {
	t.Parallel()
	points := append([]draw.Point{draw.At(start().AddDate(0, 0, -1), 500)}, daily(70, 71)...)
	picture := chartOf(draw.Line{Points: points}).Draw()
	if got := paths(picture, "line")[0]; !strings.HasPrefix(got, "M-100 ") {
		t.Errorf("line %q", got)
	}
	if got := strings.Join(texts(picture), " "); strings.Contains(got, "00 kg") {
		t.Errorf("the scale includes it: %q", got)
	}
}

func TestChartWithoutValuesHasTimesOnly(t *testing.T) {
	t.Parallel()
	c := chartOf(draw.Line{})
	c.Goal = &draw.Goal{Value: 69, Label: "Goal"}
	if got := strings.Join(texts(c.Draw()), " "); strings.Contains(got, "kg") || strings.Contains(got, "Goal") ||
		!strings.Contains(got, "3 Mar") {
		t.Errorf("texts %q", got)
	}
}

func TestBreaksAreMarked(t *testing.T) {
	t.Parallel()
	at := start().AddDate(0, 0, 5)
	if got := paths(chartOf(draw.Line{Points: daily(1, 2), Breaks: []time.Time{at}}).Draw(), "break"); len(got) != 1 ||
		!strings.HasPrefix(got[0], "M500 0v") {
		t.Errorf("breaks %q", got)
	}
}

func TestBarsBeginAtZero(t *testing.T) {
	t.Parallel()
	picture := chartOf(draw.Line{Points: daily(5000, 9000), Bars: true}).Draw()
	if got := texts(picture)[0]; got != "0 kg" {
		t.Errorf("the scale begins at %q", got)
	}
}

func TestTextsAreEscaped(t *testing.T) {
	t.Parallel()
	c := chartOf(draw.Line{Points: daily(1, 2)})
	c.Title = `"><script>`
	c.Time = func(draw.Tick) string { return "<b>" }
	if got := string(c.Draw()); strings.Contains(got, "<script>") || strings.Contains(got, "<b>") {
		t.Errorf("%s", got)
	}
}

func TestTicksAreRoundTimesOfTheZone(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day := func(y int, m time.Month, d, hour int) time.Time { return time.Date(y, m, d, hour, 0, 0, 0, berlin) }
	for _, test := range []struct {
		name     string
		from, to time.Time
		want     string
	}{
		{"a day", day(2026, 3, 1, 9), day(2026, 3, 2, 9), "12:00 18:00 00:00 06:00"},
		{"the clocks go forward", day(2026, 3, 29, 0), day(2026, 3, 30, 0), "00:00 06:00 12:00 18:00 00:00"},
		{"the clocks go back", day(2026, 10, 25, 0), day(2026, 10, 26, 0), "00:00 06:00 12:00 18:00 00:00"},
		{"an hour that comes twice has one tick", day(2026, 10, 25, 1), day(2026, 10, 25, 5), "01:00 02:00 03:00 04:00 05:00"},
		{
			"days around a change of the clocks", day(2026, 3, 27, 12), day(2026, 4, 1, 12),
			"28 Mar 29 Mar 30 Mar 31 Mar 1 Apr",
		},
		{"weeks begin on Monday", day(2026, 3, 1, 0), day(2026, 4, 1, 0), "2 Mar 9 Mar 16 Mar 23 Mar 30 Mar"},
		{"months", day(2025, 11, 15, 0), day(2026, 3, 15, 0), "Dec 2025 Jan 2026 Feb 2026 Mar 2026"},
		{"years", day(2016, 6, 1, 0), day(2026, 6, 1, 0), "2018 2020 2022 2024 2026"},
		{"a leap day", day(2028, 2, 27, 0), day(2028, 3, 2, 0), "27 Feb 28 Feb 29 Feb 1 Mar 2 Mar"},
	} {
		c := draw.Chart{From: test.from, To: test.to, Zone: berlin, Time: func(tick draw.Tick) string {
			return tick.At.Format(map[draw.Step]string{
				draw.StepMinutes: "15:04", draw.StepHours: "15:04", draw.StepDays: "2 Jan", draw.StepMonths: "Jan 2006",
				draw.StepYears: "2006",
			}[tick.Step])
		}}
		if got := strings.Join(texts(c.Draw()), " "); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// TestManyPointsCostLittle counts allocations, because times depend on the
// machine; BenchmarkChart has those.
func TestManyPointsCostLittle(t *testing.T) { //nolint:paralleltest // testing.AllocsPerRun
	few, many := manyPoints(100), manyPoints(800)
	allocations := testing.AllocsPerRun(5, func() { chartOf(many).Draw() }) -
		testing.AllocsPerRun(5, func() { chartOf(few).Draw() })
	if perPoint := allocations / 700; perPoint > 10 {
		t.Errorf("%.1f allocations for each point", perPoint)
	}
	if size := len(chartOf(many).Draw()); size > 60_000 {
		t.Errorf("the picture has %d bytes", size)
	}
}

func BenchmarkChart(b *testing.B) {
	line := manyPoints(800)
	for b.Loop() {
		chartOf(line).Draw()
	}
}

// manyPoints is a line with a dot for each of its points.
func manyPoints(n int) draw.Line {
	line := draw.Line{Dots: true}
	for i := range n {
		v := 70 + 5*math.Sin(float64(i)/30)
		at := start().Add(time.Duration(i) * 18 * time.Minute)
		line.Points = append(line.Points, draw.Point{At: at, Value: v, Min: v - 1, Max: v + 1})
	}
	return line
}
