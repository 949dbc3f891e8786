// SPDX-License-Identifier: MIT

package transfer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// jsonVersion is the version of the format, in every line.
const jsonVersion = 1

// jsonRecord is a line of JSON Lines: a record with everything but the row of
// the response that it was made of. Times are RFC 3339 with the offset of the
// person's time zone.
type jsonRecord struct {
	Version     int         `json:"v"`
	Kind        string      `json:"kind"`
	ID          int64       `json:"id"` // the cloud's; negative when made up
	At          string      `json:"at"` // measured; the end of what lasts
	Start       string      `json:"start,omitempty"`
	Date        string      `json:"date,omitempty"` // the local day it counts for
	Zone        string      `json:"zone,omitempty"`
	Created     string      `json:"created,omitempty"`
	Modified    string      `json:"modified,omitempty"`
	Received    string      `json:"received,omitempty"`
	Attribution *int        `json:"attribution,omitempty"`
	Device      string      `json:"device,omitempty"`
	Model       string      `json:"model,omitempty"`
	Class       int64       `json:"class,omitempty"`
	Tracker     bool        `json:"tracker,omitempty"`
	Brand       int64       `json:"brand,omitempty"`
	Pending     bool        `json:"pending,omitempty"`
	Source      string      `json:"source"`
	Fields      []jsonField `json:"fields,omitzero"`
	// Waveform is there if Kind is kindWaveform, instead of fields.
	Waveform *jsonWaveform `json:"waveform,omitempty"`
}

// jsonField is a value in the cloud's unit.
type jsonField struct {
	Name     string          `json:"name"`
	Position *int            `json:"position,omitempty"`
	Value    json.RawMessage `json:"value"`
}

// jsonWriter writes JSON Lines.
type jsonWriter struct {
	out  *bufio.Writer
	zone *time.Location
}

// NewJSONWriter writes records as JSON Lines, completely: reading them again
// gives the same records. The zone is for records without one.
func NewJSONWriter(out io.Writer, zone *time.Location) Writer {
	return jsonWriter{out: bufio.NewWriter(out), zone: zone}
}

// Write implements Writer.
func (w jsonWriter) Write(item Item) error {
	line, err := w.line(item)
	if err != nil {
		return err
	}
	encoded, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("encoding a record: %w", err)
	}
	_, err = w.out.Write(append(encoded, '\n'))
	return err
}

func (w jsonWriter) line(item Item) (jsonRecord, error) {
	zone := zoneOf(&item.Record, w.zone)
	line := jsonRecord{
		Version:     jsonVersion,
		Kind:        string(item.Kind),
		ID:          item.ID,
		At:          formatSecond(item.At, zone),
		Start:       formatSecond(item.Start, zone),
		Date:        item.Date,
		Zone:        item.Zone,
		Created:     formatSecond(item.Created, zone),
		Modified:    formatSecond(item.Modified, zone),
		Received:    formatSecond(item.Received, zone),
		Attribution: item.Attribution,
		Device:      item.Device,
		Model:       item.Model,
		Class:       item.Class,
		Tracker:     item.Tracker,
		Brand:       item.Brand,
		Pending:     item.Pending,
		Source:      string(sourceOf(&item.Record)),
	}
	if item.Waveform != nil {
		line.Kind, line.Waveform = kindWaveform, newJSONWaveform(*item.Waveform)
		return line, nil
	}
	line.Fields = make([]jsonField, 0, len(item.Fields))
	for _, field := range item.Fields {
		encoded, err := newJSONField(field)
		if err != nil {
			return jsonRecord{}, fmt.Errorf("field %s: %w", field.Name, err)
		}
		line.Fields = append(line.Fields, encoded)
	}
	return line, nil
}

// Close implements Writer.
func (w jsonWriter) Close() error { return w.out.Flush() }

func newJSONField(field sensors.Field) (jsonField, error) {
	encoded := jsonField{Name: field.Name}
	if field.Position != sensors.NoPosition {
		encoded.Position = &field.Position
	}
	if number, ok := field.Value.Decimal(); ok {
		encoded.Value = json.RawMessage(shortNumber(number.String()))
		return encoded, nil
	}
	value, err := json.Marshal(field.Value)
	encoded.Value = value
	return encoded, err
}

// maxDigits is how many digits every number of 64 bits can have.
const maxDigits = 18

// shortNumber writes the zeros at the end of a long number as an exponent:
// decimals hold 19 digits.
func shortNumber(text string) string {
	if len(text) <= maxDigits || strings.Contains(text, ".") {
		return text
	}
	digits := strings.TrimRight(text, "0")
	if len(digits) == len(text) {
		return text
	}
	return digits + "e" + strconv.Itoa(len(text)-len(digits))
}

// formatSecond is a second in RFC 3339, "" for 0.
func formatSecond(second int64, zone *time.Location) string {
	if second == 0 {
		return ""
	}
	return time.Unix(second, 0).In(zone).Format(time.RFC3339)
}
