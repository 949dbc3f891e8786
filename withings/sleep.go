// SPDX-License-Identifier: MIT

package withings

import (
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
// cloud's field name, and the events of the night. Those with the same number
// follow each other.
type NightData struct {
	Fields Fields
	Events []NightEvent
}

// NightEvent is one event of a night, by the cloud's number of what happened, in
// seconds from the start.
type NightEvent struct {
	Number int
	Second int64
}

// EventsOf are the events with a number.
func (d NightData) EventsOf(number int) []NightEvent {
	begin := 0
	for begin < len(d.Events) && d.Events[begin].Number != number {
		begin++
	}
	end := begin
	for end < len(d.Events) && d.Events[end].Number == number {
		end++
	}
	return d.Events[begin:end:end]
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
	d.Fields = FieldsOf(fields.fields...)
	return err
}

// readEvents reads the events of a night. Of two lists with the same number the
// later one stays.
func (d *NightData) readEvents(dec *jsontext.Decoder) error {
	return eachMember(dec, func(name []byte) error {
		number := parseInt(name)
		var events []NightEvent
		err := eachElement(dec, func() error {
			var second Int
			err := second.UnmarshalJSONFrom(dec)
			if second.OK {
				events = append(events, NightEvent{int(number.N), second.N})
			}
			return err
		})
		if number.OK && len(events) > 0 {
			d.Events = append(slices.DeleteFunc(d.Events, events[0].isSameAs), events...)
		}
		return err
	})
}

// isSameAs reports whether the same happened in two events.
func (e NightEvent) isSameAs(other NightEvent) bool { return e.Number == other.Number }

func (n *Nights) scan(s *scanner) (complete bool) {
	for more := s.open('{'); more; more = s.next('}') {
		switch string(s.name()) {
		case "series":
			if n.Series != nil {
				s.fail()
				return false
			}
			n.Series, complete = scanList(s, scanNight)
		case "more":
			n.More = s.flag()
		case "offset":
			n.Offset = s.int()
		default:
			s.skip(0)
		}
	}
	return complete
}

func scanNight(s *scanner, n *Night) {
	begin := s.at
	for more := s.openRow(&s.rows); more; more = s.next('}') {
		switch s.member(&s.rows) {
		case "id":
			n.ID = s.int()
		case "model":
			n.Model = s.int()
		case "model_id", "modelid":
			s.modelID(&n.ModelID)
		case "startdate":
			n.Start = s.int()
		case "enddate":
			n.End = s.int()
		case "created":
			n.Created = s.int()
		case "modified":
			n.Modified = s.int()
		case "completed":
			n.Completed = s.flag()
		case "timezone":
			n.Timezone = s.text()
		case "hash_deviceid":
			n.HashDeviceID = s.text()
		case "date":
			n.Date = s.text()
		case "data":
			scanNightData(s, &n.Data)
		default:
			s.skip(0)
		}
	}
	n.Raw = s.raw[begin:s.at:s.at]
}

func scanNightData(s *scanner, d *NightData) {
	begin := s.at
	if plain := scanNightDataWith(s, d, scanUnread); !plain && !s.failed {
		s.at = begin
		scanNightDataWith(s, d, scanField)
	}
}

// scanNightDataWith reads what was computed for a night, and its fields with
// field. It reports whether they can stay unread, and that they do.
func scanNightDataWith(s *scanner, d *NightData, field func(s *scanner, name string) (plain bool)) (plain bool) {
	*d = NightData{}
	if s.peek() != '{' {
		s.skip(0)
		return true
	}
	begin := s.at
	s.names.startRow()
	plain = true
	for more := s.openRow(&s.data); more; more = s.next('}') {
		if name := s.member(&s.data); name == nightEvents {
			scanNightEvents(s, d)
		} else {
			plain = field(s, name) && plain
		}
	}
	if plain = plain && !s.data.repeated; plain {
		d.Fields.unread = unreadFields{s.raw[begin:s.at:s.at], &s.data, func(name string) bool { return name == nightEvents }}
	}
	d.Fields.list = s.fields.take()
	return plain
}

// scanNightEvents reads the events of a night; two lists of them fail.
func scanNightEvents(s *scanner, d *NightData) {
	if d.Events != nil {
		s.fail()
		return
	}
	if s.peek() != '{' {
		s.skip(0)
		return
	}
	for more := s.open('{'); more; more = s.next('}') {
		number := parseInt(s.name())
		if slices.ContainsFunc(s.events.part(), NightEvent{Number: int(number.N)}.isSameAs) {
			s.fail()
			return
		}
		scanSeconds(s, number)
	}
	d.Events = s.events.take()
}

// scanSeconds reads the events with a number.
func scanSeconds(s *scanner, number Int) {
	if s.peek() != '[' {
		s.skip(0)
		return
	}
	for more := s.open('['); more; more = s.next(']') {
		if second := s.int(); number.OK && second.OK {
			add(s, &s.events, NightEvent{int(number.N), second.N})
		}
	}
}

// MarshalJSONTo writes the object that UnmarshalJSONFrom reads.
func (d NightData) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	if err := d.Fields.write(enc); err != nil {
		return err
	}
	if len(d.Events) > 0 {
		if err := enc.WriteToken(jsontext.String(nightEvents)); err != nil {
			return err
		}
		if err := enc.WriteToken(jsontext.BeginObject); err != nil {
			return err
		}
		for rest := d.Events; len(rest) > 0; {
			same := NightData{Events: rest}.EventsOf(rest[0].Number)
			if err := writeMember(enc, strconv.Itoa(same[0].Number), secondsOf(same)); err != nil {
				return err
			}
			rest = rest[len(same):]
		}
		if err := enc.WriteToken(jsontext.EndObject); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

func secondsOf(events []NightEvent) []int64 {
	seconds := make([]int64, len(events))
	for i, e := range events {
		seconds[i] = e.Second
	}
	return seconds
}
