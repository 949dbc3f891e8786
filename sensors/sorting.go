package sensors

import "slices"

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

// sorted returns the records in order. They are their own slice only if they are
// in order.
func sorted(records []Record, compare func(a, b *Record) int) []Record {
	if isSorted(records, compare) {
		return records
	}
	order := make([]*Record, len(records))
	for i := range records {
		order[i] = &records[i]
	}
	slices.SortFunc(order, compare)
	inOrder := make([]Record, len(records))
	for i, rec := range order {
		inOrder[i] = *rec
	}
	return inOrder
}
