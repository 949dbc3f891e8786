// SPDX-License-Identifier: MIT

package withings

import "github.com/go-json-experiment/json/jsontext"

// Measures is a page of the response of measure getmeas. Offset is where the next
// page begins, without a value in the last. More is true in the last one when
// the cloud had more than could be fetched.
type Measures struct {
	UpdateTime Int         `json:"updatetime,omitzero"`
	Timezone   Text        `json:"timezone,omitzero"`
	Groups     List[Group] `json:"measuregrps"`
	More       Flag        `json:"more,omitzero"`
	Offset     Int         `json:"offset,omitzero"`
}

func (Measures) required() requiredMember { return requiredMember{name: "measuregrps"} }

// Group is one measurement with all its values. Times are unix seconds.
type Group struct {
	row

	ID           Int           `json:"grpid,omitzero"`
	Attribution  Int           `json:"attrib,omitzero"`
	Date         Int           `json:"date,omitzero"`
	Created      Int           `json:"created,omitzero"`
	Modified     Int           `json:"modified,omitzero"`
	Category     Int           `json:"category,omitzero"`
	ModelID      Int           `json:"modelid,omitzero"`
	DeviceID     Text          `json:"deviceid,omitzero"`
	HashDeviceID Text          `json:"hash_deviceid,omitzero"`
	Model        Text          `json:"model,omitzero"`
	Timezone     Text          `json:"timezone,omitzero"`
	Measures     List[Measure] `json:"measures,omitzero"`
}

// Measure is Value × 10^Unit of one type; Position distinguishes body segments.
type Measure struct {
	Value    Number `json:"value,omitzero"`
	Type     Int    `json:"type,omitzero"`
	Unit     Int    `json:"unit,omitzero"`
	Position Int    `json:"position,omitzero"`
}

// Device returns the id of the device, "" for an entry by hand.
func (g Group) Device() string {
	if g.DeviceID != "" {
		return string(g.DeviceID)
	}
	return string(g.HashDeviceID)
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom. It is written out because
// the model's id has two names on the wire, and because responses can hold the
// history of many years.
func (g *Group) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*g = Group{}
	return eachMember(dec, func(name []byte) error {
		switch string(name) {
		case "grpid":
			return g.ID.UnmarshalJSONFrom(dec)
		case "attrib":
			return g.Attribution.UnmarshalJSONFrom(dec)
		case "date":
			return g.Date.UnmarshalJSONFrom(dec)
		case "created":
			return g.Created.UnmarshalJSONFrom(dec)
		case "modified":
			return g.Modified.UnmarshalJSONFrom(dec)
		case "category":
			return g.Category.UnmarshalJSONFrom(dec)
		case "modelid", "model_id":
			return modelID(dec, &g.ModelID)
		case "deviceid":
			return g.DeviceID.UnmarshalJSONFrom(dec)
		case "hash_deviceid":
			return g.HashDeviceID.UnmarshalJSONFrom(dec)
		case "model":
			return g.Model.UnmarshalJSONFrom(dec)
		case "timezone":
			return g.Timezone.UnmarshalJSONFrom(dec)
		case "measures":
			return g.Measures.UnmarshalJSONFrom(dec)
		}
		return dec.SkipValue()
	})
}

func (m *Measures) scan(s *scanner) (complete bool) {
	for more := s.open('{'); more; more = s.next('}') {
		switch string(s.name()) {
		case "updatetime":
			m.UpdateTime = s.int()
		case "timezone":
			m.Timezone = s.text()
		case "measuregrps":
			if m.Groups != nil {
				s.fail()
				return false
			}
			m.Groups, complete = scanList(s, scanGroup)
		case "more":
			m.More = s.flag()
		case "offset":
			m.Offset = s.int()
		default:
			s.skip(0)
		}
	}
	return complete
}

func scanGroup(s *scanner, g *Group) {
	begin := s.at
	for more := s.openRow(&s.rows); more; more = s.next('}') {
		switch s.member(&s.rows) {
		case "grpid":
			g.ID = s.int()
		case "attrib":
			g.Attribution = s.int()
		case "date":
			g.Date = s.int()
		case "created":
			g.Created = s.int()
		case "modified":
			g.Modified = s.int()
		case "category":
			g.Category = s.int()
		case "modelid", "model_id":
			s.modelID(&g.ModelID)
		case "deviceid":
			g.DeviceID = s.text()
		case "hash_deviceid":
			g.HashDeviceID = s.text()
		case "model":
			g.Model = s.text()
		case "timezone":
			g.Timezone = s.text()
		case "measures":
			g.Measures = scanMeasures(s)
		default:
			s.skip(0)
		}
	}
	g.Raw = s.raw[begin:s.at:s.at]
}

// scanMeasures reads the measures of a group. One that is no object stays in
// its place as an empty one.
func scanMeasures(s *scanner) List[Measure] {
	if s.peek() != '[' {
		s.skip(0)
		return nil
	}
	for more := s.open('['); more; more = s.next(']') {
		var m Measure
		if s.peek() != '{' {
			s.skip(0)
			add(s, &s.measures, m)
			continue
		}
		for more := s.openRow(&s.parts); more; more = s.next('}') {
			switch s.member(&s.parts) {
			case "value":
				m.Value = s.numeric()
			case "type":
				m.Type = s.int()
			case "unit":
				m.Unit = s.int()
			case "position":
				m.Position = s.int()
			default:
				s.skip(0)
			}
		}
		add(s, &s.measures, m)
	}
	return s.measures.take()
}

// modelID reads an id that may come under two names: a null under one of them
// must not wipe out the number under the other.
func modelID(dec *jsontext.Decoder, into *Int) error {
	var id Int
	err := id.UnmarshalJSONFrom(dec)
	if id.OK {
		*into = id
	}
	return err
}
