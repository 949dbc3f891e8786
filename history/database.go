// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// database is the file with its connections: one that writes and one that
// reads, and a second one that reads while the first is busy. When another file
// takes its place, that one is opened.
type database struct {
	path     string
	readOnly bool
	// prepare is called for a database that was opened for writing, in a
	// transaction.
	prepare func(ctx context.Context, s *session) error

	mu      sync.Mutex // of the writing connection
	current atomic.Pointer[handle]
	closed  atomic.Bool
	// generation counts how often another file was opened.
	generation atomic.Int64
}

// handle is an open file.
type handle struct {
	file, log os.FileInfo // log is nil for none
	writer    *sql.DB     // nil when opened for reading
	*session              // of the writing connection
	reader    *sql.DB
	prepared  *preparedReader // of reader
	// opened is where sequence numbers begin at least: see nextSequence.
	opened int64
	// suspect is set when SQLite has found the file damaged.
	suspect atomic.Bool
}

// Settings of connections. Temporary tables stay in memory: a container may
// have no other folder that can be written. The cache of each connection is
// small: the system's holds the file anyway.
const (
	commonPragmas = "_pragma=busy_timeout(5000)&_pragma=cache_size(-256)&_pragma=temp_store(2)&_pragma=trusted_schema(0)"
	writePragmas  = commonPragmas + "&_pragma=synchronous(1)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)" +
		"&_pragma=journal_size_limit(4194304)"
	readPragmas = commonPragmas + "&_pragma=query_only(1)"
)

// maxReaders is how many queries can run at once.
const maxReaders = 2

// open opens the file.
func (d *database) open(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.openLocked(ctx, false)
}

// openLocked opens the file; d.mu must be held. A damaged one is set aside, and
// a new one is opened. suspect has the file checked in any case.
func (d *database) openLocked(ctx context.Context, suspect bool) error {
	ctx = context.WithoutCancel(ctx)
	old := d.current.Load()
	if old != nil && !d.readOnly {
		if err := removeStaleLog(d.path, old.file, old.log); err != nil {
			return err
		}
	}
	h, err := d.connect(ctx, suspect)
	if faultOf(err) == FaultDamaged && !d.readOnly {
		if _, asideErr := setAside(d.path, h.file); asideErr != nil {
			return errors.Join(err, asideErr)
		}
		h, err = d.connect(ctx, false)
	}
	if err != nil {
		return err
	}
	d.current.Store(h)
	if old != nil {
		d.generation.Add(1)
		_ = old.close()
	}
	return nil
}

// connect opens the file as it is. The handle is never nil, but closed when
// there is an error.
func (d *database) connect(ctx context.Context, suspect bool) (h *handle, err error) {
	h = &handle{opened: time.Now().UnixMicro()}
	defer func() {
		if err != nil {
			_ = h.close()
		}
	}()
	if !d.readOnly {
		if err := errors.Join(
			restoreBackup(d.path), createFile(d.path), restrictModes(d.path), removeForeignLog(d.path),
		); err != nil {
			return h, err
		}
	}
	if h.file, err = os.Stat(d.path); err != nil {
		return h, err
	}
	unclean := hasLog(d.path)
	if h.reader, err = openPool(d.path, d.readOnly, readPragmas, maxReaders); err != nil {
		return h, err
	}
	h.prepared = newPreparedReader(h.reader)
	if d.readOnly {
		return h, d.checkReadable(ctx, h)
	}
	if h.writer, err = openPool(d.path, false, writePragmas, 1); err != nil {
		return h, err
	}
	conn, err := h.writer.Conn(ctx)
	if err != nil {
		return h, err
	}
	h.session = newSession(conn)
	if _, err := checkIdentity(ctx, conn, d.path); err != nil {
		return h, err
	}
	if suspect || unclean {
		if err := quickCheck(ctx, conn); err != nil {
			return h, err
		}
	}
	if _, err := conn.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return h, err
	}
	if err := migrate(ctx, conn, d.path); err != nil {
		return h, err
	}
	if err := h.transact(ctx, func() error { return d.prepare(ctx, h.session) }); err != nil {
		return h, err
	}
	h.log, _ = os.Stat(d.path + walSuffix) // missing where SQLite keeps none
	return h, restrictModes(d.path)
}

// checkReadable refuses what cannot be read, and an archive that the daemon has
// not brought to this version yet.
func (d *database) checkReadable(ctx context.Context, h *handle) error {
	conn, err := h.reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // returned to the pool
	version, err := checkIdentity(ctx, conn, d.path)
	switch {
	case err != nil:
		return err
	case version == 0: // nothing was stored yet
		return &Error{Fault: FaultMissing, Path: d.path}
	case version < len(migrations()):
		return &Error{Fault: FaultOlder, Path: d.path}
	}
	return nil
}

// openPool prepares connections to the file.
func openPool(path string, readOnly bool, pragmas string, size int) (*sql.DB, error) {
	if readOnly {
		pragmas = "mode=ro&" + pragmas
	}
	pool, err := sql.Open("sqlite", fileURI(path)+"?"+pragmas)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(size)
	pool.SetMaxIdleConns(size) // a new connection prepares every statement anew
	return pool, nil
}

// fileURI is the path as SQLite's URI.
func fileURI(path string) string {
	slashed := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		slashed = "/" + slashed
	}
	return "file:" + (&url.URL{Path: slashed}).EscapedPath()
}

// quickCheck checks the structure of the file.
func quickCheck(ctx context.Context, conn *sql.Conn) error {
	var found string
	if err := conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return &Error{Fault: FaultDamaged, Err: errors.New(strings.TrimSpace(found))}
	}
	return nil
}

// handle returns the open file, after opening the one that took its place, or
// one that could not be opened before.
func (d *database) handle(ctx context.Context) (*handle, error) {
	if h := d.current.Load(); h != nil && d.isCurrent(h) {
		return h, nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.handleLocked(ctx)
}

// handleLocked does the same; d.mu must be held.
func (d *database) handleLocked(ctx context.Context) (*handle, error) {
	if d.closed.Load() {
		return nil, fs.ErrClosed
	}
	if h := d.current.Load(); h == nil || !d.isCurrent(h) {
		if err := d.openLocked(ctx, h != nil); err != nil {
			return nil, err
		}
	}
	return d.current.Load(), nil
}

func (d *database) isCurrent(h *handle) bool {
	now, err := os.Stat(d.path)
	return err == nil && os.SameFile(now, h.file) && !h.suspect.Load()
}

// write runs a function in a transaction, see session.transact. The function
// may run twice.
func (d *database) write(ctx context.Context, doing string, f func(context.Context, *handle) error) error {
	return d.exclusively(ctx, doing, func(ctx context.Context, h *handle) error {
		return h.transact(ctx, func() error { return f(ctx, h) })
	})
}

// exclusively runs a function while nobody else in this process writes.
func (d *database) exclusively(ctx context.Context, doing string, f func(context.Context, *handle) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	h, err := d.handleLocked(ctx)
	if err != nil {
		return describe(d.path, doing, err)
	}
	if h.session == nil {
		return &Error{Fault: FaultReadOnly, Path: d.path, Err: errOpenedForReading}
	}
	err = f(ctx, h)
	if faultOf(err) == FaultDamaged {
		h.suspect.Store(true)
	}
	return describe(d.path, doing, err)
}

// errOpenedForReading reports a change of an archive that was opened for
// reading.
var errOpenedForReading = errors.New("it was opened for reading")

// read hands out connections for reading.
func (d *database) read(ctx context.Context, doing string, f func(*sql.DB) error) error {
	h, err := d.handle(ctx)
	if err == nil {
		if err = f(h.reader); faultOf(err) == FaultDamaged {
			h.suspect.Store(true)
		}
	}
	return describe(d.path, doing, err)
}

// readPrepared hands out prepared statements for reading. They run to their end:
// the driver starts a goroutine for every statement that can be cancelled.
func (d *database) readPrepared(
	ctx context.Context, doing string, f func(ctx context.Context, r *preparedReader) error,
) error {
	h, err := d.handle(ctx)
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		if err = f(context.WithoutCancel(ctx), h.prepared); faultOf(err) == FaultDamaged {
			h.suspect.Store(true)
		}
	}
	return describe(d.path, doing, err)
}

// close closes the file.
func (d *database) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed.Store(true)
	if h := d.current.Swap(nil); h != nil {
		return h.close()
	}
	return nil
}

// close closes the connections; the writing one last, so that it empties the
// log.
func (h *handle) close() error {
	var errs []error
	if h.reader != nil {
		errs = append(errs, h.prepared.close(), h.reader.Close())
	}
	if h.session != nil {
		errs = append(errs, h.session.close())
	}
	if h.writer != nil {
		errs = append(errs, h.writer.Close())
	}
	return errors.Join(errs...)
}

// emptyLog moves what the log holds into the file, and empties it. It fails
// when somebody reads an older state for long.
func emptyLog(ctx context.Context, h *handle) error {
	var busy, frames, moved int
	err := h.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	if err == nil && busy != 0 {
		err = &Error{Fault: FaultLocked}
	}
	return err
}
