// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
)

// Archive is an open archive. It implements bridge.Archive. Several may be
// open on one file, also in several processes.
type Archive struct {
	recordReader

	raw, samples *compressor
	// own counts the changes that this archive made.
	own *changeCounts
}

// Open opens the archive, and creates it when it is missing. A damaged one is
// set aside, see Damage. Failures that a user can do something about are of
// type Error.
func Open(ctx context.Context, o Options) (*Archive, error) {
	a := &Archive{
		recordReader: recordReader{options: o, db: &database{
			path:     o.Path,
			readOnly: o.ReadOnly,
			prepare:  func(ctx context.Context, s *session) error { return prepare(ctx, s, o) },
		}},
		raw:     &compressor{dictionary: rawDictionary},
		samples: &compressor{},
		own:     &changeCounts{byUser: map[string]int64{}},
	}
	err := a.db.open(ctx)
	if err != nil && (!o.Patient || !mayPass(faultOf(err))) {
		return nil, describe(o.Path, "opening the archive", err)
	}
	return a, nil
}

// prepare writes what depends on the program and its configuration.
func prepare(ctx context.Context, s *session, o Options) error {
	if err := nameSeries(ctx, s, o.Extra); err != nil {
		return err
	}
	return writeView(ctx, s, o.Policy)
}

// Close closes the file.
func (a *Archive) Close() error { return describe(a.options.Path, "closing the archive", a.db.close()) }

// Damage returns what became of the archive that was damaged last, nil when
// there was none or the damaged file was deleted.
func (a *Archive) Damage() *DamagedError {
	if aside := lastSetAside(a.options.Path); aside != "" {
		return &DamagedError{Path: a.options.Path, RenamedTo: aside}
	}
	return nil
}

// Size returns how many bytes an archive takes on the disk.
func Size(path string) (bytes int64) {
	for _, suffix := range []string{"", walSuffix, shmSuffix} {
		if info, err := os.Stat(path + suffix); err == nil {
			bytes += info.Size()
		}
	}
	return bytes
}

// accountID returns the row of an account, 0 for an unknown one.
func accountID(ctx context.Context, s *session, user string) (int64, error) {
	if id, ok := s.ids.accounts[user]; ok {
		return id, nil
	}
	var id int64
	err := s.row(ctx, "SELECT id FROM account WHERE user_id = ?", []any{user}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		s.ids.accounts[user] = id
	}
	return id, err
}

// addAccount returns the row of an account, after adding it.
func addAccount(ctx context.Context, s *session, user string) (int64, error) {
	if user == "" {
		return 0, errors.New("an account without a user id")
	}
	if id, err := accountID(ctx, s, user); id != 0 || err != nil {
		return id, err
	}
	result, err := s.exec(ctx, "INSERT INTO account (user_id) VALUES (?)", user)
	if err != nil {
		return 0, err
	}
	id, err := result.LastInsertId()
	s.ids.accounts[user] = id
	return id, err
}

// changeCounts counts the changes of each account that one archive made.
type changeCounts struct {
	mu     sync.Mutex
	byUser map[string]int64
}

func (c *changeCounts) add(user string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byUser[user]++
}

func (c *changeCounts) of(user string) int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byUser[user]
}

// generationStep keeps the revisions of files that replaced each other apart.
const generationStep = 1 << 40

// Revision changes whenever another process changes the account's records, also
// by replacing the file.
func (a *Archive) Revision(ctx context.Context, user string) (revision int64, err error) {
	err = a.db.readPrepared(ctx, "reading the revision", func(ctx context.Context, r *preparedReader) error {
		// A change of our own between the two counts as another's, which is harmless.
		own := a.own.of(user)
		err := r.row(ctx, "SELECT revision FROM account WHERE user_id = ?", []any{user}, &revision)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		revision += a.db.generation.Load()*generationStep - own
		return nil
	})
	return revision, err
}

// Zone returns the account's time zone as last reported, "" when unknown.
func (a *Archive) Zone(ctx context.Context, user string) (zone string, err error) {
	err = a.db.readPrepared(ctx, "reading the time zone", func(ctx context.Context, r *preparedReader) error {
		err := r.row(ctx, "SELECT zone FROM account WHERE user_id = ?", []any{user}, &zone)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return zone, err
}

// SetProfile stores which profile shows an account. A profile shows one.
func (a *Archive) SetProfile(ctx context.Context, user, slug string) error {
	return a.db.write(ctx, "storing the profile", func(ctx context.Context, h *handle) error {
		var known string
		err := h.row(ctx, "SELECT profile FROM account WHERE user_id = ?", []any{user}, &known)
		if err == nil && known == slug {
			return nil
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := h.exec(ctx, "UPDATE account SET profile = '' WHERE profile = ?", slug); err != nil {
			return err
		}
		account, err := addAccount(ctx, h.session, user)
		if err != nil {
			return err
		}
		if _, err := h.exec(ctx, "UPDATE account SET profile = ? WHERE id = ?", slug, account); err != nil {
			return fmt.Errorf("account: %w", err)
		}
		return nil
	})
}
