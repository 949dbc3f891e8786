// SPDX-License-Identifier: MIT

package web

import (
	"strconv"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
)

// rangeAnswer are the values of keys.
type rangeAnswer struct {
	Series []HistorySeries `json:"series"`
}

// HistorySeries are the values of a key.
type HistorySeries struct {
	Key    string         `json:"key"`
	Unit   string         `json:"unit,omitempty"`
	Bucket string         `json:"bucket"`
	Points []HistoryPoint `json:"points"`
}

// HistoryPoint is a value, or what a bucket holds: of texts the last one only.
type HistoryPoint struct {
	Time  string           `json:"time"`
	Value *sensors.Value   `json:"value,omitempty"`
	Count int              `json:"count,omitempty"`
	Min   *decimal.Decimal `json:"min,omitempty"`
	Mean  *decimal.Decimal `json:"mean,omitempty"`
	Max   *decimal.Decimal `json:"max,omitempty"`
	Last  *sensors.Value   `json:"last,omitempty"`
}

// NewHistorySeries returns the values of a key as clients get them. row is the
// row of the key.
func NewHistorySeries(s history.Series, row sensors.Sensor) HistorySeries {
	answer := HistorySeries{Key: s.Key, Unit: s.Unit, Bucket: string(s.Bucket), Points: make([]HistoryPoint, len(s.Points))}
	if s.Bucket == history.BucketNone {
		answer.Bucket = bucketNone
	}
	for i, p := range s.Points {
		answer.Points[i] = newHistoryPoint(p, s.Bucket, row)
	}
	return answer
}

func newHistoryPoint(p history.Point, bucket history.Bucket, row sensors.Sensor) HistoryPoint {
	answer := HistoryPoint{Time: p.Time.Format(time.RFC3339)}
	last := sensors.Number(p.Last)
	if p.Text != "" {
		last = sensors.Text(p.Text)
	}
	if bucket == history.BucketNone {
		answer.Value = &last
		return answer
	}
	answer.Count, answer.Last = p.Count, &last
	if p.Text == "" {
		answer.Min, answer.Max, answer.Mean = &p.Min, &p.Max, roundMean(p.Mean, row)
	}
	return answer
}

// roundMean rounds a mean to two more places than its values are shown with.
func roundMean(mean float64, row sensors.Sensor) *decimal.Decimal {
	places := 6
	if row.Key != "" && row.Precision >= 0 {
		places = row.Precision + 2
	}
	d, err := decimal.Parse(strconv.FormatFloat(mean, 'f', places, 64))
	if err != nil {
		return nil
	}
	return &d
}

// nightsAnswer are nights and naps.
type nightsAnswer struct {
	Nights []nightAnswer `json:"nights"`
}

type nightAnswer struct {
	Date   string                   `json:"date,omitempty"`
	Nap    bool                     `json:"nap"`
	Start  string                   `json:"start"`
	End    string                   `json:"end"`
	Device string                   `json:"device,omitempty"`
	Values map[string]sensors.Value `json:"values"`
	Stages []stageAnswer            `json:"stages"`
}

// stageAnswer is a stretch of sleep.
type stageAnswer struct {
	Start string `json:"start"`
	End   string `json:"end"`
	State string `json:"state"`
}

// keyStage is the key of the state of a stretch of sleep.
const keyStage = "sleep_state"

func newNightAnswer(n history.Night, zone *time.Location) nightAnswer {
	zone = n.Location(zone)
	answer := nightAnswer{
		Date:   n.Date,
		Nap:    n.Nap,
		Start:  formatSecond(n.Start, zone),
		End:    formatSecond(n.At, zone),
		Device: n.Model,
		Values: n.Values,
		Stages: []stageAnswer{},
	}
	for _, stage := range n.Stages {
		answer.Stages = append(answer.Stages, stageAnswer{
			Start: formatSecond(stage.Start, zone),
			End:   formatSecond(stage.At, zone),
			State: stage.Values[keyStage].String(),
		})
	}
	return answer
}

// recordsAnswer are records, and the time to continue from.
type recordsAnswer struct {
	Records []recordAnswer `json:"records"`
	Next    string         `json:"next,omitempty"`
}

type recordAnswer struct {
	Kind        sensors.Kind             `json:"kind"`
	ID          int64                    `json:"id,omitempty"` // the cloud's
	Time        string                   `json:"time"`
	Start       string                   `json:"start,omitempty"`
	Date        string                   `json:"date,omitempty"`
	EventType   sensors.EventType        `json:"event_type,omitempty"`
	Nap         bool                     `json:"nap,omitempty"`
	Device      string                   `json:"device,omitempty"`
	Attribution *int                     `json:"attribution,omitempty"`
	Source      sensors.Source           `json:"source"`
	Values      map[string]sensors.Value `json:"values"`
}

func newRecordAnswer(r history.Stored, zone *time.Location) recordAnswer {
	zone = r.Location(zone)
	answer := recordAnswer{
		Kind:        r.Kind,
		ID:          max(0, r.ID),
		Time:        formatSecond(r.Time(), zone),
		Date:        r.Date,
		EventType:   r.Event,
		Nap:         r.Part == history.PartNap,
		Device:      r.Model,
		Attribution: r.Attribution,
		Source:      r.Source,
		Values:      r.Values,
	}
	if answer.Source == "" {
		answer.Source = sensors.SourceCloud
	}
	if r.Start != 0 && r.Start != r.Time() {
		answer.Start = formatSecond(r.Start, zone)
	}
	return answer
}

func formatSecond(second int64, zone *time.Location) string {
	return time.Unix(second, 0).In(zone).Format(time.RFC3339)
}
