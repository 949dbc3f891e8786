// SPDX-License-Identifier: MIT

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/display"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/web"
)

// maxPastLines is how many lines a sensor has at most unless the user chooses
// the span.
const maxPastLines = 100

// bucketNone is the span of single values on the command line.
const bucketNone = "none"

// past are the values that show --since prints.
type past struct {
	profile *config.Profile
	zone    *time.Location
	extra   []sensors.Sensor
	series  []history.Series
	without []string // keys without a value
}

// showPast prints values of the archive. It changes nothing, and works beside a
// running daemon.
func (c showCommand) showPast(
	ctx context.Context, s *session, settings *config.Config, profile *config.Profile,
) (err error) {
	user, err := findAccount(settings, profile)
	if err != nil {
		return err
	}
	shown := past{profile: profile, extra: settings.Withings.ExtraTypes}
	keys, err := findExportKeys(c.Keys, shown.extra)
	if err != nil {
		return err
	}
	archive, err := openArchive(ctx, settings, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	shown.zone = cmp.Or(accountZone(ctx, archive, user), time.Local)
	asked, err := c.askedRange(user, shown.zone)
	if err != nil {
		return err
	}
	if len(keys) == 0 {
		keys = profile.Measurements
	}
	if err := shown.read(ctx, archive, asked, keys); err != nil {
		return err
	}
	switch {
	case c.JSON:
		return s.printJSON(shown.answer())
	case len(shown.series) == 0:
		return errors.New("no values in that time")
	case len(c.Keys) == 0:
		return shown.printSummary(s)
	}
	return printPast(s, &shown)
}

// askedRange is the range of every key.
func (c showCommand) askedRange(user string, zone *time.Location) (history.Range, error) {
	r := history.Range{User: user, Zone: zone}
	if c.Bucket == "" && !c.JSON && len(c.Keys) > 0 {
		r.MaxPoints = maxPastLines
	}
	if c.Bucket != bucketNone {
		r.Bucket = history.Bucket(c.Bucket)
	}
	var err error
	if r.From, err = parseWhen(c.Since, time.Now(), zone); err != nil {
		return r, err
	}
	if r.To, err = parseWhen(c.Until, time.Now(), zone); err != nil {
		return r, err
	}
	if !r.From.IsZero() && !r.To.IsZero() && !r.From.Before(r.To) {
		return r, usageError("--until must be later than --since")
	}
	return r, nil
}

// read reads the values of the keys.
func (p *past) read(ctx context.Context, archive *history.Archive, asked history.Range, keys []string) error {
	for _, key := range keys {
		asked.Key = key
		series, err := archive.Range(ctx, asked)
		if err != nil {
			return err
		}
		if len(series.Points) == 0 {
			p.without = append(p.without, key)
			continue
		}
		p.series = append(p.series, series)
	}
	return nil
}

// pastAnswer is what show --since --json prints.
type pastAnswer struct {
	Profile string              `json:"profile"`
	Series  []web.HistorySeries `json:"series"`
}

func (p *past) answer() pastAnswer {
	answer := pastAnswer{Profile: p.profile.Slug, Series: []web.HistorySeries{}}
	for _, series := range p.series {
		answer.Series = append(answer.Series, web.NewHistorySeries(series, p.row(series.Key)))
	}
	return answer
}

func (p *past) row(key string) sensors.Sensor {
	row, _ := sensors.LookupAmong(p.extra, key)
	return row
}

// format is a number in the units of the profile.
func (p *past) format(row sensors.Sensor, d decimal.Decimal) string {
	return display.Value(row, sensors.Number(d), p.profile.Units, p.zone)
}

// formatMean is a mean in the units of the profile, rounded before.
func (p *past) formatMean(row sensors.Sensor, mean float64) string {
	d, err := decimal.Parse(fmt.Sprintf("%.*f", max(row.Precision, 0)+2, mean))
	if err != nil {
		return ""
	}
	return p.format(row, d)
}

// formatTime is the time of a point as precise as its bucket.
func (p *past) formatTime(t time.Time, bucket history.Bucket) string {
	switch bucket {
	case history.BucketDay, history.BucketWeek:
		return t.In(p.zone).Format("2 Jan 2006")
	case history.BucketMonth:
		return t.In(p.zone).Format("Jan 2006")
	case history.BucketYear:
		return t.In(p.zone).Format("2006")
	case history.BucketNone, history.BucketHour:
	}
	return t.In(p.zone).Format("2 Jan 2006 15:04")
}

// last is the last value of a point.
func (p *past) last(row sensors.Sensor, point history.Point) string {
	if point.Text != "" {
		return display.Value(row, sensors.Text(point.Text), p.profile.Units, p.zone)
	}
	return p.format(row, point.Last)
}

// printPast prints a table for each sensor.
func printPast(s *session, p *past) error {
	for i, series := range p.series {
		if i > 0 {
			s.printf("\n")
		}
		if err := p.printSeries(s, series); err != nil {
			return err
		}
	}
	for _, key := range p.without {
		s.printf("\n%s has no values in that time\n", key)
	}
	return nil
}

func (p *past) printSeries(s *session, series history.Series) error {
	row, table := p.row(series.Key), tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	isText := series.Points[0].Text != ""
	switch {
	case series.Bucket == history.BucketNone:
		_, _ = fmt.Fprintf(table, "TIME\t%s\n", series.Key)
	case isText:
		_, _ = fmt.Fprintf(table, "%s\t%s\tCOUNT\n", headings()[series.Bucket], series.Key)
	default:
		_, _ = fmt.Fprintf(table, "%s\t%s\tMIN\tMAX\tLAST\tCOUNT\n", headings()[series.Bucket], series.Key)
	}
	for _, point := range series.Points {
		at := p.formatTime(point.Time, series.Bucket)
		switch {
		case series.Bucket == history.BucketNone:
			_, _ = fmt.Fprintf(table, "%s\t%s\n", at, p.last(row, point))
		case isText:
			_, _ = fmt.Fprintf(table, "%s\t%s\t%d\n", at, p.last(row, point), point.Count)
		default:
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%d\n", at, p.formatMean(row, point.Mean),
				p.format(row, point.Min), p.format(row, point.Max), p.last(row, point), point.Count)
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the values: %w", err)
	}
	return nil
}

// headings are the headings of the column with the time; the column of a sensor
// has the mean.
func headings() map[history.Bucket]string {
	return map[history.Bucket]string{
		history.BucketHour:  "HOUR",
		history.BucketDay:   "DAY",
		history.BucketWeek:  "WEEK FROM",
		history.BucketMonth: "MONTH",
		history.BucketYear:  "YEAR",
	}
}

// printSummary prints a line for each sensor.
func (p *past) printSummary(s *session) error {
	table := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KEY\tCOUNT\tMEAN\tMIN\tMAX\tLAST\tMEASURED")
	for _, series := range p.series {
		row, total := p.row(series.Key), summarize(series.Points)
		mean, low, high := "", "", ""
		if total.Text == "" {
			mean, low, high = p.formatMean(row, total.Mean), p.format(row, total.Min), p.format(row, total.Max)
		}
		_, _ = fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\t%s\n", series.Key, total.Count, mean, low, high,
			p.last(row, total), p.formatTime(total.Time, series.Bucket))
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("printing the values: %w", err)
	}
	return nil
}

// summarize combines points; the time is that of the last one.
func summarize(points []history.Point) history.Point {
	total := points[0]
	sum := total.Mean * float64(total.Count)
	for _, point := range points[1:] {
		total.Count += point.Count
		sum += point.Mean * float64(point.Count)
		if point.Min.Rat().Cmp(total.Min.Rat()) < 0 {
			total.Min = point.Min
		}
		if point.Max.Rat().Cmp(total.Max.Rat()) > 0 {
			total.Max = point.Max
		}
		total.Time, total.Last, total.Text = point.Time, point.Last, point.Text
	}
	total.Mean = sum / float64(total.Count)
	return total
}
