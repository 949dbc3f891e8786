package withings

import (
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Nights is the response of v2/sleep getsummary; see Measures about More.
type Nights struct {
	Series List[Night] `json:"series"`
	More   Flag        `json:"more,omitzero"`
	Offset Int         `json:"offset,omitzero"`
}

func (Nights) required() requiredMember { return requiredMember{name: "series"} }

// Night is one night or nap of one device. Times are unix seconds; Date is the
// local day of its end; Model is the class of device (16 tracker, 32 mat).
type Night struct {
	row

	ID           Int       `json:"id,omitzero"`
	Model        Int       `json:"model,omitzero"`
	ModelID      Int       `json:"model_id,omitzero"`
	Start        Int       `json:"startdate,omitzero"`
	End          Int       `json:"enddate,omitzero"`
	Created      Int       `json:"created,omitzero"`
	Modified     Int       `json:"modified,omitzero"`
	Completed    Flag      `json:"completed,omitzero"`
	Timezone     Text      `json:"timezone,omitzero"`
	HashDeviceID Text      `json:"hash_deviceid,omitzero"`
	Date         Text      `json:"date,omitzero"`
	Data         NightData `json:"data"`
}

// NightData holds what was computed for a night: numbers and texts by the
// cloud's field name, and the events of the night by their number, each in
// seconds from the start. What the cloud sent as null is absent.
type NightData struct {
	Fields map[string]Number
	Texts  map[string]string
	Events map[int][]int64
}

// Stages is the response of v2/sleep get. Its rows come in no order.
type Stages struct {
	Series List[Stage] `json:"series"`
	Model  Int         `json:"model,omitzero"`
}

func (Stages) required() requiredMember { return requiredMember{name: "series"} }

// Stage is a slice of one sleep stage. Times are unix seconds; Series holds
// values by the cloud's name (hr, rr, snoring …) and unix second.
type Stage struct {
	row

	Start, End, State, ModelID Int
	Model, HashDeviceID        Text
	Series                     map[string]map[int64]Number
}

// nightFields are all data fields of a summary: the cloud sends only half of
// them unless each is requested by name.
const nightFields = "total_timeinbed,total_sleep_time,asleepduration,lightsleepduration,deepsleepduration," +
	"remsleepduration,sleep_efficiency,sleep_latency,wakeup_latency,durationtosleep,durationtowakeup,wakeupduration," +
	"wakeupcount,waso,nb_rem_episodes,out_of_bed_count,hr_average,hr_min,hr_max,rr_average,rr_min,rr_max," +
	"breathing_disturbances_intensity,breathing_quality_assessment,apnea_hypopnea_index,withings_index,snoring," +
	"snoringepisodecount,breathing_sounds,breathing_sounds_episode_count,sleep_score,night_events,mvt_score_avg," +
	"mvt_active_duration,rmssd_start_avg,rmssd_end_avg,chest_movement_rate_average,chest_movement_rate_min," +
	"chest_movement_rate_max,chest_movement_rate_wellness_average,chest_movement_rate_wellness_min," +
	"chest_movement_rate_wellness_max,core_body_temperature_avg,core_body_temperature_min,core_body_temperature_max," +
	"core_body_temperature_status"

const nightEvents = "night_events"

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (n *Night) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*n = Night{}
	return eachMember(dec, func(name []byte) error {
		switch string(name) {
		case "id":
			return n.ID.UnmarshalJSONFrom(dec)
		case "model":
			return n.Model.UnmarshalJSONFrom(dec)
		case "model_id", "modelid":
			return modelID(dec, &n.ModelID)
		case "startdate":
			return n.Start.UnmarshalJSONFrom(dec)
		case "enddate":
			return n.End.UnmarshalJSONFrom(dec)
		case "created":
			return n.Created.UnmarshalJSONFrom(dec)
		case "modified":
			return n.Modified.UnmarshalJSONFrom(dec)
		case "completed":
			return n.Completed.UnmarshalJSONFrom(dec)
		case "timezone":
			return n.Timezone.UnmarshalJSONFrom(dec)
		case "hash_deviceid":
			return n.HashDeviceID.UnmarshalJSONFrom(dec)
		case "date":
			return n.Date.UnmarshalJSONFrom(dec)
		case "data":
			return n.Data.UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (d *NightData) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*d = NightData{}
	var fields fieldSet
	err := eachMember(dec, func(name []byte) error {
		if string(name) == nightEvents {
			d.Events = nil
			return d.readEvents(dec)
		}
		return fields.read(dec, string(name))
	})
	d.Fields, d.Texts = fields.numbers, fields.texts
	return err
}

func (d *NightData) readEvents(dec *jsontext.Decoder) error {
	return eachMember(dec, func(name []byte) error {
		number := parseInt(name)
		var seconds []int64
		err := eachElement(dec, func() error {
			var second Int
			err := second.UnmarshalJSONFrom(dec)
			if second.OK {
				seconds = append(seconds, second.N)
			}
			return err
		})
		if number.OK && len(seconds) > 0 {
			if d.Events == nil {
				d.Events = make(map[int][]int64)
			}
			d.Events[int(number.N)] = seconds
		}
		return err
	})
}

// MarshalJSONTo writes the object that UnmarshalJSONFrom reads.
func (d NightData) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	if err := (fieldSet{numbers: d.Fields, texts: d.Texts}).write(enc); err != nil {
		return err
	}
	if len(d.Events) > 0 {
		if err := enc.WriteToken(jsontext.String(nightEvents)); err != nil {
			return err
		}
		if err := writeIntMap(enc, d.Events); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom: every member that is an
// object is taken for a series, so that new ones are kept.
func (s *Stage) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*s = Stage{}
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
		return s.readSeries(dec, string(name))
	})
}

func (s *Stage) readSeries(dec *jsontext.Decoder, name string) error {
	var values map[int64]Number
	err := eachMember(dec, func(second []byte) error {
		at := parseInt(second)
		var value Number
		err := value.UnmarshalJSONFrom(dec)
		if at.OK && value.OK {
			if values == nil {
				values = make(map[int64]Number)
			}
			values[at.N] = value
		}
		return err
	})
	if len(values) > 0 {
		if s.Series == nil {
			s.Series = make(map[string]map[int64]Number)
		}
		s.Series[name] = values
	}
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
	for _, name := range slices.Sorted(maps.Keys(s.Series)) {
		if err := enc.WriteToken(jsontext.String(name)); err != nil {
			return err
		}
		if err := writeIntMap(enc, s.Series[name]); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

// key identifies a stage that two chunks of one call both returned.
func (s Stage) key() string {
	return strconv.FormatInt(s.Start.N, 10) + "/" + strconv.FormatInt(s.End.N, 10) + "/" +
		strconv.FormatInt(s.ModelID.N, 10) + "/" + string(s.HashDeviceID)
}
