package withings

import (
	"slices"
	"testing"
)

// TestDedupeRowsReusesMemory: the rows can be the history of many years, and a
// second copy would be the largest allocation of the program.
func TestDedupeRowsReusesMemory(t *testing.T) {
	t.Parallel()
	id := func(g Group) identity[int64] { return byID(g.ID, g.Modified) }
	group := func(id, modified int64) Group { return Group{ID: Int{id, true}, Modified: Int{modified, true}} }
	page := []Group{group(1, 5), group(2, 5), group(1, 6), {}, group(3, 5), group(3, 5)}
	var p pagedRows[Group]
	p.add(page)
	got := dedupeRows(p, id)
	if &got[0] != &page[0] {
		t.Error("the rows of a single page were copied")
	}
	if want := []int64{2, 1, 0, 3, 3}; !slices.Equal(groupIDs(got), want) {
		t.Errorf("ids %v, want %v", groupIDs(got), want)
	}
	if page[5].ID.OK {
		t.Error("a dropped row is still held")
	}
	p = pagedRows[Group]{}
	for _, rows := range [][]Group{{group(1, 5), group(2, 5)}, nil, {group(2, 5), {}, group(1, 4)}, {group(3, 1)}} {
		p.add(rows)
	}
	got = dedupeRows(p, id)
	if &got[0] != &p.rows[0] {
		t.Error("the rows of all pages were copied")
	}
	if want := []int64{1, 2, 0, 3}; !slices.Equal(groupIDs(got), want) {
		t.Errorf("ids %v, want %v", groupIDs(got), want)
	}
}

func groupIDs(rows []Group) []int64 {
	var all []int64
	for _, g := range rows {
		all = append(all, g.ID.N)
	}
	return all
}
