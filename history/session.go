// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// session is one connection with the statements that were prepared on it.
// Statements run to their end: a page is small, and the driver starts a
// goroutine for every statement that can be cancelled.
type session struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt
	ids      identities
	// wrote is true once the current transaction has changed anything.
	wrote bool
}

func newSession(conn *sql.Conn) *session {
	return &session{conn: conn, prepared: map[string]*sql.Stmt{}, ids: newIdentities()}
}

// statement returns the prepared statement.
func (s *session) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := s.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.prepared[query] = stmt
	return stmt, nil
}

// exec runs a statement that changes something.
func (s *session) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s.wrote = true
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// query runs a statement that returns rows.
func (s *session) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...) //nolint:sqlclosecheck // the caller's
}

// row scans the only row of a query; without one it returns sql.ErrNoRows.
func (s *session) row(ctx context.Context, query string, args []any, into ...any) error {
	stmt, err := s.statement(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(into...)
}

// transact runs a function in a transaction. It begins as one that only reads,
// so that what changes nothing locks nobody out; if another process writes just
// then, it is begun again as one that writes, and waits.
func (s *session) transact(ctx context.Context, f func() error) error {
	err := s.attempt(ctx, "BEGIN", f)
	if err != nil && s.wrote && faultOf(err) == FaultLocked {
		err = s.attempt(ctx, "BEGIN IMMEDIATE", f)
	}
	return err
}

func (s *session) attempt(ctx context.Context, begin string, f func() error) (err error) {
	s.wrote = false
	if _, err := s.conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.ids = newIdentities()
			_, _ = s.conn.ExecContext(ctx, "ROLLBACK") // fails when SQLite has done so
		}
	}()
	if err := s.ids.refresh(ctx, s.conn); err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	if _, err = s.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// close closes the connection.
func (s *session) close() error {
	var errs []error
	for _, stmt := range s.prepared {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, s.conn.Close())...)
}
