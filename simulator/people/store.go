// SPDX-License-Identifier: MIT

// Package people invents the accounts of the simulated cloud: bodies, what
// they own, and years of measurements, nights and days, all of it derived from
// a seed; and it changes them by hand. It knows neither HTTP nor tokens.
package people

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Store holds the accounts of a simulated cloud and its clock. Its lock guards
// the state of the whole cloud, that of the API and of notifications included.
// Methods whose names end in Locked must be called with it held.
type Store struct {
	mu       sync.Mutex
	watchers []chan struct{}
	offset   time.Duration
	Accounts []*Account
	added    int64 // counts what was added by hand, for ids
}

// NewStore returns accounts whose history ends at start; zero = now.
func NewStore(seed uint64, persons []Person, start time.Time) *Store {
	s := &Store{}
	if !start.IsZero() {
		s.offset = time.Until(start)
	}
	for i, p := range persons {
		s.Accounts = append(s.Accounts, newAccount(seed, i, p, s.NowLocked()))
	}
	return s
}

// Lock takes the lock of the whole cloud.
func (s *Store) Lock() { s.mu.Lock() }

// Unlock wakes the watchers: whatever held the lock may have changed something.
func (s *Store) Unlock() {
	for _, watcher := range s.watchers {
		select {
		case watcher <- struct{}{}:
		default: // A change is pending already.
		}
	}
	s.mu.Unlock()
}

// UnlockQuietly releases the lock without waking the watchers.
func (s *Store) UnlockQuietly() { s.mu.Unlock() }

// Watch returns a channel that receives after each change until Unwatch.
func (s *Store) Watch() chan struct{} {
	s.Lock()
	defer s.UnlockQuietly()
	watcher := make(chan struct{}, 1)
	s.watchers = append(s.watchers, watcher)
	return watcher
}

// Unwatch ends what Watch began.
func (s *Store) Unwatch(watcher chan struct{}) {
	s.Lock()
	defer s.UnlockQuietly()
	s.watchers = slices.DeleteFunc(s.watchers, func(w chan struct{}) bool { return w == watcher })
}

// NowLocked returns the cloud's time.
func (s *Store) NowLocked() time.Time { return time.Now().Add(s.offset) }

// Now returns the cloud's time.
func (s *Store) Now() time.Time {
	s.Lock()
	defer s.UnlockQuietly()
	return s.NowLocked()
}

// Advance moves the cloud's clock.
func (s *Store) Advance(d time.Duration) {
	s.Lock()
	defer s.Unlock()
	s.offset += d
}

// People returns the people in order.
func (s *Store) People() []PersonInfo {
	infos := make([]PersonInfo, 0, len(s.Accounts))
	for _, a := range s.Accounts {
		infos = append(infos, PersonInfo{Name: a.Name, UserID: a.ID()})
	}
	return infos
}

// FindLocked returns the account with a name, in any case, or a user id.
func (s *Store) FindLocked(person string) (*Account, error) {
	for _, a := range s.Accounts {
		if strings.EqualFold(a.Name, person) || a.ID() == person {
			return a, nil
		}
	}
	known := make([]string, 0, len(s.Accounts))
	for _, a := range s.Accounts {
		known = append(known, a.Name+" ("+a.ID()+")")
	}
	return nil, fmt.Errorf("no person %q; known people: %s", person, strings.Join(known, ", "))
}

// PersonLocked returns an account that must exist.
func (s *Store) PersonLocked(person string) *Account {
	a, err := s.FindLocked(person)
	if err != nil {
		panic(InvalidError{err})
	}
	return a
}

// update changes an account, with the lock held and its history generated.
func (s *Store) update(person string, change func(a *Account, now time.Time)) {
	s.Lock()
	defer s.Unlock()
	a := s.PersonLocked(person)
	a.GenerateRecords(s.NowLocked())
	change(a, s.NowLocked())
}

// updateAny offers every account to a change until one has what it is about.
func (s *Store) updateAny(change func(a *Account, now time.Time) bool) (found bool) {
	s.Lock()
	defer s.Unlock()
	return slices.ContainsFunc(s.Accounts, func(a *Account) bool {
		a.GenerateRecords(s.NowLocked())
		return change(a, s.NowLocked())
	})
}

// addGroups adds the groups that invent returns, and returns the first one's
// id.
func (s *Store) addGroups(
	person string, at time.Time, invent func(a *Account, created time.Time, ids [3]int64) []*Group,
) (id int64) {
	s.update(person, func(a *Account, now time.Time) {
		ids := [3]int64{s.nextIDLocked(a, at), s.nextIDLocked(a, at), s.nextIDLocked(a, at)}
		groups := invent(a, later(at, now), ids)
		a.Groups = append(a.Groups, groups...)
		id = groups[0].ID
	})
	return id
}

// nextIDLocked leaves the slots below 1000 to what is generated.
func (s *Store) nextIDLocked(a *Account, at time.Time) int64 {
	s.added++
	return a.rowID(a.DayNumber(at), 1000+s.added%9000)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// InvalidError is what methods panic with when they are called with a person
// that does not exist or a value that makes no sense.
type InvalidError struct{ error }

// Invalidf panics with an InvalidError.
func Invalidf(format string, args ...any) { panic(InvalidError{fmt.Errorf(format, args...)}) }

// PersonInfo names a simulated person.
type PersonInfo struct {
	Name   string `json:"name"`
	UserID string `json:"userid"`
}

// Is reports whether a name, in any case, or a user id is the person's.
func (p PersonInfo) Is(person string) bool {
	return strings.EqualFold(p.Name, person) || p.UserID == person
}
