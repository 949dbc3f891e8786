// SPDX-License-Identifier: MIT

package transfer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/sensors"
)

// maxLine bounds a line of JSON Lines. A night has about a hundred fields.
const maxLine = 1 << 20

// ReadJSON reads JSON Lines as NewJSONWriter writes them, with ids, sources and
// all times. A line with a mistake costs that record.
func ReadJSON(in io.Reader, name string, o ReadOptions, report *Report) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxLine)
		file := report.File(name)
		number := 0
		for lines.Scan() {
			number++
			line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte(byteOrderMark)))
			if len(line) == 0 {
				continue
			}
			file.Rows++
			item, problem := parseJSONLine(line, o)
			if problem != nil {
				problem.File, problem.Line = name, number
				report.AddProblem(*problem)
				continue
			}
			if !yield(item, nil) {
				return
			}
		}
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(Item{}, fmt.Errorf("%s:%d: the line is longer than 1 MiB", name, number+1))
		} else if err != nil {
			yield(Item{}, fmt.Errorf("reading %s: %w", name, err))
		}
	}
}

func parseJSONLine(line []byte, o ReadOptions) (Item, *Problem) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.DisallowUnknownFields()
	var parsed jsonRecord
	if err := decoder.Decode(&parsed); err != nil {
		return Item{}, jsonProblem(err, line)
	}
	if decoder.InputOffset() != int64(len(line)) {
		return Item{}, &Problem{Column: int(decoder.InputOffset()) + 1, Reason: "more than one value in the line"}
	}
	item, member, err := parsed.item(o)
	if err != nil {
		return Item{}, &Problem{Column: memberColumn(line, member), Reason: member + ": " + err.Error()}
	}
	return item, nil
}

// jsonProblem says where JSON has a mistake, without its content.
func jsonProblem(err error, line []byte) *Problem {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return &Problem{Column: int(syntax.Offset), Reason: "invalid JSON"}
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return &Problem{Column: 1, Reason: "not a JSON object"}
		}
		return &Problem{
			Column: memberColumn(line, lastName(wrong.Field)),
			Reason: fmt.Sprintf("%s: a %s is no value of it", wrong.Field, strings.Fields(wrong.Value)[0]),
		}
	}
	if member, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); unknown {
		return &Problem{Column: memberColumn(line, strings.Trim(member, `"`)), Reason: "unknown member"}
	}
	return &Problem{Column: len(line), Reason: "invalid JSON"}
}

// lastName is the last part of a path such as "fields.value".
func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// memberColumn is where a member begins, 1 when it is missing.
func memberColumn(line []byte, name string) int {
	return max(0, bytes.Index(line, []byte(`"`+name+`"`))) + 1
}

// item makes a record of a line, or names the member with a mistake.
func (r *jsonRecord) item(o ReadOptions) (item Item, member string, err error) {
	if r.Version != jsonVersion {
		return Item{}, "v", fmt.Errorf("this is version %d of the format, and this program reads version %d",
			r.Version, jsonVersion)
	}
	item = Item{Kind: sensors.Kind(r.Kind), Record: sensors.Record{
		ID:          r.ID,
		Date:        r.Date,
		Zone:        r.Zone,
		Attribution: r.Attribution,
		Device:      r.Device,
		Model:       r.Model,
		Class:       r.Class,
		Tracker:     r.Tracker,
		Brand:       r.Brand,
		Pending:     r.Pending,
		Source:      sensors.Source(r.Source),
	}}
	if item.Waveform, err = r.waveform(); err != nil {
		return Item{}, kindWaveform, err
	}
	if item.Waveform != nil {
		item.Kind = sensors.KindHeart
	}
	switch _, err := time.Parse(time.DateOnly, r.Date); {
	case !slices.Contains(storedKinds(), item.Kind):
		return Item{}, "kind", errors.New("unknown kind of record")
	case !slices.Contains(sources(), item.Source):
		return Item{}, "source", errors.New("unknown source")
	case r.Date != "" && err != nil:
		return Item{}, "date", errors.New("not a date such as 2025-01-31")
	case r.At == "":
		return Item{}, "at", errors.New("missing")
	}
	for _, t := range []struct {
		member, text string
		second       *int64
	}{
		{"at", r.At, &item.At},
		{"start", r.Start, &item.Start},
		{"created", r.Created, &item.Created},
		{"modified", r.Modified, &item.Modified},
		{"received", r.Received, &item.Received},
	} {
		if t.text == "" {
			continue
		}
		if *t.second, err = parseSecond(t.text, o); err != nil {
			return Item{}, t.member, err
		}
	}
	for _, f := range r.Fields {
		field, err := f.field()
		if err != nil {
			return Item{}, "fields", err
		}
		item.Fields = append(item.Fields, field)
	}
	return item, "", nil
}

// waveform returns the curve of a line, nil when it is that of a record.
func (r *jsonRecord) waveform() (*sensors.Waveform, error) {
	switch isWaveform := r.Kind == kindWaveform; {
	case !isWaveform && r.Waveform == nil:
		return nil, nil //nolint:nilnil // most lines have none
	case !isWaveform:
		return nil, errors.New("only for the kind " + kindWaveform)
	case r.Waveform == nil:
		return nil, errors.New("missing")
	case r.ID <= 0:
		return nil, errors.New("the id is not that of a signal")
	}
	return r.Waveform.decode()
}

func (f jsonField) field() (sensors.Field, error) {
	field := sensors.Field{Name: f.Name, Position: sensors.NoPosition}
	if f.Name == "" {
		return field, errors.New("a field without a name")
	}
	if f.Position != nil {
		field.Position = *f.Position
	}
	if err := field.Value.UnmarshalJSON(f.Value); err != nil || !field.Value.Valid() {
		return field, errors.New("a value that is neither a number of up to 18 digits nor a text")
	}
	return field, nil
}

// parseSecond reads a time with an offset.
func parseSecond(text string, o ReadOptions) (int64, error) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, errors.New("not a time such as 2025-01-31T07:00:00+01:00")
	}
	return t.Unix(), o.checkTime(t)
}

// storedKinds are the kinds that have records.
func storedKinds() []sensors.Kind {
	return []sensors.Kind{
		sensors.KindMeasures, sensors.KindNights, sensors.KindSeries, sensors.KindStage, sensors.KindDays,
		sensors.KindSlots, sensors.KindWorkouts, sensors.KindHeart, sensors.KindSounds, sensors.KindGoals, sensors.KindBeds,
	}
}

func sources() []sensors.Source {
	return []sensors.Source{sensors.SourceCloud, sensors.SourceNotification, sensors.SourceImport}
}

// byteOrderMark is what some programs begin a text file in UTF-8 with.
const byteOrderMark = "\ufeff"
