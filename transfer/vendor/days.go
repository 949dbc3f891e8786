// SPDX-License-Identifier: MIT

package vendor

import (
	"iter"
	"math/big"

	"vitals2mqtt/internal/decimal"
	"vitals2mqtt/sensors"
	"vitals2mqtt/transfer"
)

// days reads a file of one total a day. Distances are multiplied by a factor.
func days(s *sheet, c *clock, metres factor) iter.Seq2[part, error] {
	return func(yield func(part, error) bool) {
		for r, err := range s.rows() {
			if err != nil {
				yield(part{}, err)
				return
			}
			if p, ok := r.day(c, metres); ok && !yield(p, nil) {
				return
			}
		}
	}
}

func (r row) day(c *clock, metres factor) (p part, ok bool) {
	m, ok := r.dateOf(0, c.day)
	if !ok {
		return p, false
	}
	rec := m.record()
	rec.Date, rec.Start = m.date, m.start
	for i, column := range r.sheet.layout.columns {
		if column.name == "" {
			continue
		}
		value, ok := r.number(i)
		if !ok {
			continue
		}
		if value.Sign() < 0 {
			r.cellProblem(i, "the number is negative")
			continue
		}
		if column.name == fieldDistance && column.quantity == noUnit {
			if value, ok = r.scaled(i, value, metres); !ok {
				continue
			}
		}
		rec.Fields = append(rec.Fields, number(column.name, value))
	}
	return part{kind: sensors.KindDays, record: rec, report: r.reporter()}, len(rec.Fields) > 0
}

// withTotals adds the total of the calories to days, as the cloud has it. The
// calories at rest stay, for a total that has only them is none.
func withTotals(items iter.Seq2[transfer.Item, error]) iter.Seq2[transfer.Item, error] {
	return func(yield func(transfer.Item, error) bool) {
		for item, err := range items {
			active, hasActive := fieldNumber(item.Record, fieldCalories)
			resting, hasResting := fieldNumber(item.Record, fieldResting)
			if hasActive && hasResting {
				total, err := decimal.FromRat(new(big.Rat).Add(active.Rat(), resting.Rat()), 6)
				if err == nil {
					item.Fields = append(item.Fields, number(fieldTotal, total))
				}
			}
			if !yield(item, err) {
				return
			}
		}
	}
}
