// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// preparedReader reads with statements that stay prepared as long as the file is
// open: preparing most of those of a start takes longer than running them. It is
// for queries whose texts are few.
type preparedReader struct {
	db *sql.DB

	mu       sync.Mutex
	prepared map[string]*sql.Stmt
}

func newPreparedReader(db *sql.DB) *preparedReader {
	return &preparedReader{db: db, prepared: map[string]*sql.Stmt{}}
}

// statement returns the prepared statement.
func (r *preparedReader) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if stmt, ok := r.prepared[query]; ok {
		return stmt, nil
	}
	stmt, err := r.db.PrepareContext(ctx, query)
	if err == nil {
		r.prepared[query] = stmt
	}
	return stmt, err
}

// query runs a query.
func (r *preparedReader) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := r.statement(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...) //nolint:sqlclosecheck // the caller's
}

// row scans the only row of a query; without one it returns sql.ErrNoRows.
func (r *preparedReader) row(ctx context.Context, query string, args []any, into ...any) error {
	stmt, err := r.statement(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, args...).Scan(into...)
}

// close closes the statements.
func (r *preparedReader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, stmt := range r.prepared {
		errs = append(errs, stmt.Close())
	}
	clear(r.prepared)
	return errors.Join(errs...)
}
