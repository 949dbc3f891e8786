package checkpoint_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"vitals2mqtt/checkpoint"
)

func TestTheSecretIsMadeOnceAndRotated(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state")
	made := 0
	fresh := func() string { made++; return "secret" + string(rune('0'+made)) }
	if _, err := checkpoint.OpenReadOnly(folder).Secret(fresh); !errors.Is(err, fs.ErrNotExist) || made != 0 {
		t.Errorf("made %d, %v", made, err)
	}
	f := open(t, folder)
	for range 2 {
		if got, err := f.Secret(fresh); err != nil || got != "secret1" {
			t.Errorf("%q, %v", got, err)
		}
	}
	if got, err := f.RotateSecret(fresh); err != nil || got != "secret2" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := checkpoint.OpenReadOnly(folder).Secret(fresh); err != nil || got != "secret2" {
		t.Errorf("%q, %v", got, err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || runtime.GOOS != "windows" && entry.Type().IsRegular() && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", entry.Name(), info.Mode(), err)
		}
	}
}
