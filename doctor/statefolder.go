package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// StateFolder is the real state folder.
func StateFolder(path string) Folder { return stateDir(path) }

type stateDir string

// maxOpen is how many files with wrong modes are worth naming.
const maxOpen = 5

// Look implements Folder.
func (d stateDir) Look() (Facts, error) {
	facts := Facts{Path: string(d)}
	info, err := os.Stat(string(d))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return facts, nil
	case err != nil:
		return facts, errors.Unwrap(err)
	case !info.IsDir():
		return facts, errors.New("it is no folder")
	}
	facts.There, facts.Foreign = true, foreign(info)
	if facts.InUse, err = checkpoint.InUse(string(d)); err != nil {
		return facts, err
	}
	err = filepath.WalkDir(string(d), func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the daemon is at work
		}
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && !info.Mode().IsRegular() && !info.IsDir() {
			return nil
		}
		if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 && len(facts.Open) < maxOpen {
			name, _ := filepath.Rel(string(d), path)
			facts.Open = append(facts.Open, fmt.Sprintf("%s (%#o)", name, info.Mode().Perm()))
		}
		return nil
	})
	return facts, err
}

// Writable implements Folder.
func (d stateDir) Writable() error {
	if _, err := os.Stat(string(d)); errors.Is(err, fs.ErrNotExist) {
		return makeable(string(d))
	}
	return atomicfile.Writable(string(d))
}

// makeable proves that a folder could be made, by making another one in the nearest
// parent that exists, for a moment.
func makeable(path string) error {
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

// onlooker is a token store that nothing can be changed in.
type onlooker string

// Load implements withings.TokenStore.
func (o onlooker) Load(_ context.Context, profile string) (withings.Token, error) {
	token, _, err := tokenstore.Peek(string(o), profile)
	return token, err
}

// Save implements withings.TokenStore.
func (onlooker) Save(context.Context, string, withings.Token) error { return ErrHandsOff }

// Lock implements withings.TokenStore.
func (onlooker) Lock(context.Context, string) (func(), error) { return nil, ErrHandsOff }

// Writable implements withings.TokenStore.
func (onlooker) Writable(context.Context, string) error { return ErrHandsOff }
