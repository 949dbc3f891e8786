// SPDX-License-Identifier: MIT

package checkpoint

import (
	"slices"
	"strconv"
	"strings"
)

// RosterPlan is what a new configuration changes.
type RosterPlan struct {
	// Roster is the new one, with the moves that lead to it.
	Roster Roster
	// Renamed are the moves to a configured profile; the others make place for one.
	Renamed []Move
	// Unclear are former profiles with an account, in a change that may have
	// renamed them: more than one profile has disappeared or appeared.
	Unclear []RosterEntry
}

// Accounts tells what is stored under a slug.
type Accounts interface {
	// Account is the id of the account, "" for none, or UnknownAccount.
	Account(slug string) string
	// Slugs lists all slugs under which anything is stored.
	Slugs() []string
}

// UnknownAccount is the id of an account that cannot be read.
const UnknownAccount = "?"

// Plan compares the configured profiles with the roster. Files follow their
// profile: by requests, which name the former slug for a new one, by name, by
// slug, by account, and, if a single profile was replaced by a new one at the
// same place of the list, by place. Anything else is too uncertain: it could
// publish the values of one person under the name of another.
func (r Roster) Plan(profiles []RosterEntry, stored Accounts, requests map[string]string) RosterPlan {
	m := matcher{
		last:     slices.Clone(r.Profiles),
		former:   r.allFormer(profiles, stored),
		now:      profiles,
		stored:   stored,
		requests: requests,
		source:   make([]*RosterEntry, len(profiles)),
		taken:    map[*RosterEntry]bool{},
	}
	m.matchRequests()
	m.matchNames()
	m.matchSlugs()
	m.matchFormer()
	m.matchAccounts()
	m.matchPlace()
	return m.plan()
}

// allFormer returns the former profiles, including those that no roster has
// listed: their names are unknown, so the slug stands for it.
func (r Roster) allFormer(profiles []RosterEntry, stored Accounts) []RosterEntry {
	former := slices.Clone(r.Former)
	for _, slug := range stored.Slugs() {
		hasSlug := func(e RosterEntry) bool { return e.Slug == slug }
		if !slices.ContainsFunc(slices.Concat(r.Profiles, r.Former, profiles), hasSlug) {
			former = append(former, RosterEntry{Name: slug, Slug: slug})
		}
	}
	return former
}

// Known lists all profiles of the roster, and those that it does not list.
func (r Roster) Known(stored Accounts) []RosterEntry {
	return append(slices.Clone(r.Profiles), r.allFormer(r.Profiles, stored)...)
}

// matcher finds the entry of the roster that each profile continues.
type matcher struct {
	last, former []RosterEntry
	now          []RosterEntry
	stored       Accounts
	requests     map[string]string

	source []*RosterEntry // of each profile in now, nil for a new one
	taken  map[*RosterEntry]bool
	spares []string // slugs that plan has chosen
}

func (m *matcher) take(i int, entry *RosterEntry) {
	m.source[i], m.taken[entry] = entry, true
}

// find returns the only free entry for which match holds, nil for none or more
// than one.
func (m *matcher) find(entries []RosterEntry, match func(RosterEntry) bool) (found *RosterEntry) {
	for i := range entries {
		if m.taken[&entries[i]] || !match(entries[i]) {
			continue
		}
		if found != nil {
			return nil
		}
		found = &entries[i]
	}
	return found
}

// matchEach takes the entry that match finds for each profile without one.
func (m *matcher) matchEach(entries []RosterEntry, match func(now, before RosterEntry) bool) {
	for i, now := range m.now {
		if m.source[i] != nil {
			continue
		}
		entry := m.find(entries, func(before RosterEntry) bool { return match(now, before) && m.canContinue(now, before) })
		if entry != nil {
			m.take(i, entry)
		}
	}
}

func (m *matcher) isConfigured(slug string) bool {
	return slices.ContainsFunc(m.now, func(now RosterEntry) bool { return now.Slug == slug })
}

// ownAccount is the account that a profile has signed in with itself, "" for
// none: what is stored under its slug can be another one's, which is moved.
func (m *matcher) ownAccount(profile RosterEntry) string {
	if owner := m.ownerOf(profile.Slug); owner != nil && !hasSameName(*owner, profile) {
		return ""
	}
	return m.stored.Account(profile.Slug)
}

// canContinue reports whether a profile can continue an entry: it has not signed
// in with another account under its new slug.
func (m *matcher) canContinue(now, before RosterEntry) bool {
	own := m.ownAccount(now)
	return now.Slug == before.Slug || own == "" || own != UnknownAccount && own == m.stored.Account(before.Slug)
}

// matchRequests follows what the user has said, unless the former profile is
// still configured, or the new one has signed in.
func (m *matcher) matchRequests() {
	requested := func(now, before RosterEntry) bool {
		return m.requests[now.Slug] == before.Slug && !m.isConfigured(before.Slug) && m.ownAccount(now) == ""
	}
	m.matchEach(m.last, requested)
	m.matchEach(m.former, requested)
}

// matchNames finds profiles of the same name. Those that kept their slug come
// first; others have got another one.
func (m *matcher) matchNames() {
	m.matchEach(m.last, func(now, before RosterEntry) bool { return now.Slug == before.Slug && hasSameName(now, before) })
	names := map[string]int{}
	for _, now := range m.now {
		names[strings.ToLower(now.Name)]++
	}
	m.matchEach(m.last, func(now, before RosterEntry) bool {
		return hasSameName(now, before) && names[strings.ToLower(now.Name)] == 1
	})
}

// matchSlugs finds profiles with another name and the same slug.
func (m *matcher) matchSlugs() {
	m.matchEach(m.last, func(now, before RosterEntry) bool { return now.Slug == before.Slug })
}

// matchFormer finds profiles that are configured again.
func (m *matcher) matchFormer() {
	m.matchEach(m.former, func(now, before RosterEntry) bool { return now.Slug == before.Slug && hasSameName(now, before) })
	m.matchEach(m.former, hasSameName)
}

// matchAccounts finds new profiles that have signed in with the account of one
// that has disappeared.
func (m *matcher) matchAccounts() {
	m.matchEach(m.last, func(now, before RosterEntry) bool {
		account := m.ownAccount(now)
		return account != "" && account == m.stored.Account(before.Slug)
	})
}

// matchPlace finds the one profile that was replaced at its place by one that
// has no account.
func (m *matcher) matchPlace() {
	gone, added := m.unmatched()
	if len(gone) != 1 || len(added) != 1 || len(m.last) != len(m.now) {
		return
	}
	i := added[0]
	before := &m.last[i]
	if before == gone[0] && m.stored.Account(before.Slug) != "" && m.ownAccount(m.now[i]) == "" {
		m.take(i, before)
	}
}

// unmatched returns the entries of the last configuration that no profile
// continues, and the places of the profiles that continue none.
func (m *matcher) unmatched() (gone []*RosterEntry, added []int) {
	for i := range m.last {
		if !m.taken[&m.last[i]] {
			gone = append(gone, &m.last[i])
		}
	}
	for i, source := range m.source {
		if source == nil {
			added = append(added, i)
		}
	}
	return gone, added
}

// ownerOf returns the entry of the roster that has the files of a slug, nil for
// none.
func (m *matcher) ownerOf(slug string) *RosterEntry {
	for _, entries := range [][]RosterEntry{m.last, m.former} {
		if at := slices.IndexFunc(entries, func(e RosterEntry) bool { return e.Slug == slug }); at >= 0 {
			return &entries[at]
		}
	}
	return nil
}

// plan turns the matches into moves.
func (m *matcher) plan() RosterPlan {
	var plan RosterPlan
	plan.Roster.Profiles = slices.Clone(m.now)
	for i, source := range m.source {
		if now := m.now[i]; source != nil && source.Slug != now.Slug {
			// A profile that has signed in keeps its tokens, which are newer.
			keep := m.ownAccount(now) != ""
			plan.Renamed = append(plan.Renamed, Move{From: source.Slug, To: now.Slug, KeepTokens: keep})
		}
	}
	var parked []Move
	gone, added := m.unmatched()
	former := gone
	for i := range m.former {
		if !m.taken[&m.former[i]] {
			former = append(former, &m.former[i])
		}
	}
	slugs := m.stored.Slugs()
	for _, entry := range former {
		kept := *entry
		switch {
		case !slices.Contains(slugs, entry.Slug):
			continue
		case m.isConfigured(entry.Slug) && (m.stored.Account(entry.Slug) == "" || plan.keepsTokensOf(entry.Slug)):
			continue // nothing to keep apart
		case m.isConfigured(entry.Slug): // by a profile that does not continue this one
			kept.Slug = m.spareSlug(entry.Slug)
			parked = append(parked, Move{From: entry.Slug, To: kept.Slug})
		}
		plan.Roster.Former = append(plan.Roster.Former, kept)
	}
	plan.Roster.Moves = append(slices.Clone(plan.Renamed), parked...)
	for _, entry := range gone {
		if len(added) > 0 && m.stored.Account(entry.Slug) != "" {
			plan.Unclear = append(plan.Unclear, *entry)
		}
	}
	return plan
}

// keepsTokensOf reports whether a configured profile goes on with the tokens
// that are stored under its new slug.
func (p RosterPlan) keepsTokensOf(slug string) bool {
	return slices.ContainsFunc(p.Renamed, func(m Move) bool { return m.To == slug && m.KeepTokens })
}

// maxSpareSlug leaves room for the number in the longest slug of a file name.
const maxSpareSlug = 90

// spareSlug returns a slug under which nothing is stored.
func (m *matcher) spareSlug(slug string) string {
	for n := 2; ; n++ {
		spare := slug[:min(len(slug), maxSpareSlug)] + "_" + strconv.Itoa(n)
		isUsed := slices.Contains(m.stored.Slugs(), spare) || slices.Contains(m.spares, spare)
		if !isUsed && !m.isConfigured(spare) && m.ownerOf(spare) == nil {
			m.spares = append(m.spares, spare)
			return spare
		}
	}
}

func hasSameName(a, b RosterEntry) bool { return strings.EqualFold(a.Name, b.Name) }
