// SPDX-License-Identifier: MIT

package people

import "slices"

// Group is a measure group as it is sent.
type Group struct {
	ID       int64     `json:"grpid"`
	Attrib   int       `json:"attrib"`
	Date     int64     `json:"date"`
	Created  int64     `json:"created"`
	Modified int64     `json:"modified"`
	Category int       `json:"category"`
	Device   *string   `json:"deviceid"`
	Hash     *string   `json:"hash_deviceid"`
	Measures []measure `json:"measures"`
	ModelID  *int      `json:"modelid"`
	Model    *string   `json:"model"`
	Comment  *string   `json:"comment"`
}

// measure is one value of a group.
type measure struct {
	Value    int64 `json:"value"`
	Type     int   `json:"type"`
	Unit     int   `json:"unit"`
	Algo     *int  `json:"algo,omitempty"`
	FM       *int  `json:"fm,omitempty"`
	Position *int  `json:"position,omitempty"`

	// Which app, for what was typed.
	AppPlatform *int `json:"apppfmid,omitempty"`
	AppVersion  *int `json:"appliver,omitempty"`
}

// WithTypes is the group with the measures of these types (nil = all), or nil
// when none is left.
func (g *Group) WithTypes(types map[int]bool) *Group {
	if types == nil {
		return g
	}
	kept := slices.DeleteFunc(slices.Clone(g.Measures), func(m measure) bool { return !types[m.Type] })
	if len(kept) == 0 {
		return nil
	}
	part := *g
	part.Measures = kept
	return &part
}
