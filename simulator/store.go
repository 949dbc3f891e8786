package simulator

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
	accounts []*account
	added    int64 // counts what was added by hand, for ids
}

// NewStore returns accounts whose history ends at start; zero = now.
func NewStore(seed uint64, persons []Person, start time.Time) *Store {
	s := &Store{}
	if !start.IsZero() {
		s.offset = time.Until(start)
	}
	for i, p := range persons {
		s.accounts = append(s.accounts, newAccount(seed, i, p, s.nowLocked()))
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
		default: // It has a change to look at already.
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

// nowLocked returns the cloud's time.
func (s *Store) nowLocked() time.Time { return time.Now().Add(s.offset) }

// Now returns the cloud's time.
func (s *Store) Now() time.Time {
	s.Lock()
	defer s.UnlockQuietly()
	return s.nowLocked()
}

// Advance moves the cloud's clock.
func (s *Store) Advance(d time.Duration) {
	s.Lock()
	defer s.Unlock()
	s.offset += d
}

// People returns who has an account, in order.
func (s *Store) People() []PersonInfo {
	infos := make([]PersonInfo, 0, len(s.accounts))
	for _, a := range s.accounts {
		infos = append(infos, PersonInfo{Name: a.Name, UserID: a.userID()})
	}
	return infos
}

// findLocked returns the account with a name, in any case, or a user id.
func (s *Store) findLocked(person string) (*account, error) {
	for _, a := range s.accounts {
		if strings.EqualFold(a.Name, person) || a.userID() == person {
			return a, nil
		}
	}
	return nil, fmt.Errorf("no person %q", person)
}

// update changes an account, with the lock held and its history generated.
func (s *Store) update(person string, change func(a *account, now time.Time)) {
	s.Lock()
	defer s.Unlock()
	a, err := s.findLocked(person)
	if err != nil {
		panic(InvalidError{err})
	}
	a.generateRecords(s.nowLocked())
	change(a, s.nowLocked())
}

// updateAny offers every account to a change until one has what it is about.
func (s *Store) updateAny(change func(a *account, now time.Time) bool) (found bool) {
	s.Lock()
	defer s.Unlock()
	return slices.ContainsFunc(s.accounts, func(a *account) bool {
		a.generateRecords(s.nowLocked())
		return change(a, s.nowLocked())
	})
}

// addGroups adds the groups that invent returns, and returns the first one's id.
func (s *Store) addGroups(person string, at time.Time, invent func(a *account, created time.Time, ids [3]int64) []*group) (id int64) {
	s.update(person, func(a *account, now time.Time) {
		ids := [3]int64{s.nextIDLocked(a, at), s.nextIDLocked(a, at), s.nextIDLocked(a, at)}
		groups := invent(a, later(at, now), ids)
		a.groups = append(a.groups, groups...)
		id = groups[0].ID
	})
	return id
}

// nextIDLocked leaves the slots below 1000 to what is generated.
func (s *Store) nextIDLocked(a *account, at time.Time) int64 {
	s.added++
	return a.rowID(a.dayNumber(at), 1000+s.added%9000)
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
