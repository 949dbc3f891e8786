// SPDX-License-Identifier: MIT

package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"vitals2mqtt/internal/fileaccess"
)

// Fault is why an archive cannot be used.
type Fault string

// The faults of archives.
const (
	FaultFull     Fault = "full"      // no space left
	FaultReadOnly Fault = "read_only" // the file or its folder cannot be written, or not be entered
	FaultLocked   Fault = "locked"    // another program does not let go of it
	FaultDamaged  Fault = "damaged"   // what is in it is not what was written
	FaultReplaced Fault = "replaced"  // another file took its place
	FaultNewer    Fault = "newer"     // a newer version of the program wrote it
	FaultOlder    Fault = "older"     // an earlier version wrote it, and it was opened for reading
	FaultForeign  Fault = "foreign"   // another program's database
	FaultMissing  Fault = "missing"   // there is none, and it was opened for reading
	FaultDisk     Fault = "disk"      // reading or writing failed
)

// Error is a failure of the archive that a user can do something about. Other
// failures are mistakes of the program.
type Error struct {
	Fault Fault
	Path  string
	// Err is the cause.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	sentence := map[Fault]string{
		FaultFull:     "no space left for the archive",
		FaultReadOnly: "the archive cannot be written",
		FaultLocked:   "another program has locked the archive",
		FaultDamaged:  "the archive is damaged",
		FaultReplaced: "the file of the archive was replaced",
		FaultNewer:    "the archive was written by a newer version of vitals2mqtt",
		FaultOlder:    "the archive was written by an earlier version of vitals2mqtt",
		FaultForeign:  "not an archive of vitals2mqtt",
		FaultMissing:  "there is no archive",
		FaultDisk:     "the archive cannot be read or written",
	}[e.Fault]
	if e.Err == nil {
		return fmt.Sprintf("%s: %s", sentence, e.Path)
	}
	return fmt.Sprintf("%s: %s: %v", sentence, e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Code is the fault as a word, for packages that do not import this one.
func (e *Error) Code() string { return string(e.Fault) }

// Remedy is what the user can do.
func (e *Error) Remedy() string {
	switch e.Fault {
	case FaultFull:
		return "free some space; what is missing is fetched then"
	case FaultReadOnly:
		if remedy := fileaccess.Explain(e.Path, e.Err).Remedy; remedy != "" {
			return remedy
		}
		return "make the file and its folder writable"
	case FaultLocked:
		return "close the programs that have it open for writing"
	case FaultDamaged:
		return "it is set aside and built anew at the next poll"
	case FaultReplaced:
		return "it is opened again at the next poll"
	case FaultNewer:
		return "install that version again, or restore a backup of before the update"
	case FaultOlder:
		return "start the daemon: it updates the archive"
	case FaultForeign:
		return "move that file away"
	case FaultMissing:
		return "start the daemon, or run backfill"
	case FaultDisk:
		return "check the disk"
	}
	return ""
}

// faultOf returns the fault that an error of the driver or the system stands
// for, "" for none.
func faultOf(err error) Fault {
	if known, ok := errors.AsType[*Error](err); ok {
		return known.Fault
	}
	refused, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		switch {
		case errors.Is(err, syscall.ENOSPC):
			return FaultFull
		case errors.Is(err, fs.ErrNotExist):
			return FaultMissing
		case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
			return FaultReadOnly
		}
		return ""
	}
	if refused.Code() == sqlitelib.SQLITE_READONLY_DBMOVED {
		return FaultReplaced
	}
	switch refused.Code() & primaryCode {
	case sqlitelib.SQLITE_FULL:
		return FaultFull
	case sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_CANTOPEN, sqlitelib.SQLITE_PERM:
		return FaultReadOnly
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED:
		return FaultLocked
	case sqlitelib.SQLITE_CORRUPT, sqlitelib.SQLITE_NOTADB:
		return FaultDamaged
	case sqlitelib.SQLITE_IOERR:
		return FaultDisk
	}
	return ""
}

// mayPass reports whether a fault can end without a change of the file or of the
// program.
func mayPass(fault Fault) bool {
	switch fault {
	case FaultFull, FaultReadOnly, FaultLocked, FaultDisk, FaultReplaced:
		return true
	default:
		return false
	}
}

// primaryCode masks the extension of a result code.
const primaryCode = 0xff

// describe makes an Error of a failure that is one, and says what was being
// done of any other.
func describe(path, doing string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return &Error{Fault: known.Fault, Path: path, Err: known.Err}
	}
	if fault := faultOf(err); fault != "" {
		return &Error{Fault: fault, Path: path, Err: err}
	}
	return fmt.Errorf("%s: %w", doing, err)
}
