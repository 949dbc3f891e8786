// SPDX-License-Identifier: MIT

package checkpoint_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/checkpoint"
)

// accounts are the accounts that are stored, by slug.
type accounts map[string]string

// Account implements checkpoint.Accounts.
func (a accounts) Account(slug string) string { return a[slug] }

// Slugs implements checkpoint.Accounts.
func (a accounts) Slugs() []string { return slices.Sorted(maps.Keys(a)) }

// entries parses profiles: names, or names and slugs as in "Alice=a".
func entries(text string) (parsed []checkpoint.RosterEntry) {
	for word := range strings.FieldsSeq(text) {
		name, slug, explicit := strings.Cut(word, "=")
		if !explicit {
			slug = strings.ToLower(name)
		}
		parsed = append(parsed, checkpoint.RosterEntry{Name: name, Slug: slug})
	}
	return parsed
}

func formatEntries(list []checkpoint.RosterEntry) string {
	var words []string
	for _, e := range list {
		words = append(words, e.Name+"="+e.Slug)
	}
	return strings.Join(words, " ")
}

func formatMoves(moves []checkpoint.Move) string {
	var words []string
	for _, m := range moves {
		word := m.From + ">" + m.To
		if m.KeepTokens {
			word += "(signed in)"
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

func TestRosterPlan(t *testing.T) {
	t.Parallel()
	both := accounts{"alice": "1", "bob": "2"}
	for name, row := range map[string]struct {
		last, former string
		now          string
		stored       accounts
		requests     map[string]string

		moves, nowFormer, unclear string
	}{
		"nothing changes":         {last: "Alice Bob", now: "Alice Bob", stored: both},
		"another order":           {last: "Alice Bob", now: "Bob Alice", stored: both},
		"before the first roster": {now: "Alice Carol", stored: both, nowFormer: "bob=bob"},
		"another spelling":        {last: "Alice Bob", now: "ALICE Bob", stored: both},
		"another name of a slug":  {last: "Alice=a Bob", now: "Alicia=a Bob", stored: accounts{"a": "1", "bob": "2"}},
		"another slug of a name":  {last: "Alice Bob", now: "Alice=a Bob", stored: both, moves: "alice>a"},
		"exchanged slugs": {
			last:   "Alice=a Bob=b",
			now:    "Alice=b Bob=a",
			stored: accounts{"a": "1", "b": "2"},
			moves:  "a>b b>a",
		},
		"a chain of slugs": {
			last:   "Alice=a Bob=b",
			now:    "Alice=b Bob=c",
			stored: accounts{"a": "1", "b": "2"},
			moves:  "a>b b>c",
		},

		"one is replaced in its place": {last: "Alice Bob", now: "Alicia Bob", stored: both, moves: "alice>alicia"},
		"the last one is replaced":     {last: "Alice Bob", now: "Alice Robert", stored: both, moves: "bob>robert"},
		"the only one is replaced": {
			last:   "Alice",
			now:    "Alicia",
			stored: accounts{"alice": "1"},
			moves:  "alice>alicia",
		},
		"its account cannot be read": {
			last:   "Alice",
			now:    "Alicia",
			stored: accounts{"alice": "?"},
			moves:  "alice>alicia",
		},
		"one without account": {last: "Alice Bob", now: "Alicia Bob", stored: accounts{"bob": "2"}},
		"replaced by one that has signed in": {
			last: "Alice Bob", now: "Carol Bob", stored: accounts{"alice": "1", "bob": "2", "carol": "3"}, nowFormer: "Alice=alice",
			// It is not unclear who Carol is, but who Alice was.
			unclear: "Alice=alice",
		},
		"replaced in another place": {
			last: "Alice Bob", now: "Bob Alicia", stored: both, nowFormer: "Alice=alice", unclear: "Alice=alice",
		},
		"two are replaced": {
			last: "Alice Bob", now: "Alicia Robert", stored: both, nowFormer: "Alice=alice Bob=bob",
			unclear: "Alice=alice Bob=bob",
		},
		"one is replaced and one added": {
			last: "Alice Bob", now: "Alicia Bob Carol", stored: both, nowFormer: "Alice=alice", unclear: "Alice=alice",
		},
		"one is removed": {last: "Alice Bob", now: "Bob", stored: both, nowFormer: "Alice=alice"},
		"one is added":   {last: "Alice Bob", now: "Alice Bob Carol", stored: both},

		"a former one returns": {last: "Bob", former: "Alice", now: "Bob Alice", stored: both},
		"a former one takes a place": {
			last:      "Bob",
			former:    "Alice",
			now:       "Alice",
			stored:    both,
			nowFormer: "Bob=bob",
			unclear:   "",
		},
		"a former one is purged": {last: "Bob", former: "Alice", now: "Bob", stored: accounts{"bob": "2"}},
		"a former one has moved aside": {
			last:   "Bob",
			former: "Alice=alice_2",
			now:    "Bob Alice",
			stored: accounts{"bob": "2", "alice_2": "1"},
			moves:  "alice_2>alice",
		},
		"a slug of a former one": {
			last:      "Bob",
			former:    "Alice",
			now:       "Bob Carol=alice",
			stored:    both,
			moves:     "alice>alice_2",
			nowFormer: "Alice=alice_2",
		},
		"a slug of a removed one": {last: "Alice Bob", now: "Bob Carol=alice", stored: both},
		"a slug of one that gets a new": {
			last:   "Alice Bob",
			now:    "Alice=a Bob Carol=alice",
			stored: both,
			moves:  "alice>a",
		},
		"in place, to a former one's": {
			last:      "Bob",
			former:    "Alice",
			now:       "Carol=alice",
			stored:    both,
			moves:     "bob>alice alice>alice_2",
			nowFormer: "Alice=alice_2",
		},
		"a spare slug that is in use": {
			last:      "Bob",
			former:    "Alice",
			now:       "Bob Carol=alice",
			stored:    accounts{"alice": "1", "alice_2": "3", "bob": "2"},
			moves:     "alice>alice_3",
			nowFormer: "Alice=alice_3 alice_2=alice_2",
		},
		"a former one without account": {
			last:   "Bob",
			former: "Alice",
			now:    "Bob Carol=alice",
			stored: accounts{"alice": "", "bob": "2"},
		},
		"signed in under the new name": {
			last:   "Alice Bob",
			now:    "Bob Alicia",
			stored: accounts{"alice": "1", "alicia": "1", "bob": "2"},
			moves:  "alice>alicia(signed in)",
		},
		"signed in under the new slug": {
			last:   "Alice Bob",
			now:    "Alice=a Bob",
			stored: accounts{"alice": "1", "a": "1", "bob": "2"},
			moves:  "alice>a(signed in)",
		},
		"the new slug has another": {
			last:      "Alice Bob",
			now:       "Alice=a Bob",
			stored:    accounts{"alice": "1", "a": "3", "bob": "2"},
			nowFormer: "Alice=alice",
			unclear:   "Alice=alice",
		},
		"unknown accounts are not equal": {
			last:      "Alice Bob",
			now:       "Bob Alicia",
			stored:    accounts{"alice": "?", "alicia": "?", "bob": "2"},
			nowFormer: "Alice=alice",
			unclear:   "Alice=alice",
		},

		"two are renamed on request": {
			last: "Alice Bob", now: "Alicia Robert", stored: both, moves: "alice>alicia bob>robert",
			requests: map[string]string{"alicia": "alice", "robert": "bob"},
		},
		"a former one is renamed on request": {
			last: "Bob Alicia", former: "Alice", now: "Bob Alicia", stored: accounts{"alice": "1", "alicia": "", "bob": "2"},
			moves: "alice>alicia", requests: map[string]string{"alicia": "alice"},
		},
		"a request for one that has signed in": {
			last: "Bob Alicia", former: "Alice", now: "Bob Alicia", stored: accounts{"alice": "1", "alicia": "3", "bob": "2"},
			nowFormer: "Alice=alice", requests: map[string]string{"alicia": "alice"},
		},
		"a request for one that is configured": {
			last: "Alice Bob", now: "Alice Bob Alicia", stored: both, requests: map[string]string{"alicia": "alice"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roster := checkpoint.Roster{Profiles: entries(row.last), Former: entries(row.former)}
			plan := roster.Plan(entries(row.now), row.stored, row.requests)
			for what, texts := range map[string][2]string{
				"moves":   {formatMoves(plan.Roster.Moves), row.moves},
				"former":  {formatEntries(plan.Roster.Former), row.nowFormer},
				"unclear": {formatEntries(plan.Unclear), row.unclear},
				"now":     {formatEntries(plan.Roster.Profiles), formatEntries(entries(row.now))},
			} {
				if texts[0] != texts[1] {
					t.Errorf("%s: %q, want %q", what, texts[0], texts[1])
				}
			}
		})
	}
}

// The longest slug that a file name may have gets a spare one as well.
func TestSpareSlugOfLongSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100)
	roster := checkpoint.Roster{Former: []checkpoint.RosterEntry{{Name: "Alice", Slug: long}}}
	plan := roster.Plan([]checkpoint.RosterEntry{{Name: "Carol", Slug: long}}, accounts{long: "1"}, nil)
	folder, err := checkpoint.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = folder.Close() }()
	for _, move := range plan.Roster.Moves {
		if err := folder.Save(move.To, "state"); err != nil {
			t.Error(err)
		}
	}
	if len(plan.Roster.Moves) != 1 {
		t.Errorf("moves %v, want one", plan.Roster.Moves)
	}
}
