package sensors

// minSuspectRows is from how many on an answer is doubted that would take all of them away
// at once. A single record may well have been deleted.
const minSuspectRows = 2

// applyComplete is change for an answer whose silence counts. rows are those in the answer,
// and known those that would go if there were none. Clouds that are in trouble say
// "success" and send nothing, so that is not believed the first time.
func (s *State) applyComplete(rows, known int, r ApplyOptions, take func(*Update)) Update {
	if rows == 0 && known > 0 && r.RejectEmpty {
		return Update{Complete: true, RejectedEmpty: true}
	}
	u := s.apply(r, take)
	u.Complete = true
	return u
}

// suspectRows is n when that is many, else 0.
func suspectRows(n int) int {
	if n < minSuspectRows {
		return 0
	}
	return n
}

// countIf returns how many elements of a map something is true of.
func countIf[K comparable, V any](all map[K]V, is func(V) bool) int {
	n := 0
	for _, v := range all {
		if is(v) {
			n++
		}
	}
	return n
}
