// SPDX-License-Identifier: MIT

package atomicfile

import (
	"os"
	"testing"
)

// A folder that cannot be synced, as on some network shares.
func TestSyncFolderIgnoresUnsupported(t *testing.T) {
	t.Parallel()
	const refusing = "/proc/self"
	folder, err := os.Open(refusing)
	if err != nil {
		t.Skipf("no unsyncable folder here: %v", err)
	}
	if err := folder.Sync(); err == nil {
		t.Skip("no unsyncable folder here: it was synced")
	}
	if err := folder.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syncFolder(refusing); err != nil {
		t.Errorf("%v, want no error", err)
	}
	if err := syncFolder("/proc/self/missing"); err == nil {
		t.Error("a missing folder was synced")
	}
}
