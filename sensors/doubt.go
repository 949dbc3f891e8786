package sensors

// manyRows is from how many on an answer is doubted that would take all of them away
// at once. A single record may well have been deleted.
const manyRows = 2

// whole is change for an answer whose silence counts. rows are those in the answer,
// and known those that would go if there were none. Clouds that are in trouble say
// "success" and send nothing, so that is not believed the first time.
func (s *State) whole(rows, known int, r Rules, take func(*Update)) Update {
	if rows == 0 && known > 0 && r.Doubt {
		return Update{Whole: true, Doubtful: true}
	}
	u := s.change(r, take)
	u.Whole = true
	return u
}

// ifMany is n when that is many, else 0.
func ifMany(n int) int {
	if n < manyRows {
		return 0
	}
	return n
}

// count returns how many elements of a map something is true of.
func count[K comparable, V any](all map[K]V, is func(V) bool) int {
	n := 0
	for _, v := range all {
		if is(v) {
			n++
		}
	}
	return n
}
