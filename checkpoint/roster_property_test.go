// SPDX-License-Identifier: MIT

package checkpoint_test

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"vitals2mqtt/checkpoint"
)

// drawEntries draws profiles with different names and slugs.
func drawEntries(t *rapid.T, label string) []checkpoint.RosterEntry {
	letters := rapid.SampledFrom([]string{"a", "b", "c", "d", "a_2"})
	unique := func(e checkpoint.RosterEntry) string { return e.Slug }
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) checkpoint.RosterEntry {
		return checkpoint.RosterEntry{Name: letters.Draw(t, "name"), Slug: letters.Draw(t, "slug")}
	}), 0, 4, unique).Draw(t, label)
}

// follow carries out moves as the daemon does: all at once.
func follow(before accounts, moves []checkpoint.Move) accounts {
	after := maps.Clone(before)
	for _, m := range moves {
		delete(after, m.From)
	}
	for _, m := range moves {
		if m.KeepTokens {
			after[m.To] = before[m.To]
		} else if account, exists := before[m.From]; exists {
			after[m.To] = account
		}
	}
	return after
}

// Whatever is edited, no account is lost, none is in two places, and a second
// start changes nothing.
func TestRosterPlanKeepsEveryAccount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		last, now := drawEntries(t, "last"), drawEntries(t, "now")
		former := slices.DeleteFunc(drawEntries(t, "former"), func(e checkpoint.RosterEntry) bool {
			return slices.ContainsFunc(last, func(other checkpoint.RosterEntry) bool { return other.Slug == e.Slug })
		})
		stored := accounts(rapid.MapOf(rapid.SampledFrom([]string{"a", "b", "c", "d", "a_2"}),
			rapid.SampledFrom([]string{"1", "2", "3", "4", "?"})).Draw(t, "stored"))
		requests := rapid.MapOf(rapid.SampledFrom([]string{"a", "b"}), rapid.SampledFrom([]string{"c", "d"})).
			Draw(t, "requests")
		roster := checkpoint.Roster{Profiles: last, Former: former}
		plan := roster.Plan(now, stored, requests)
		after := follow(stored, plan.Roster.Moves)
		for account := range maps.Values(stored) {
			if !slices.Contains(slices.Collect(maps.Values(after)), account) {
				t.Fatalf("%v becomes %v by %v: account %s is lost", stored, after, plan.Roster.Moves, account)
			}
		}
		kept := 0
		for _, m := range plan.Roster.Moves {
			if m.KeepTokens {
				kept++ // the older tokens of the same account are deleted
			}
		}
		if len(after)+kept != len(stored) {
			t.Fatalf("%v becomes %v by %v: something was overwritten", stored, after, plan.Roster.Moves)
		}
		plan.Roster.Moves = nil
		if again := plan.Roster.Plan(now, after, nil); len(again.Roster.Moves) > 0 {
			t.Fatalf("the second start would move %v after %v", again.Roster.Moves, plan.Renamed)
		}
	})
}
