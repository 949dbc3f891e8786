// SPDX-License-Identifier: MIT

package report

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/bloodpressure"
	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
	"vitals2mqtt/web/draw"
)

// Keys of the values.
const (
	keyWeight    = "weight_kg"
	keyChange    = "weight_change_30d_kg" // is written as a change of weight is
	keyECGResult = "ecg_afib"
	keyECGRate   = "ecg_heart_rate_bpm"
)

// series reads the values of a key by day.
func series(ctx context.Context, archive Archive, o Options, key string) (history.Series, error) {
	return archive.Range(ctx, history.Range{
		User:   o.User,
		Key:    key,
		From:   o.Period.From,
		To:     o.Period.To,
		Bucket: history.BucketDay,
		Zone:   o.Reader.Zone,
	})
}

// readWeight is the weight, nil without one.
func readWeight(ctx context.Context, archive Archive, o Options) (*Weight, error) {
	found, err := series(ctx, archive, o, keyWeight)
	if err != nil || len(found.Points) == 0 {
		return nil, err
	}
	row, _ := sensors.Lookup(keyWeight)
	first, last := found.Points[0], found.Points[len(found.Points)-1]
	weight := &Weight{
		First:   o.Reader.Read(row, sensors.Number(first.Last)).String(),
		FirstAt: o.Reader.Language.Day(first.Time, o.Now),
		Last:    o.Reader.Read(row, sensors.Number(last.Last)).String(),
		LastAt:  o.Reader.Language.Day(last.Time, o.Now),
		Change:  change(o, last.Last.Float()-first.Last.Float()),
	}
	if len(found.Points) > 1 {
		weight.Picture = drawn(weightChart(found.Points, row, o))
	}
	return weight, nil
}

// change is a difference of weights with its sign.
func change(o Options, kilograms float64) string {
	row, _ := sensors.Lookup(keyChange)
	row.Precision = 1
	size, err := decimal.Parse(strconv.FormatFloat(math.Abs(kilograms), 'f', 1, 64))
	if err != nil {
		return ""
	}
	text := o.Reader.Read(row, sensors.Number(size)).String()
	switch {
	case size.Sign() == 0:
		return text
	case kilograms < 0:
		return "\u2212" + text
	}
	return "+" + text
}

func weightChart(points []history.Point, row sensors.Sensor, o Options) draw.Picture {
	axis, other := o.Reader.Units.Linear(units.Kind{Class: row.DeviceClass, Unit: row.Unit})
	if !other {
		axis = units.Linear{Factor: 1, Unit: row.Unit}
	}
	line := draw.Line{Class: "first"}
	for _, point := range points {
		line.Points = append(line.Points, draw.At(point.Time.Add(12*time.Hour), point.Mean*axis.Factor+axis.Offset))
	}
	line.Gap = draw.UsualGap(line.Points)
	return draw.Chart{
		Title:  o.Reader.Language.Say("report.weight.picture"),
		From:   o.Period.From,
		To:     o.Period.To,
		Zone:   o.Reader.Zone,
		Lines:  []draw.Line{line},
		Height: weightHeight,
		Value:  func(value float64) string { return o.Reader.Mark(value, axis.Unit) },
		Time:   o.Reader.Language.Tick,
	}.Draw()
}

// readPulse is the pulse of all devices, nil without one.
func readPulse(ctx context.Context, archive Archive, o Options) (*Pulse, error) {
	found, err := series(ctx, archive, o, bloodpressure.KeyPulse)
	if err != nil || len(found.Points) == 0 {
		return nil, err
	}
	lowest, highest, sum, count := math.Inf(1), math.Inf(-1), 0.0, 0
	for _, point := range found.Points {
		lowest, highest = min(lowest, point.Min.Float()), max(highest, point.Max.Float())
		sum += point.Mean * float64(point.Count)
		count += point.Count
	}
	return &Pulse{
		Mean:    bloodpressure.Whole(sum / float64(max(count, 1))),
		Lowest:  bloodpressure.Whole(lowest),
		Highest: bloodpressure.Whole(highest),
		Count:   o.Reader.Language.Count("report.values", count),
	}, nil
}

// maxECGs is how many electrocardiograms are listed.
const maxECGs = 12

// readECGs lists the electrocardiograms, nil for none.
func readECGs(ctx context.Context, archive Archive, o Options) (*ECG, error) {
	found, err := archive.ECGs(ctx, o.User, o.Period.From, o.Period.To)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	slices.Reverse(found)
	var rows []ECGRow
	count := map[string]int{}
	for _, e := range found {
		row := ECGRow{
			When:   o.Reader.Language.Moment(time.Unix(e.At, 0).In(e.Location(o.Reader.Zone))),
			Result: resultOf(e, o),
		}
		if rate, ok := e.Values[keyECGRate].Decimal(); ok {
			row.Rate = rate.Fixed(0)
		}
		count[row.Result]++
		rows = append(rows, row)
	}
	ecg := &ECG{Summary: countsOf(count), Columns: inColumns(rows[:min(len(rows), maxECGs)])}
	if older := len(rows) - maxECGs; older > 0 {
		ecg.More = o.Reader.Language.Count("report.ecg.more", older)
	}
	return ecg, nil
}

// resultOf is the result of an electrocardiogram in words.
func resultOf(e history.ECG, o Options) string {
	result := e.Values[keyECGResult].String()
	if result == "" {
		return o.Reader.Language.Say("heart.no_result")
	}
	row, _ := sensors.Lookup(keyECGResult)
	return o.Reader.Language.Option(row, result)
}

// countsOf lists results, the most frequent first.
func countsOf(count map[string]int) string {
	var names []string
	for name := range count {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	for i, name := range names {
		names[i] = name + "\u00a0" + strconv.Itoa(count[name])
	}
	return strings.Join(names, " · ")
}
