// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"

	"vitals2mqtt/internal/atomicfile"
)

// Backup writes a copy of the archive to a new file, while others use it. The
// copy is one file, without a log. An existing file is refused.
func (a *Archive) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "backup", Path: path, Err: fs.ErrExist}
	}
	// SQLite takes an empty file for a new one. It is created here for its mode.
	if err := createPrivate(path); err != nil {
		return err
	}
	err := a.db.read(ctx, "copying the archive", func(db *sql.DB) error { return copyInto(ctx, db, path) })
	if err != nil {
		return errors.Join(err, atomicfile.Remove(path))
	}
	return syncFile(path)
}

// copyInto writes the copy and checks it.
func copyInto(ctx context.Context, db *sql.DB, path string) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	// The connection is one that only reads; the copy is another file.
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = 0"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", path)
	_, resetErr := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = 1")
	return errors.Join(err, resetErr)
}

// syncFile makes a file durable.
func syncFile(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, fileMode) //nolint:gosec // the path is the user's
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// Checkpoint moves what the log holds into the file, as after a long history
// was read. It waits for those who read, and for who writes.
func (a *Archive) Checkpoint(ctx context.Context) error {
	return a.db.exclusively(ctx, "emptying the log of the archive", emptyLog)
}
