// SPDX-License-Identifier: MIT

package withings

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"vitals2mqtt/internal/decimal"
)

// Stages is the response of v2/sleep get. Its rows come in no order.
type Stages struct {
	Series List[Stage] `json:"series"`
	Model  Int         `json:"model,omitzero"`
}

func (Stages) required() requiredMember { return requiredMember{name: "series"} }

// Stage is a slice of one sleep stage. Times are unix seconds; Series holds
// values by the cloud's name (hr, rr, snoring …).
type Stage struct {
	row

	Start, End, State, ModelID Int
	Model, HashDeviceID        Text
	Series                     []Samples
}

// Samples is one series of a stage, in the order of time, each second once.
type Samples struct {
	Name   string
	Values []Sample
}

// Sample is a value at a unix second.
type Sample struct {
	At    int64
	Value decimal.Decimal
}

// sortSamples sorts samples by time, unless they are. Of two at the same second
// the later one stays.
func sortSamples(samples []Sample) []Sample {
	sorted := true
	for i := 1; i < len(samples) && sorted; i++ {
		sorted = samples[i-1].At < samples[i].At
	}
	if sorted {
		return samples
	}
	slices.SortStableFunc(samples, func(a, b Sample) int { return cmp.Compare(a.At, b.At) })
	distinct := samples[:0]
	for i, sample := range samples {
		if i == len(samples)-1 || samples[i+1].At != sample.At {
			distinct = append(distinct, sample)
		}
	}
	return slices.Clip(distinct)
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom: every member that is an
// object is taken for a series, so that new ones are kept.
func (s *Stage) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*s = Stage{}
	var index nameIndex
	return eachMember(dec, func(name []byte) error {
		switch string(name) {
		case "startdate":
			return s.Start.UnmarshalJSONFrom(dec)
		case "enddate":
			return s.End.UnmarshalJSONFrom(dec)
		case "state":
			return s.State.UnmarshalJSONFrom(dec)
		case "model_id", "modelid":
			return modelID(dec, &s.ModelID)
		case "model":
			return s.Model.UnmarshalJSONFrom(dec)
		case "hash_deviceid":
			return s.HashDeviceID.UnmarshalJSONFrom(dec)
		}
		return s.readSeries(dec, string(name), &index)
	})
}

// readSeries reads one series. Of two with the same name the later one stays.
func (s *Stage) readSeries(dec *jsontext.Decoder, name string, index *nameIndex) error {
	var values []Sample
	err := eachMember(dec, func(second []byte) error {
		at := parseInt(second)
		var value Number
		err := value.UnmarshalJSONFrom(dec)
		if at.OK && value.OK {
			values = append(values, Sample{at.N, value.Decimal})
		}
		return err
	})
	if len(values) == 0 {
		return err
	}
	series := Samples{name, sortSamples(values)}
	i, known := index.find(name, len(s.Series), func(i int) string { return s.Series[i].Name })
	if known {
		s.Series[i] = series
		return err
	}
	s.Series = append(s.Series, series)
	return err
}

// MarshalJSONTo writes the object that UnmarshalJSONFrom reads.
func (s Stage) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, field := range []struct {
		name  string
		value Int
	}{{"startdate", s.Start}, {"enddate", s.End}, {"state", s.State}, {"model_id", s.ModelID}} {
		if field.value.OK {
			if err := writeMember(enc, field.name, field.value); err != nil {
				return err
			}
		}
	}
	for _, field := range []struct {
		name  string
		value Text
	}{{"model", s.Model}, {"hash_deviceid", s.HashDeviceID}} {
		if field.value != "" {
			if err := writeMember(enc, field.name, string(field.value)); err != nil {
				return err
			}
		}
	}
	for _, series := range s.Series {
		if err := enc.WriteToken(jsontext.String(series.Name)); err != nil {
			return err
		}
		if err := enc.WriteToken(jsontext.BeginObject); err != nil {
			return err
		}
		for _, sample := range series.Values {
			if err := writeMember(enc, strconv.FormatInt(sample.At, 10), sample.Value); err != nil {
				return err
			}
		}
		if err := enc.WriteToken(jsontext.EndObject); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// stageKey identifies a stage that two chunks of one call both returned.
type stageKey struct {
	start, end, modelID int64
	device              Text
}

func (s Stage) key() stageKey { return stageKey{s.Start.N, s.End.N, s.ModelID.N, s.HashDeviceID} }

func (g *Stages) scan(s *scanner) (complete bool) {
	for more := s.open('{'); more; more = s.next('}') {
		switch string(s.name()) {
		case "series":
			if g.Series != nil {
				s.fail()
				return false
			}
			g.Series, complete = scanList(s, scanStage)
		case "model":
			g.Model = s.int()
		default:
			s.skip(0)
		}
	}
	return complete
}

func scanStage(s *scanner, stage *Stage) {
	begin := s.at
	s.names.startRow()
	for more := s.openRow(&s.rows); more; more = s.next('}') {
		switch name := s.member(&s.rows); name {
		case "startdate":
			stage.Start = s.int()
		case "enddate":
			stage.End = s.int()
		case "state":
			stage.State = s.int()
		case "model_id", "modelid":
			s.modelID(&stage.ModelID)
		case "model":
			stage.Model = s.text()
		case "hash_deviceid":
			stage.HashDeviceID = s.text()
		default:
			scanSeries(s, name)
		}
	}
	stage.Series = s.series.take()
	stage.Raw = s.raw[begin:s.at:s.at]
}

// scanSeries reads one series; two of the same name fail.
func scanSeries(s *scanner, name string) {
	if s.peek() != '{' {
		s.skip(0)
		return
	}
	i := s.names.find(name)
	if i < 0 || s.names.at[i].row == s.names.row {
		s.fail()
		return
	}
	for more := s.open('{'); more; more = s.next('}') {
		at := s.second()
		if value := s.numeric(); at.OK && value.OK {
			add(s, &s.samples, Sample{at.N, value.Decimal})
		}
	}
	if values := s.samples.take(); len(values) > 0 {
		s.names.at[i] = fieldPlace{row: s.names.row}
		add(s, &s.series, Samples{s.names.all[i], sortSamples(values)})
	}
}

// second reads a name that is a unix second.
func (s *scanner) second() Int {
	const digits = 10
	if end := s.at + digits + 3; end <= len(s.raw) && s.raw[s.at] == '"' && s.raw[end-2] == '"' && s.raw[end-1] == ':' {
		n := int64(0)
		at := s.at + 1
		for ; at < end-2 && s.raw[at]-'0' <= 9; at++ {
			n = 10*n + int64(s.raw[at]-'0')
		}
		if at == end-2 {
			s.at = end
			return Int{N: n, OK: true}
		}
	}
	return parseInt(s.name())
}
