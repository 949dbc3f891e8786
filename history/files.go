// SPDX-License-Identifier: MIT

package history

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"vitals2mqtt/internal/atomicfile"
)

// fileMode is for the archive and its copies. SQLite gives the -wal and -shm
// files the mode of the database, whatever the umask.
const fileMode = 0o600

// Suffixes of the files that SQLite keeps beside a database.
const (
	walSuffix = "-wal"
	shmSuffix = "-shm"
)

// DamagedInfix follows the former name of an archive that was set aside; the
// time follows it.
const DamagedInfix = ".damaged-"

// damagedStamp is that time; names sort by it.
const damagedStamp = "20060102T150405.000000000"

// DamagedError says that a damaged archive was set aside and a new one begun.
type DamagedError struct {
	// Path is the archive, RenamedTo where the damaged file is now.
	Path, RenamedTo string
}

// Error implements error.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("the archive was damaged: it is set aside as %s, and what the cloud has is fetched again; "+
		"imported records are only in the damaged file", e.RenamedTo)
}

// Since is when it was set aside, the zero time when its name was changed.
func (e *DamagedError) Since() time.Time {
	_, stamp, _ := strings.Cut(filepath.Base(e.RenamedTo), DamagedInfix)
	at, err := time.Parse(damagedStamp, stamp)
	if err != nil {
		return time.Time{}
	}
	return at.Truncate(time.Second)
}

// Remedy is how to get back what only the damaged file has.
func (e *DamagedError) Remedy() string {
	return fmt.Sprintf("stop vitals2mqtt and restore a backup, or type: rm -f %[2]s %[2]s-wal %[2]s-shm && "+
		"sqlite3 %[1]s .recover | sqlite3 %[2]s; when nothing is missing, delete %[1]s", e.RenamedTo, e.Path)
}

// BackupSuffix follows the name of an archive in that of a copy that takes its
// place when it is missing, as after the backup of an add-on was restored.
const BackupSuffix = ".backup"

// restoreBackup puts the copy in the place of a missing archive, whose log would
// be applied to it.
func restoreBackup(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := os.Lstat(path + BackupSuffix); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := errors.Join(atomicfile.Remove(path+walSuffix), atomicfile.Remove(path+shmSuffix)); err != nil {
		return err
	}
	return os.Rename(path+BackupSuffix, path)
}

// createFile creates the file, private, and its folder, unless they exist.
func createFile(path string) error {
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		if err := atomicfile.MakeFolder(folder); err != nil {
			return err
		}
	}
	return createPrivate(path)
}

// createPrivate creates an empty file that only its owner can read; an existing
// one is no error.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, fileMode) //nolint:gosec // the path is the user's
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), atomicfile.ChownLikeParent(path))
}

// restrictModes removes the permissions of others from the archive's files.
func restrictModes(path string) error {
	for _, suffix := range []string{"", walSuffix, shmSuffix} {
		if _, err := atomicfile.RestrictMode(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// hasLog reports whether the archive was not closed: then its log has content.
// That is also so while another process has it open.
func hasLog(path string) bool {
	info, err := os.Stat(path + walSuffix)
	return err == nil && info.Size() > 0
}

// setAside renames the archive with its log, and returns its new name. checked
// is the file that was found damaged: if another one has taken its place since,
// nothing is done.
func setAside(path string, checked os.FileInfo) (string, error) {
	now, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(now, checked) {
		return "", nil // another process was faster
	}
	if err != nil {
		return "", err
	}
	aside := path + DamagedInfix + time.Now().UTC().Format(damagedStamp)
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	for _, suffix := range []string{walSuffix, shmSuffix} {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// removeStaleLog removes the log of a file that another one has replaced: SQLite
// would apply it to that one.
func removeStaleLog(path string, file, log os.FileInfo) error {
	now, err := os.Stat(path)
	if err == nil && os.SameFile(now, file) {
		return nil // it was not replaced
	}
	if now, err := os.Stat(path + walSuffix); err != nil || log == nil || !os.SameFile(now, log) {
		return nil //nolint:nilerr // there is none, or it is the new file's
	}
	return errors.Join(atomicfile.Remove(path+walSuffix), atomicfile.Remove(path+shmSuffix))
}

// removeForeignLog removes a log that a restored copy found beside it: that of
// the former file, which was not closed. SQLite would apply it. A copy that
// Backup made says in its header that it has no log, until it is opened.
func removeForeignLog(path string) error {
	if !hasLog(path) { // asked first: the log of this file is younger than what its header says of it
		return nil
	}
	header, err := readHeader(path)
	if err != nil || header.hasLog() {
		return err
	}
	return errors.Join(atomicfile.Remove(path+walSuffix), atomicfile.Remove(path+shmSuffix))
}

// header is the beginning of a database file.
type header [20]byte

// hasLog reports whether the file has a log beside it when it is open: 1 stands
// for a rollback journal. See "File format version numbers" in SQLite's
// documentation of its files. Of what is no database it says yes.
func (h header) hasLog() bool {
	return !bytes.HasPrefix(h[:], []byte("SQLite format 3\x00")) || h[18] != 1
}

// readHeader reads it; what a short file lacks is 0.
func readHeader(path string) (h header, err error) {
	file, err := os.Open(path) //nolint:gosec // the path is the user's
	if err != nil {
		return h, err
	}
	_, err = io.ReadFull(file, h[:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return h, errors.Join(err, file.Close())
}

// lastSetAside returns the newest damaged archive that is still there, "" for
// none.
func lastSetAside(path string) string {
	all := setAsides(path)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1]
}

// setAsides lists the damaged archives that are still there, the oldest first.
func setAsides(path string) (all []string) {
	entries, err := os.ReadDir(filepath.Dir(path)) // sorted by name, and so by age
	if err != nil {
		return nil
	}
	prefix := filepath.Base(path) + DamagedInfix
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, prefix) && !strings.HasSuffix(name, walSuffix) && !strings.HasSuffix(name, shmSuffix) {
			all = append(all, filepath.Join(filepath.Dir(path), name))
		}
	}
	return all
}

// Copies lists the files beside an archive that hold measurements of their own:
// damaged archives, and the copy that would take the place of a missing one.
func Copies(path string) []string {
	all := setAsides(path)
	if _, err := os.Lstat(path + BackupSuffix); err == nil {
		all = append(all, path+BackupSuffix)
	}
	return all
}
