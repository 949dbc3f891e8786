// SPDX-License-Identifier: MIT

package history_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vitals2mqtt/history"
	"vitals2mqtt/sensors"
)

func TestFailedWriteChangesNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault         history.Fault
		cause, remedy string
	}{
		{history.FaultFull, "PRAGMA max_page_count = 1", "PRAGMA max_page_count = 100000"},
		{history.FaultReadOnly, "PRAGMA query_only = 1", "PRAGMA query_only = 0"},
	} {
		t.Run(string(test.fault), func(t *testing.T) {
			t.Parallel()
			archive := openFile(t, filepath.Join(t.TempDir(), "history.db"))
			store(t, archive, weighed(1, 71))
			execute(t, archive, test.cause)
			at := sensors.Progress{Endpoint: sensors.EndpointMeasures, Cursor: sensors.Cursor{Since: start()}}
			many := []sensors.Record{}
			for id := range int64(200) {
				many = append(many, weighed(2+id, 72))
			}
			_, err := archive.Apply(t.Context(), alice, page(many...), sensors.ApplyOptions{Now: start()}, at)
			expectFault(t, err, test.fault)
			expectIDs(t, archive, 1)
			cursor, err := archive.Cursor(t.Context(), alice, sensors.EndpointMeasures)
			if cursor != (sensors.Cursor{}) || err != nil {
				t.Errorf("the cursor moved to %+v, %v", cursor, err)
			}
			execute(t, archive, test.remedy)
			store(t, archive, weighed(2, 72))
			expectIDs(t, archive, 1, 2)
		})
	}
}

func TestLockedArchiveIsReported(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive, other := openFile(t, path), openFile(t, path)
	store(t, archive, weighed(1, 71))
	execute(t, other, "BEGIN IMMEDIATE")
	execute(t, archive, "PRAGMA busy_timeout = 1")
	_, err := archive.Apply(t.Context(), alice, page(weighed(2, 72)), sensors.ApplyOptions{}, sensors.Progress{})
	expectFault(t, err, history.FaultLocked)
	if changes := store(t, archive, weighed(1, 71)); len(changes.Put) > 0 {
		t.Error("what changes nothing was stored")
	}
	execute(t, other, "ROLLBACK")
	store(t, archive, weighed(2, 72))
	expectIDs(t, other, 1, 2)
}

func TestNewerAndForeignFilesAreRefusedUntouched(t *testing.T) {
	t.Parallel()
	for fault, statement := range map[history.Fault]string{
		history.FaultNewer:   "PRAGMA user_version = 999",
		history.FaultForeign: "PRAGMA application_id = 1",
	} {
		path := filepath.Join(t.TempDir(), "history.db")
		archive, err := history.Open(t.Context(), history.Options{Path: path})
		must(t, err)
		store(t, archive, weighed(1, 71))
		execute(t, archive, statement)
		must(t, archive.Close())
		before, err := os.ReadFile(path)
		must(t, err)
		for _, readOnly := range []bool{false, true} {
			_, err = history.Open(t.Context(), history.Options{Path: path, ReadOnly: readOnly})
			expectFault(t, err, fault)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s: the file has changed, %v", fault, err)
		}
	}
}

func TestPatientArchiveIsOpenedLater(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	must(t, os.MkdirAll(filepath.Join(path, "in the way"), 0o700))
	archive, err := history.Open(t.Context(), history.Options{Path: path, Patient: true})
	must(t, err)
	_, err = archive.Apply(t.Context(), alice, page(weighed(1, 71)), sensors.ApplyOptions{}, sensors.Progress{})
	expectFault(t, err, history.FaultReadOnly)
	must(t, os.RemoveAll(path))
	store(t, archive, weighed(1, 71))
	expectIDs(t, archive, 1)
	must(t, archive.Close())
	if _, err := archive.Revision(t.Context(), alice); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("after it was closed: %v", err)
	}
}

func TestMissingArchiveIsNotCreatedForReading(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	_, err := history.Open(t.Context(), history.Options{Path: path, ReadOnly: true})
	expectFault(t, err, history.FaultMissing)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the file: %v", err)
	}
}

func TestArchiveOpenedForReadingIsNotChanged(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	store(t, openFile(t, path), weighed(1, 71))
	reader, err := history.Open(t.Context(), history.Options{Path: path, ReadOnly: true})
	must(t, err)
	defer reader.Close() //nolint:errcheck // only read
	expectIDs(t, reader, 1)
	_, err = reader.Apply(t.Context(), alice, page(weighed(2, 72)), sensors.ApplyOptions{}, sensors.Progress{})
	expectFault(t, err, history.FaultReadOnly)
}

func TestDamagedArchiveIsSetAside(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(data []byte){
		"header":  func(data []byte) { copy(data, "this is no database at all") },
		"content": func(data []byte) { clear(data[len(data)-4*4096:]) }, // not read at the start
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "history.db")
			archive, err := history.Open(t.Context(), history.Options{Path: path})
			must(t, err)
			for id := range int64(300) {
				store(t, archive, group(id+1))
			}
			if archive.Damage() != nil {
				t.Error("damaged from the beginning")
			}
			must(t, archive.Close())
			data, err := os.ReadFile(path)
			must(t, err)
			damage(data)
			must(t, os.WriteFile(path, data, 0o600))
			must(t, os.WriteFile(path+"-wal", []byte("not closed"), 0o600)) // has the file checked
			archive = openFile(t, path)
			expectIDs(t, archive)
			store(t, archive, weighed(2, 72))
			expectIDs(t, archive, 2)
			expectDamage(t, archive, path, data)
		})
	}
}

func TestDamageIsFoundWhileOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "history.db")
	archive := openFile(t, path)
	for id := range int64(50) {
		store(t, archive, weighed(id+1, 71))
	}
	must(t, archive.Checkpoint(t.Context()))
	data, err := os.ReadFile(path)
	must(t, err)
	clear(data[4096:])
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	_, err = file.WriteAt(data, 0)
	must(t, errors.Join(err, file.Close()))
	execute(t, archive, "PRAGMA shrink_memory")
	found := false
	for id := range int64(60) { // pages are still in memory
		_, err = archive.Apply(t.Context(), alice, page(weighed(id+100, 72)), sensors.ApplyOptions{}, sensors.Progress{})
		if err != nil {
			expectFault(t, err, history.FaultDamaged)
			found = true
			break
		}
	}
	if !found {
		t.Fatal("the damage was not found")
	}
	store(t, archive, weighed(2, 72))
	expectIDs(t, archive, 2)
	if archive.Damage() == nil {
		t.Error("nothing was set aside")
	}
}

func expectDamage(t *testing.T, archive *history.Archive, path string, want []byte) {
	t.Helper()
	damage := archive.Damage()
	if damage == nil || damage.Path != path || !strings.HasPrefix(damage.RenamedTo, path+history.DamagedInfix) {
		t.Fatalf("damage %+v", damage)
	}
	if data, err := os.ReadFile(damage.RenamedTo); err != nil || !bytes.Equal(data, want) {
		t.Errorf("what was set aside is not the damaged file, %v", err)
	}
	for _, text := range []string{damage.Error(), damage.Remedy()} {
		if !strings.Contains(text, damage.RenamedTo) {
			t.Errorf("%q does not name the file", text)
		}
	}
	must(t, os.Remove(damage.RenamedTo))
	if damage := archive.Damage(); damage != nil {
		t.Errorf("still %v", damage)
	}
}

func execute(t *testing.T, archive *history.Archive, statement string) {
	t.Helper()
	if err := archive.Exec(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

func expectFault(t *testing.T, err error, want history.Fault) {
	t.Helper()
	known, ok := errors.AsType[*history.Error](err)
	if !ok || known.Fault != want || known.Path == "" || known.Remedy() == "" || known.Code() != string(want) {
		t.Errorf("%#v (%v), want the fault %q", err, err, want)
	}
}
