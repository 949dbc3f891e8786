// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

// detailRow is a line of the details: a text, or something to copy.
type detailRow struct {
	Name, Text string
	Code       []string
}

// details are all facts about the current value.
func (v valueRoutes) details(view *valueView) (rows []detailRow) {
	text := func(key, text string) {
		if text != "" {
			rows = append(rows, detailRow{Name: view.Say(key), Text: text})
		}
	}
	code := func(key string, codes ...string) {
		if len(codes) > 0 && codes[0] != "" {
			rows = append(rows, detailRow{Name: view.Say(key), Code: codes})
		}
	}
	reading := view.Current.Reading
	code("value.exact", view.Current.Text)
	code("value.unit", view.Row.Unit)
	code("value.measured_at", exactTime(view.Current.MeasuredAt, view.now.Location()))
	code("value.received_at", exactTime(reading.ReceivedAt, view.now.Location()))
	text("value.device", view.Current.Device)
	text("value.attribution", view.attribution(reading))
	code("value.key", view.Row.Key)
	if v.published != nil {
		place := v.published(view.Profile.Slug, view.Row)
		code("value.topics", place.Topics...)
		code("value.entity", place.EntityID)
	}
	return rows
}

// exactTime formats a time with its offset.
func exactTime(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format(time.RFC3339)
}

// attribution says in words how the cloud assigned a reading.
func (view *valueView) attribution(r sensors.Reading) string {
	if r.Attribution == nil {
		return ""
	}
	number := strconv.Itoa(*r.Attribution)
	text := view.Say("value.attribution.other", number)
	if key := "value.attribution." + number; view.Has(key) {
		text = view.Say(key)
	}
	if r.Unconfirmed {
		text = joinParts(text, view.Say("value.unconfirmed"))
	}
	return text
}

// record is the archived record of the current value as JSON, "" for none.
func (v valueRoutes) record(ctx context.Context, view *valueView) (string, error) {
	if !view.kept || view.Current.MeasuredAt.IsZero() {
		return "", nil
	}
	key := view.Plan.Keys[0] // of what the value is computed from
	if slices.Contains(view.Plan.Keys, view.Row.Key) {
		key = view.Row.Key // a pulse without a blood pressure is in a chart with it
	}
	filter := history.Filter{User: view.past.User, Keys: []string{key}, From: view.Current.MeasuredAt}
	filter.To = filter.From.Add(time.Second)
	if day, err := time.ParseInLocation(time.DateOnly, view.Current.Reading.Date, view.now.Location()); err == nil &&
		view.Row.Endpoint == sensors.EndpointActivity { // the totals of a day count when it begins
		filter.From, filter.To = day, day.AddDate(0, 0, 1)
	}
	for rec, err := range v.archive.Records(ctx, filter) {
		if err != nil {
			return "", err
		}
		text, err := json.MarshalIndent(newRecordAnswer(rec, view.now.Location()), "", "  ")
		return string(text), err
	}
	return "", nil
}
