// SPDX-License-Identifier: MIT

package sensors

import (
	"cmp"
	"slices"
)

// Records are large: these compare them where they are, and move each once.

// isSorted reports whether records are in order.
func isSorted(records []Record, compare func(a, b *Record) int) bool {
	for i := 1; i < len(records); i++ {
		if compare(&records[i-1], &records[i]) > 0 {
			return false
		}
	}
	return true
}

// sorted returns the records in order, in the same slice.
func sorted(records []Record, compare func(a, b *Record) int) []Record {
	if isSorted(records, compare) {
		return records
	}
	order := byIndex(records, compare)
	for begin := range order { // each cycle of the permutation begins somewhere
		if order[begin] < 0 {
			continue
		}
		first, to := records[begin], begin
		for {
			from := order[to]
			order[to] = -1
			if from == begin {
				records[to] = first
				break
			}
			records[to], to = records[from], from
		}
	}
	return records
}

// byIndex returns the indices of records in an order; equal ones stay as they
// are.
func byIndex(records []Record, compare func(a, b *Record) int) []int {
	order := make([]int, len(records))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(compare(&records[a], &records[b]), cmp.Compare(a, b)) })
	return order
}
