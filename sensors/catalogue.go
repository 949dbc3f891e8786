// SPDX-License-Identifier: MIT

package sensors

import (
	"strconv"
	"strings"
	"sync"
)

// dynamicKey is the key of the one row that stands for many sensors, and
// dynamicPrefix what their keys begin with.
const (
	dynamicKey    = "type_<n>"
	dynamicPrefix = "type_"
)

// aliases are other spellings that a configuration may use: a key of Home
// Assistant has a typo.
func aliases() map[string]string {
	return map[string]string{"sleep_snoring_eposode_count": "sleep_snoring_episode_count"}
}

// measureKey identifies a measure on the wire: its type and the body segment, 0
// for the whole body.
type measureKey struct{ measure, position int }

// sensorIndex is the catalogue with its indices. It is built once and never
// changed.
type sensorIndex struct {
	rows    []Sensor // all, in the order of Catalogue
	byKey   map[string]Sensor
	byPlace map[measureKey]Sensor
	// fields are the rows of an endpoint that are fields of its response.
	fields map[Endpoint][]Sensor
	// named are the fields with a name, measures the measure types, and places
	// where a key is kept besides its measure type.
	named    map[Kind]map[string]*Naming
	measures map[measureKey]Naming
	places   map[string][]Place
	// events are the rules of eventRules by the name of the field.
	events     map[string]int
	eventTypes []EventType
}

var catalogueIndex = sync.OnceValue(func() sensorIndex {
	t := sensorIndex{
		rows:     Catalogue(),
		byKey:    map[string]Sensor{},
		byPlace:  map[measureKey]Sensor{},
		fields:   map[Endpoint][]Sensor{},
		named:    map[Kind]map[string]*Naming{},
		measures: map[measureKey]Naming{},
		places:   map[string][]Place{},
		events:   map[string]int{},
	}
	for _, s := range t.rows {
		t.byKey[s.Key] = s
		switch {
		case s.Measure != 0:
			t.byPlace[measureKey{s.Measure, s.Position}] = s
		case len(s.Fields) > 0:
			t.fields[s.Endpoint] = append(t.fields[s.Endpoint], s)
		}
	}
	t.indexFields()
	return t
})

// Lookup returns the row of a key. It knows the aliases, type_<n> for every
// number that has no row of its own, and positions that have none.
func Lookup(key string) (Sensor, bool) { return LookupAmong(nil, key) }

// LookupAmong is Lookup with rows that the user adds.
func LookupAmong(extra []Sensor, key string) (Sensor, bool) {
	if row, ok := lookupWhole(extra, key); ok {
		return row, true
	}
	base, position, ok := cutPosition(key)
	if !ok {
		return Sensor{}, false
	}
	row, ok := lookupWhole(extra, base)
	if _, named := catalogueIndex().byPlace[measureKey{row.Measure, position}]; !ok || named || row.Measure == 0 ||
		row.Position != 0 {
		return Sensor{}, false
	}
	return row.atPosition(position), true
}

// lookupWhole finds a row that stands in a table, or type_<n>.
func lookupWhole(extra []Sensor, key string) (Sensor, bool) {
	for _, row := range extra {
		if row.Key == key {
			return row, true
		}
	}
	rows := catalogueIndex()
	if other, ok := aliases()[key]; ok {
		key = other
	}
	if number, ok := strings.CutPrefix(key, dynamicPrefix); ok {
		return lookupType(rows, number)
	}
	s, ok := rows.byKey[key]
	return s, ok
}

func lookupType(rows sensorIndex, number string) (Sensor, bool) {
	n, err := strconv.Atoi(number)
	_, named := rows.byPlace[measureKey{n, 0}]
	if err != nil || !isMeasureType(n) || strconv.Itoa(n) != number || named || isDropped(n) {
		return Sensor{}, false
	}
	s := rows.byKey[dynamicKey]
	s.Key = typeKey(n)
	s.Name = strings.ReplaceAll(s.Name, "<n>", number)
	s.Measure = n
	return s, true
}

// typeKey is the key of a measure type without a row.
func typeKey(measure int) string { return dynamicPrefix + strconv.Itoa(measure) }

// isMeasureType reports whether a number can be a measure type. The highest
// known is 251; the bound keeps a broken response from creating topics at will.
func isMeasureType(n int) bool { return n > 0 && n <= 99999 }

// Keys returns the keys that a profile can be configured with, in catalogue
// order: all that come from an endpoint, those of the user's devices too.
// type_<n> is not among them, though Lookup accepts it.
func Keys() []string {
	return keysOf(func(s Sensor) bool { return s.Endpoint != "" && s.Key != dynamicKey })
}

// Originals returns the thirty keys of Home Assistant's first integration, in
// catalogue order.
func Originals() []string {
	return keysOf(func(s Sensor) bool { return s.Original })
}

func keysOf(want func(Sensor) bool) []string {
	var keys []string
	rows := catalogueIndex().rows
	for i := range rows {
		if want(rows[i]) {
			keys = append(keys, rows[i].Key)
		}
	}
	return keys
}
