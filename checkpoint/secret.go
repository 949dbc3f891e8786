package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"vitals2mqtt/internal/atomicfile"
)

// secretFile holds what the address for notifications ends with.
const secretFile = "notify.secret"

// Secret returns the secret that is kept in the folder, made by fresh the first
// time. A folder that was opened for reading makes none: fs.ErrNotExist.
func (f *Folder) Secret(fresh func() string) (string, error) {
	path := filepath.Join(f.path, secretFile)
	data, err := atomicfile.Read(path)
	switch kept := strings.TrimSpace(string(data)); {
	case err == nil && kept != "":
		return kept, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading the secret for notifications: %w", err)
	case f.lock == nil:
		return "", fmt.Errorf("reading the secret for notifications: %w", fs.ErrNotExist)
	}
	return f.RotateSecret(fresh)
}

// RotateSecret replaces the secret; a daemon that runs takes it over when it is
// reloaded.
func (f *Folder) RotateSecret(fresh func() string) (string, error) {
	secret := fresh()
	if err := atomicfile.Write(filepath.Join(f.path, secretFile), []byte(secret+"\n")); err != nil {
		return "", fmt.Errorf("storing the secret for notifications: %w", err)
	}
	return secret, nil
}
