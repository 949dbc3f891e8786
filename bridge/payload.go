// SPDX-License-Identifier: MIT

package bridge

import (
	"encoding/json"
	"time"

	"vitals2mqtt/sensors"
	"vitals2mqtt/units"
)

// Payloads of availability topics and of on/off sensors.
const (
	online  = "online"
	offline = "offline"
	on      = "ON"
	off     = "OFF"
)

// detail is the JSON on a key's detail topic. Home Assistant reads the value
// and the attributes from this one message, so that it writes its state once.
type detail struct {
	Value       sensors.Value `json:"value"`
	Unit        string        `json:"unit,omitempty"`
	Shown       string        `json:"shown,omitempty"`      // the value on the bare topic, if converted
	ShownUnit   string        `json:"shown_unit,omitempty"` // and its unit
	MeasuredAt  string        `json:"measured_at,omitempty"`
	ReceivedAt  string        `json:"received_at,omitempty"`
	LastReset   string        `json:"last_reset,omitempty"`
	Device      string        `json:"device,omitempty"`
	Model       string        `json:"model,omitempty"`
	Attribution *int          `json:"attribution,omitempty"`
	Unconfirmed bool          `json:"unconfirmed,omitempty"`
	Estimated   bool          `json:"estimated,omitempty"`
	Code        int64         `json:"code,omitempty"` // the Withings number of a state without a name
	GroupID     int64         `json:"group_id,omitempty"`
	Date        string        `json:"date,omitempty"`
	Zone        string        `json:"timezone,omitempty"`
}

func detailOf(r sensors.Reading, row sensors.Sensor) detail {
	d := detail{
		Value:       r.Value,
		Unit:        row.Unit,
		MeasuredAt:  formatTime(r.MeasuredAt),
		ReceivedAt:  formatTime(r.ReceivedAt),
		Device:      sensors.DeviceID(r.Device),
		Model:       r.Model,
		Attribution: r.Attribution,
		Unconfirmed: r.Unconfirmed,
		Estimated:   r.Estimated,
		Code:        r.Code,
		GroupID:     r.GroupID,
		Date:        r.Date,
		Zone:        r.Zone,
	}
	if !r.LastReset.IsZero() {
		d.LastReset = r.LastReset.Format(time.RFC3339) // a local midnight, so with its offset
	}
	return d
}

// render returns the bare payload and the detail of a reading. Home Assistant
// reads the detail, whose value is always metric.
func render(r sensors.Reading, row sensors.Sensor, system units.System) (bare string, d detail) {
	d = detailOf(r, row)
	number, ok := r.Value.Decimal()
	if !ok {
		return r.Value.String(), d
	}
	converted, isConverted := system.Convert(units.Kind{Class: row.DeviceClass, Unit: row.Unit}, number)
	if !isConverted {
		return r.Value.String(), d
	}
	d.Shown, d.ShownUnit = converted.Text, converted.Unit
	return converted.Text, d
}

// eventPayload returns a flat JSON object, because every key but event_type
// becomes an attribute of the Home Assistant event.
func eventPayload(e sensors.Event, wanted keyFilter) []byte {
	payload := map[string]any{"event_type": e.Type, "measured_at": formatTime(e.MeasuredAt), "group_id": e.GroupID}
	if e.Device != "" {
		payload["device"] = sensors.DeviceID(e.Device)
	}
	if e.Model != "" {
		payload["model"] = e.Model
	}
	for key, value := range e.Values {
		if wanted.Has(key) {
			payload[key] = value
		}
	}
	return encode(payload)
}

// formatTime formats a time as on every topic: ISO 8601 in UTC, to the second.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// encode marshals a value that this package builds. Map keys are sorted, so
// that equal values give equal bytes.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("bridge: cannot encode payload: " + err.Error())
	}
	return data
}
