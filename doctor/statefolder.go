// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// StateFolder returns the state directory at a path.
func StateFolder(path string) Folder { return stateDir(path) }

type stateDir string

// maxExposed bounds how many files with wrong modes are listed.
const maxExposed = 5

// Info implements Folder.
func (d stateDir) Info() (FolderInfo, error) {
	facts := FolderInfo{Path: string(d)}
	info, err := os.Stat(string(d))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return facts, nil
	case err != nil:
		return facts, err
	case !info.IsDir():
		return facts, &fs.PathError{Op: "open", Path: string(d), Err: syscall.ENOTDIR}
	}
	facts.Exists, facts.OtherOwner = true, hasOtherOwner(info)
	if facts.InUse, err = checkpoint.IsInUse(string(d)); err != nil {
		return facts, err
	}
	err = filepath.WalkDir(string(d), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed by the daemon meanwhile
		}
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return nil
		}
		if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 && len(facts.Exposed) < maxExposed {
			name, _ := filepath.Rel(string(d), path)
			facts.Exposed = append(facts.Exposed, fmt.Sprintf("%s (%#o)", name, info.Mode().Perm()))
		}
		return nil
	})
	return facts, err
}

// Writable implements Folder.
func (d stateDir) Writable() error {
	if _, err := os.Stat(string(d)); errors.Is(err, fs.ErrNotExist) {
		return checkCreatable(string(d))
	}
	return atomicfile.CheckWritable(string(d))
}

// checkCreatable proves that a directory could be created, by creating another
// one in the nearest parent that exists, and removing it.
func checkCreatable(path string) error {
	for parent := filepath.Dir(path); ; parent = filepath.Dir(parent) {
		_, err := os.Lstat(parent)
		if errors.Is(err, fs.ErrNotExist) && filepath.Dir(parent) != parent {
			continue
		}
		if err != nil {
			return err
		}
		trial, err := os.MkdirTemp(parent, ".vitals2mqtt-")
		if err != nil {
			return err
		}
		return os.Remove(trial)
	}
}

// Token implements Folder.
func (d stateDir) Token(slug string) (token withings.Token, stored time.Time, err error) {
	return tokenstore.Peek(string(d), slug)
}

// Secret implements Folder.
func (d stateDir) Secret() (string, error) {
	return checkpoint.OpenReadOnly(string(d)).Secret(nil)
}

// readOnlyStore is a token store that cannot be changed.
type readOnlyStore string

// Load implements withings.TokenStore.
func (o readOnlyStore) Load(_ context.Context, profile string) (withings.Token, error) {
	token, _, err := tokenstore.Peek(string(o), profile)
	return token, err
}

// Save implements withings.TokenStore.
func (readOnlyStore) Save(context.Context, string, withings.Token) error { return ErrReadOnly }

// Lock implements withings.TokenStore.
func (readOnlyStore) Lock(context.Context, string) (func(), error) { return nil, ErrReadOnly }

// CheckWritable implements withings.TokenStore.
func (readOnlyStore) CheckWritable(context.Context, string) error { return ErrReadOnly }
