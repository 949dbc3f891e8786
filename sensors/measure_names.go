// SPDX-License-Identifier: MIT

package sensors

// measureNaming is what the catalogue makes of a measure type at a position.
type measureNaming struct {
	measure, position int
	field             string
	naming            Naming
	reason            LeftOutReason
	isDynamic         bool
	// isPlain is true for a number that always is a value, of a key that only this
	// measure type without a position makes.
	isPlain bool
}

// measureNames are the namings of a response. It has few of them.
type measureNames struct {
	extra  []Sensor
	found  []*measureNaming
	others map[measureKey]*measureNaming // those beyond the first few
}

// find names a measure.
func (names *measureNames) find(measure, position int) *measureNaming {
	for _, n := range names.found {
		if n.measure == measure && n.position == position {
			return n
		}
	}
	if n, ok := names.others[measureKey{measure, position}]; ok {
		return n
	}
	n := &measureNaming{measure: measure, position: position, field: measureName(measure)}
	n.naming, n.reason = nameMeasure(measure, position, names.extra)
	n.isDynamic = isDynamic(n.naming.Key)
	_, inCatalogue := catalogueIndex().measures[measureKey{measure, max(0, position)}]
	n.isPlain = inCatalogue && n.naming.Rank == 0 && (n.naming.Form == FormNumber && n.naming.Shift == 0 &&
		!n.naming.ZeroIsNone && !n.naming.NegativeIsNone || n.naming.Form == FormClass)
	const few = 32
	if len(names.found) < few {
		names.found = append(names.found, n)
		return n
	}
	if names.others == nil {
		names.others = map[measureKey]*measureNaming{}
	}
	names.others[measureKey{measure, position}] = n
	return n
}
