// SPDX-License-Identifier: MIT

package bridge

import (
	"slices"
	"strconv"
	"testing"
)

func TestLedgerMovesTopicsBetweenItsLists(t *testing.T) {
	t.Parallel()
	var l retainedLedger
	check := func(what string, changed, want bool, topics, clears []string) {
		t.Helper()
		if changed != want || !slices.Equal(l.Topics, topics) || !slices.Equal(l.Clears, clears) {
			t.Errorf("%s: %v, %v, %v; want %v, %v, %v", what, changed, l.Topics, l.Clears, want, topics, clears)
		}
	}
	check("add b", l.Add("b"), true, []string{"b"}, nil)
	check("add a", l.Add("a"), true, []string{"a", "b"}, nil)
	check("add a again", l.Add("a"), false, []string{"a", "b"}, nil)
	check("remove c", l.Remove("c"), false, []string{"a", "b"}, nil)
	check("remove a", l.Remove("a"), true, []string{"b"}, []string{"a"})
	check("clear c", l.MarkCleared("c", "a"), true, []string{"b"}, []string{"a", "c"})
	check("clear c again", l.MarkCleared("c"), false, []string{"b"}, []string{"a", "c"})
	copied := l.clone()
	check("add a once more", l.Add("a"), true, []string{"a", "b"}, []string{"c"})
	if !slices.Equal(copied.Clears, []string{"a", "c"}) || !slices.Equal(copied.Topics, []string{"b"}) {
		t.Errorf("the copy changed to %+v", copied)
	}
	l.drop([]string{"b", "c"})
	check("prune", true, true, []string{"a"}, []string{})
}

func TestLedgerBoundsClears(t *testing.T) {
	t.Parallel()
	var l retainedLedger
	for i := range maxClears + 2 {
		l.MarkCleared(strconv.Itoa(i))
	}
	if len(l.Clears) != maxClears || l.Clears[0] != "2" {
		t.Errorf("%d topics to clear, the first is %s", len(l.Clears), l.Clears[0])
	}
}
