// SPDX-License-Identifier: MIT

package report_test

import (
	"context"
	"errors"
	"html"
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/internal/goldentest"
	"vitals2mqtt/report"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// archive is an invented one; each of its parts may fail.
type archive struct {
	records []history.Stored
	series  map[string][]history.Point
	ecgs    []history.ECG
	fails   string
}

var errArchive = errors.New("disk on fire")

func (a *archive) Records(context.Context, history.Filter) iter.Seq2[history.Stored, error] {
	return func(yield func(history.Stored, error) bool) {
		if a.fails == "records" {
			yield(history.Stored{}, errArchive)
			return
		}
		for _, rec := range a.records {
			if !yield(rec, nil) {
				return
			}
		}
	}
}

func (a *archive) Range(_ context.Context, r history.Range) (history.Series, error) {
	if a.fails == r.Key {
		return history.Series{}, errArchive
	}
	return history.Series{Key: r.Key, Bucket: r.Bucket, Points: a.series[r.Key]}, nil
}

func (a *archive) ECGs(context.Context, string, time.Time, time.Time) ([]history.ECG, error) {
	if a.fails == "ecgs" {
		return nil, errArchive
	}
	return a.ecgs, nil
}

func exact(t *testing.T, text string) decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// noon is a day of November 2026 at noon.
func noon(day int) time.Time { return time.Date(2026, 11, day, 12, 0, 0, 0, time.UTC) }

// add adds a reading of a cuff.
func (a *archive) add(at time.Time, systolic, diastolic int64) {
	a.records = append(a.records, history.Stored{Kind: sensors.KindMeasures, Record: sensors.Record{
		At:    at.Unix(),
		Model: "BPM Connect",
		Values: map[string]sensors.Value{
			bloodpressure.KeySystolic:  sensors.Number(decimal.FromInt(systolic)),
			bloodpressure.KeyDiastolic: sensors.Number(decimal.FromInt(diastolic)),
			bloodpressure.KeyPulse:     sensors.Number(decimal.FromInt(60)),
		},
	}})
}

// november has something of everything.
func november(t *testing.T) *archive {
	t.Helper()
	a := &archive{series: map[string][]history.Point{}}
	for day := range 10 {
		at := noon(day + 10)
		a.add(at.Add(-4*time.Hour), 130+int64(day), 82)
		if day%3 == 0 {
			a.add(at.Add(7*time.Hour), 124, 78)
		}
	}
	for day, weight := range []string{"70.25", "70.1", "69.85"} {
		value := exact(t, weight)
		a.series["weight_kg"] = append(a.series["weight_kg"], history.Point{
			Time: noon(day + 10), Count: 1, Min: value, Max: value, Last: value, Mean: value.Float(),
		})
	}
	a.series[bloodpressure.KeyPulse] = []history.Point{
		{Time: noon(10), Count: 1, Min: exact(t, "58"), Max: exact(t, "58"), Mean: 58},
		{Time: noon(11), Count: 3, Min: exact(t, "61"), Max: exact(t, "70"), Mean: 66},
	}
	for i, class := range []string{"negative", "inconclusive", "negative", "class_99", ""} {
		rec := sensors.Record{ID: int64(i + 1), At: noon(10 + i).Unix(), Values: map[string]sensors.Value{
			"ecg_heart_rate_bpm": sensors.Number(decimal.FromInt(int64(60 + i))),
		}}
		if class != "" {
			rec.Values["ecg_afib"] = sensors.Text(class)
		}
		a.ecgs = append(a.ecgs, history.ECG{Record: rec})
	}
	return a
}

func options(language display.Language) report.Options {
	return report.Options{
		Name:    "Alice",
		User:    "4711",
		Period:  report.Period{From: noon(1), To: noon(28)},
		Now:     noon(28),
		Reader:  display.Reader{Language: language, Zone: time.UTC},
		Version: "1.2.3",
	}
}

// written is a report as a file.
func written(t *testing.T, a report.Archive, o report.Options) string {
	t.Helper()
	made, err := report.Read(t.Context(), a, o)
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := made.Write(&file); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// words are a page without markup, styles, pictures and no-break spaces.
func words(page string) string {
	page = regexp.MustCompile(`(?s)<svg.*?</svg>|<style>.*?</style>|<[^>]*>`).ReplaceAllString(page, " ")
	return strings.Join(strings.Fields(html.UnescapeString(strings.ReplaceAll(page, "\u00a0", " "))), " ")
}

func wantWords(t *testing.T, page string, wants ...string) {
	t.Helper()
	said := words(page)
	for _, want := range wants {
		if !strings.Contains(said, want) {
			t.Errorf("the report does not say %q:\n%s", want, said)
		}
	}
}

func TestReportGolden(t *testing.T) {
	t.Parallel()
	goldentest.Compare(t, "testdata/report.html", []byte(written(t, november(t), options(display.English))))
}

func TestReportHasMeansChangesAndResults(t *testing.T) {
	t.Parallel()
	wantWords(t, written(t, november(t), options(display.English)),
		"Alice 1 Nov 2026 to 28 Nov 2026 Made on 28 Nov 2026 12:00",
		"Morning 135/82 130–139 / 82–82 60 10", "Evening 124/78 124–124 / 78–78 60 4", "All 132/81",
		"Measured with: BPM Connect.", "10 Nov 70.3 kg · 12 Nov 69.9 kg · change −0.4 kg",
		"Mean 64 /min · 58–70/min · 4 readings", "Sinus rhythm 2", "14 Nov 2026 12:00 No result 64",
		"11 Nov 2026 12:00 Inconclusive 61", "Blood pressure by day", "19 Nov 139/82 124/78 132/80 60",
		"Made by vitals2mqtt 1.2.3", "Nothing leaves the machine.",
	)
	wantWords(t, written(t, november(t), options(display.German)),
		"Messwerte von Alice", "Morgens 135/82", "Änderung −0,4 kg", "Sinusrhythmus 2", "Kein Ergebnis 64",
		"Nichts verlässt diesen Rechner.",
	)
	imperial := options(display.English)
	imperial.Reader.Units = units.Imperial
	wantWords(t, written(t, november(t), imperial), "154.9 lb · 12 Nov 154.0 lb · change −0.9 lb")
}

// A file must neither load anything nor run anything, and no key of a text may
// be left in it.
func TestReportNeedsNothingElse(t *testing.T) {
	t.Parallel()
	hostile := options(display.German)
	hostile.Name = `Alice"><script>alert(1)</script>`
	page := written(t, november(t), hostile)
	outside := regexp.MustCompile(`(?i)<script|<link|<img|<iframe|\son\w+=|\sstyle=|src=|href=|url\(|@import`)
	if found := outside.FindString(page); found != "" {
		t.Errorf("the file holds %q", found)
	}
	if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'"`) {
		t.Error("the file has no policy")
	}
	for _, language := range display.Languages() {
		page := words(written(t, november(t), options(language)))
		if found := regexp.MustCompile(`\b(report|heart|pressure)\.[a-z_]+`).FindString(page); found != "" {
			t.Errorf("%s: there is no text for %s", language, found)
		}
	}
}

func TestReportWithoutReadings(t *testing.T) {
	t.Parallel()
	unknown := options(display.English)
	unknown.User = ""
	for name, page := range map[string]string{
		"empty archive": written(t, &archive{}, options(display.English)),
		"not signed in": written(t, &archive{fails: "records"}, unknown),
	} {
		if strings.Contains(page, "<svg") || strings.Count(page, "No readings.") != 3 {
			t.Errorf("%s:\n%s", name, words(page))
		}
		wantWords(t, page, "Alice", "No electrocardiograms.")
	}
}

func TestReportOfOneReading(t *testing.T) {
	t.Parallel()
	a := &archive{series: map[string][]history.Point{"weight_kg": november(t).series["weight_kg"][:1]}}
	a.add(noon(20), 120, 80)
	wantWords(t, written(t, a, options(display.English)), "Morning none 0", "Evening 120/80", "change 0.0 kg")
}

func TestReportDoesNotBridgePauses(t *testing.T) {
	t.Parallel()
	a := &archive{series: map[string][]history.Point{}}
	value := exact(t, "70")
	for _, day := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 24, 25} {
		a.series["weight_kg"] = append(a.series["weight_kg"], history.Point{
			Time: noon(day), Count: 1, Min: value, Max: value, Last: value, Mean: 70,
		})
	}
	page := written(t, a, options(display.English))
	_, line, _ := strings.Cut(page, `class="line first" d="`)
	line, _, _ = strings.Cut(line, `"`)
	if strings.Count(line, "M") != 2 {
		t.Errorf("the weight is the line %q", line)
	}
}

// Many readings are averaged over weeks and months, so that the page stays one.
func TestReportOfYearsStaysShort(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		days int
		want string
	}{
		"quarter":   {91, "Blood pressure by day"},
		"year":      {366, "Blood pressure by week, from Monday"},
		"ten years": {3653, "Blood pressure by month"},
	} {
		a := &archive{}
		for day := range test.days {
			a.add(noon(1).AddDate(0, 0, day-test.days), 120, 80)
		}
		page := written(t, a, options(display.English))
		wantWords(t, page, test.want)
		if rows := strings.Count(page, `<th scope="row">`); rows > 130 {
			t.Errorf("%s: %d rows", name, rows)
		}
	}
	a := &archive{ecgs: make([]history.ECG, 40)}
	wantWords(t, written(t, a, options(display.English)), "28 older ones are not listed.", "No result 40")
}

func TestReportFailsWithTheArchive(t *testing.T) {
	t.Parallel()
	for _, part := range []string{"records", "weight_kg", bloodpressure.KeyPulse, "ecgs"} {
		a := november(t)
		a.fails = part
		if _, err := report.Read(t.Context(), a, options(display.English)); !errors.Is(err, errArchive) {
			t.Errorf("%s: %v", part, err)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 28, 15, 0, 0, 0, berlin)
	for _, row := range []struct{ from, to, wantFrom, wantTo string }{
		{"", "", "2026-08-30T15:00:00+02:00", "2026-11-28T15:00:00+01:00"},
		{"30d", "", "2026-10-29T15:00:00+01:00", "2026-11-28T15:00:00+01:00"},
		{"2026-10-01", "2026-10-31", "2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00"},
		{"2025", "2025", "2025-01-01T00:00:00+01:00", "2026-01-01T00:00:00+01:00"},
		{"2025-12", "2026-02", "2025-12-01T00:00:00+01:00", "2026-03-01T00:00:00+01:00"},
		{"2y", "365d", "2024-11-28T15:00:00+01:00", "2025-11-28T15:00:00+01:00"},
		{"", "2026-01-31", "2025-11-03T00:00:00+01:00", "2026-02-01T00:00:00+01:00"},
	} {
		p, err := report.ParsePeriod(row.from, row.to, now, berlin)
		from, to := p.From.Format(time.RFC3339), p.To.Format(time.RFC3339)
		if err != nil || from != row.wantFrom || to != row.wantTo {
			t.Errorf("%q to %q: %s to %s, %v", row.from, row.to, from, to, err)
		}
	}
	for _, row := range [][2]string{{"2026", "2025"}, {"soon", ""}, {"", "soon"}, {"2027", ""}} {
		if p, err := report.ParsePeriod(row[0], row[1], now, berlin); err == nil {
			t.Errorf("%v is %v", row, p)
		}
	}
}
