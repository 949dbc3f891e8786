// SPDX-License-Identifier: MIT

package withings

import (
	"github.com/go-json-experiment/json/jsontext"
)

// Activities is the response of v2/measure getactivity; see Measures about
// More.
type Activities struct {
	Rows   List[Activity] `json:"activities"`
	More   Flag           `json:"more,omitzero"`
	Offset Int            `json:"offset,omitzero"`
}

func (Activities) required() requiredMember { return requiredMember{name: "activities"} }

// Activity is what one source counted on one local day. Data holds the totals
// by the cloud's field name (steps, distance in metres, soft in seconds …).
type Activity struct {
	row

	Date, Timezone, DeviceID, HashDeviceID, Model Text
	ModelID, Brand, Modified                      Int
	Tracker                                       Flag
	Data                                          Fields
}

// Intraday is the response of v2/measure getintradayactivity.
type Intraday struct {
	Series Slots `json:"series"`
}

func (Intraday) required() requiredMember { return requiredMember{name: "series", isMap: true} }

// Slots are the stretches of a day by the unix second at which they start.
type Slots map[int64]Slot

// Slot is what one device measured in one stretch. Data holds the values
// by the cloud's field name (steps, heart_rate, duration in seconds …).
type Slot struct {
	row

	DeviceID, HashDeviceID, Model Text
	ModelID                       Int
	Data                          Fields
}

// Workouts is the response of v2/measure getworkouts; see Measures about More.
type Workouts struct {
	Series List[Workout] `json:"series"`
	More   Flag          `json:"more,omitzero"`
	Offset Int           `json:"offset,omitzero"`
}

func (Workouts) required() requiredMember { return requiredMember{name: "series"} }

// Workout is one session. Times are unix seconds; Model is the number of the
// model here, not its name.
type Workout struct {
	row

	ID          Int         `json:"id,omitzero"`
	Category    Int         `json:"category,omitzero"`
	Model       Int         `json:"model,omitzero"`
	Attribution Int         `json:"attrib,omitzero"`
	Start       Int         `json:"startdate,omitzero"`
	End         Int         `json:"enddate,omitzero"`
	Modified    Int         `json:"modified,omitzero"`
	Timezone    Text        `json:"timezone,omitzero"`
	Date        Text        `json:"date,omitzero"`
	DeviceID    Text        `json:"deviceid,omitzero"`
	Data        WorkoutData `json:"data"`
}

// WorkoutData holds numbers and texts by the cloud's field name.
type WorkoutData struct{ Fields Fields }

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (a *Activity) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*a = Activity{}
	var fields fieldSet
	err := eachMember(dec, func(name []byte) error {
		switch string(name) {
		case "date":
			return a.Date.UnmarshalJSONFrom(dec)
		case "timezone":
			return a.Timezone.UnmarshalJSONFrom(dec)
		case "deviceid":
			return a.DeviceID.UnmarshalJSONFrom(dec)
		case "hash_deviceid":
			return a.HashDeviceID.UnmarshalJSONFrom(dec)
		case "model":
			return a.Model.UnmarshalJSONFrom(dec)
		case "modelid", "model_id":
			return modelID(dec, &a.ModelID)
		case "brand":
			return a.Brand.UnmarshalJSONFrom(dec)
		case "modified":
			return a.Modified.UnmarshalJSONFrom(dec)
		case "is_tracker":
			return a.Tracker.UnmarshalJSONFrom(dec)
		}
		return fields.read(dec, string(name))
	})
	a.Data = FieldsOf(fields.fields...)
	return err
}

func (a *Activities) scan(s *scanner) (complete bool) {
	for more := s.open('{'); more; more = s.next('}') {
		switch string(s.name()) {
		case "activities":
			if a.Rows != nil {
				s.fail()
				return false
			}
			a.Rows, complete = scanList(s, scanActivity)
		case "more":
			a.More = s.flag()
		case "offset":
			a.Offset = s.int()
		default:
			s.skip(0)
		}
	}
	return complete
}

func scanActivity(s *scanner, a *Activity) {
	begin := s.at
	if plain := scanActivityWith(s, a, scanUnread); !plain && !s.failed {
		s.at, *a = begin, Activity{}
		scanActivityWith(s, a, scanField)
	}
	a.Raw = s.raw[begin:s.at:s.at]
}

// scanActivityWith reads a row, and its fields with field. It reports whether
// they can stay unread, and that they do.
func scanActivityWith(s *scanner, a *Activity, field func(s *scanner, name string) (plain bool)) (plain bool) {
	begin := s.at
	s.names.startRow()
	plain = true
	for more := s.openRow(&s.rows); more; more = s.next('}') {
		switch name := s.member(&s.rows); name {
		case "date":
			a.Date = s.text()
		case "timezone":
			a.Timezone = s.text()
		case "deviceid":
			a.DeviceID = s.text()
		case "hash_deviceid":
			a.HashDeviceID = s.text()
		case "model":
			a.Model = s.text()
		case "modelid", "model_id":
			s.modelID(&a.ModelID)
		case "brand":
			a.Brand = s.int()
		case "modified":
			a.Modified = s.int()
		case "is_tracker":
			a.Tracker = s.flag()
		default:
			plain = field(s, name) && plain
		}
	}
	if plain = plain && !s.rows.repeated; plain {
		a.Data.unread = unreadFields{s.raw[begin:s.at:s.at], &s.rows, isActivityMember}
	}
	a.Data.list = s.fields.take()
	return plain
}

// isActivityMember reports whether a member of a row is none of its totals.
func isActivityMember(name string) bool {
	switch name {
	case "date", "timezone", "deviceid", "hash_deviceid", "model", "modelid", "model_id", "brand", "modified", "is_tracker":
		return true
	}
	return false
}

// MarshalJSONTo writes the object that UnmarshalJSONFrom reads.
func (a Activity) MarshalJSONTo(enc *jsontext.Encoder) error {
	return writeObject(enc, a.Data, []objectMember{
		{"date", a.Date, a.Date != ""},
		{"timezone", a.Timezone, a.Timezone != ""},
		{"deviceid", a.DeviceID, a.DeviceID != ""},
		{"hash_deviceid", a.HashDeviceID, a.HashDeviceID != ""},
		{"model", a.Model, a.Model != ""},
		{"modelid", a.ModelID, a.ModelID.OK},
		{"brand", a.Brand, a.Brand.OK},
		{"modified", a.Modified, a.Modified.OK},
		{"is_tracker", a.Tracker, a.Tracker.OK},
	})
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only. A slot that is no object stays in its place as an empty one, one whose
// name is no time at 0, so that whoever reads the slots can count them.
func (s *Slots) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*s = nil
	return eachMember(dec, func(name []byte) error {
		at := parseInt(name) // 0 for what is no time
		var slot Slot
		start := startRow(dec)
		err := slot.UnmarshalJSONFrom(dec)
		start.keepIn(&slot, dec)
		if *s == nil {
			*s = make(Slots)
		}
		if !at.OK {
			slot = Slot{}
		}
		(*s)[at.N] = slot
		return err
	})
}

// MarshalJSONTo writes the object that UnmarshalJSONFrom reads.
func (s Slots) MarshalJSONTo(enc *jsontext.Encoder) error { return writeIntMap(enc, s) }

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (s *Slot) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*s = Slot{}
	var fields fieldSet
	err := eachMember(dec, func(name []byte) error {
		switch string(name) {
		case "deviceid":
			return s.DeviceID.UnmarshalJSONFrom(dec)
		case "hash_deviceid":
			return s.HashDeviceID.UnmarshalJSONFrom(dec)
		case "model":
			return s.Model.UnmarshalJSONFrom(dec)
		case "model_id", "modelid":
			return modelID(dec, &s.ModelID)
		}
		return fields.read(dec, string(name))
	})
	s.Data = FieldsOf(fields.fields...)
	return err
}

// MarshalJSONTo writes the object that UnmarshalJSONFrom reads.
func (s Slot) MarshalJSONTo(enc *jsontext.Encoder) error {
	return writeObject(enc, s.Data, []objectMember{
		{"deviceid", s.DeviceID, s.DeviceID != ""},
		{"hash_deviceid", s.HashDeviceID, s.HashDeviceID != ""},
		{"model", s.Model, s.Model != ""},
		{"model_id", s.ModelID, s.ModelID.OK},
	})
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom; it fails on broken syntax
// only.
func (d *WorkoutData) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	var fields fieldSet
	err := eachMember(dec, func(name []byte) error { return fields.read(dec, string(name)) })
	d.Fields = FieldsOf(fields.fields...)
	return err
}

// MarshalJSONTo writes the object that UnmarshalJSONFrom reads.
func (d WorkoutData) MarshalJSONTo(enc *jsontext.Encoder) error {
	return writeObject(enc, d.Fields, nil)
}
