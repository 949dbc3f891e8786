// SPDX-License-Identifier: MIT

package transfer

import (
	"hash/maphash"
	"slices"
	"strconv"
	"time"

	"vitals2mqtt/sensors"
)

// tidyGroup collects the rows that follow each other and have the record in
// common. They are of one record of each kind.
type tidyGroup struct {
	tidyKey

	at   time.Time
	rows []*tidyRow
}

// tidyRecordKey names a record that was read.
type tidyRecordKey struct {
	kind sensors.Kind
	tidyKey
}

// tidyGrouper makes records of rows.
type tidyGrouper struct {
	problems

	options ReadOptions
	open    *tidyGroup // that the last row belongs to
	ready   []Item     // of the groups before it
	// closed holds the records that were read, so that none is begun twice.
	closed map[uint64]struct{}
	seed   maphash.Seed
}

// add adds a row to the open group, and reports whether it belongs there.
func (g *tidyGrouper) add(row *tidyRow) bool {
	if g.open == nil {
		g.open = &tidyGroup{tidyKey: row.record, at: row.at}
	}
	if g.open.tidyKey != row.record {
		return false
	}
	for _, other := range g.open.rows {
		if other.key == row.key && other.value != row.value {
			g.refuse(row, "a second value of the same time")
		}
		if other.key == row.key {
			return true
		}
	}
	g.open.rows = append(g.open.rows, row)
	return true
}

// next takes a record of the groups that are closed.
func (g *tidyGrouper) next() (Item, bool) {
	if len(g.ready) == 0 {
		return Item{}, false
	}
	item := g.ready[0]
	g.ready = g.ready[1:]
	return item, true
}

// refuse reports that a value is not read.
func (g *tidyGrouper) refuse(row *tidyRow, reason string) {
	p := *row.cell
	p.Reason = row.key + ": " + reason
	g.problems.add(p)
}

// finish makes records of the open group and closes it.
func (g *tidyGrouper) finish() {
	if g.open == nil {
		return
	}
	group := g.open
	g.open = nil
	group.chooseKinds()
	for _, kind := range storedKinds() {
		rows := slices.DeleteFunc(slices.Clone(group.rows), func(row *tidyRow) bool { return row.kind != kind })
		if len(rows) == 0 {
			continue
		}
		if !g.close(tidyRecordKey{kind, group.tidyKey}) {
			for _, row := range rows {
				g.refuse(row, "the rows of one record must follow each other: sort the file by time")
			}
			continue
		}
		if item, ok := g.itemOf(kind, group, rows); ok {
			g.ready = append(g.ready, item)
		}
	}
}

// chooseKinds gives the values that records of several kinds can have the kind
// of the others.
func (g *tidyGroup) chooseKinds() {
	for _, row := range g.rows {
		for _, place := range row.places {
			fits := func(other *tidyRow) bool { return other.places[0].Kind == place.Kind && other.key != row.key }
			if place.Kind != row.places[0].Kind && slices.ContainsFunc(g.rows, fits) {
				row.kind, row.field.Name, row.field.Position = place.Kind, place.Field, place.Position
				break
			}
		}
	}
}

// close remembers a record, and reports whether it is a new one: a second part
// of a record would replace the first one.
func (g *tidyGrouper) close(key tidyRecordKey) bool {
	hash := maphash.Comparable(g.seed, key)
	_, again := g.closed[hash]
	g.closed[hash] = struct{}{}
	return !again
}

// itemOf makes a record of its rows. Whatever their source was, they come from a
// file now: without the cloud's id, they must give way to what the cloud has.
func (g *tidyGrouper) itemOf(kind sensors.Kind, group *tidyGroup, rows []*tidyRow) (Item, bool) {
	item := Item{Kind: kind, Record: sensors.Record{At: group.second, Model: group.device, Source: sensors.SourceImport}}
	if attribution, err := strconv.Atoi(group.attribution); err == nil {
		item.Attribution = &attribution
	}
	if g.options.Zone != nil && group.at.Location() == g.options.Zone {
		item.Zone = g.options.Zone.String()
	}
	for _, row := range rows {
		item.Fields = append(item.Fields, row.field)
		number, _ := row.field.Value.Decimal()
		switch second, whole := number.Int(); {
		case row.field.Name == sensors.FieldStart && whole:
			item.Start = second
		case row.field.Name == sensors.FieldDate:
			item.Date = row.field.Value.String()
		}
	}
	switch {
	case kind == sensors.KindDays:
		item.setDay(group.at)
	case kind == sensors.KindNights && item.Date == "":
		item.Date = group.at.Format(time.DateOnly)
	}
	item.ID = sensors.NaturalID(kind, item.Record)
	ok := g.check(&item, rows)
	return item, ok
}

// setDay sets the times of a day's totals.
func (i *Item) setDay(at time.Time) {
	year, month, day := at.Date()
	i.Date = at.Format(time.DateOnly)
	i.Start = time.Date(year, month, day, 0, 0, 0, 0, at.Location()).Unix()
	i.At = time.Date(year, month, day+1, 0, 0, 0, 0, at.Location()).Unix() - 1
}

// check reports the rows whose values the record does not have, such as those
// that need another one.
func (g *tidyGrouper) check(item *Item, rows []*tidyRow) (ok bool) {
	sensors.Interpret(item.Kind, &item.Record, g.options.Extra)
	for _, row := range rows {
		if item.Values[row.key] == row.value {
			ok = true
			continue
		}
		g.refuse(row, "no such value without the others of its record")
	}
	return ok
}
