// SPDX-License-Identifier: MIT

// Package tokenstore keeps OAuth tokens at rest: locked, atomic, private. The
// policy of refreshing them is that of package withings.
package tokenstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/rs/zerolog"

	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/internal/fileaccess"
	"vitals2mqtt/withings"
)

// lockRetryInterval is how often a lock that another process holds is tried
// again.
const lockRetryInterval = 50 * time.Millisecond

// File keeps one file per profile in the folder "tokens" of the state
// directory. It is safe for concurrent use, also between processes.
type File struct {
	folder string
	log    zerolog.Logger
	reader fileaccess.Reader // the folder may be on a share that does not respond
	cache  readCache

	mu   sync.Mutex
	sems map[string]chan struct{}
}

// New opens the store, and creates its folder when there is none.
func New(stateDir string, options ...Option) (*File, error) {
	folder := filepath.Join(stateDir, folderName)
	if err := atomicfile.MakeFolder(folder); err != nil {
		return nil, fileaccess.Wrap("creating the token folder", stateDir, err)
	}
	f := &File{folder: folder, log: zerolog.Nop(), sems: map[string]chan struct{}{}}
	for _, set := range options {
		set(f)
	}
	return f, nil
}

// Option changes how a store works.
type Option func(*File)

// WithLogger logs what the store has repaired, such as the mode of a file that
// others could read.
func WithLogger(log zerolog.Logger) Option { return func(f *File) { f.log = log } }

// Load implements withings.TokenStore. A damaged file is moved aside, never
// overwritten, and reported as *DamagedError, which is also
// withings.ErrNoToken, until another token is stored. A file of a newer version
// stays as it is and is reported as *NewerError.
func (f *File) Load(_ context.Context, profile string) (withings.Token, error) {
	path, err := f.path(profile)
	if err != nil {
		return withings.Token{}, err
	}
	token, err := f.load(profile, path)
	if errors.Is(err, atomicfile.ErrChanged) { // a sign-in has replaced the damaged file meanwhile
		token, err = f.load(profile, path)
	}
	return token, err
}

func (f *File) load(profile, path string) (withings.Token, error) {
	var token withings.Token
	var decodeErr error
	data, err := f.reader.Do(path, func() (data []byte, err error) {
		token, decodeErr = f.cache.read(path, func() (withings.Token, error) {
			if data, err = f.readPrivately(profile, path); err != nil {
				return withings.Token{}, err
			}
			return decode(data)
		})
		return data, err
	})
	if errors.Is(err, fs.ErrNotExist) {
		_, err := quarantined(profile, path)
		return withings.Token{}, err
	}
	if err != nil {
		return withings.Token{}, fileaccess.Wrap("reading the token", path, err)
	}
	if decodeErr == nil {
		return token, nil
	}
	if newer, ok := errors.AsType[errNewerLayout](decodeErr); ok {
		return withings.Token{}, newerError(profile, path, newer)
	}
	renamed, err := atomicfile.Quarantine(path, data)
	switch {
	case errors.Is(err, fs.ErrNotExist): // another process has moved it
		_, err := quarantined(profile, path)
		return withings.Token{}, err
	case errors.Is(err, atomicfile.ErrChanged):
		return withings.Token{}, fileaccess.Wrap("reading the token", path, err)
	}
	return withings.Token{}, &DamagedError{Profile: profile, RenamedTo: renamed, Err: decodeErr}
}

// readPrivately reads a file, and keeps others from reading it.
func (f *File) readPrivately(profile, path string) ([]byte, error) {
	former, err := atomicfile.RestrictMode(path)
	if former != 0 {
		f.log.Warn().Str("profile", profile).Str("mode", fmt.Sprintf("%#o", former)).
			Msg("token file was readable by others; mode restored; sign in again to invalidate it")
	}
	if err != nil {
		return nil, err
	}
	return atomicfile.Read(path)
}

// Save implements withings.TokenStore. It never replaces a file of a newer
// version.
func (f *File) Save(_ context.Context, profile string, t withings.Token) error {
	path, err := f.replaceablePath(profile)
	if err != nil {
		return err
	}
	data, err := encode(t)
	if err != nil {
		return fmt.Errorf("encoding the token: %w", err)
	}
	if err := atomicfile.Write(path, data); err != nil {
		return fileaccess.Wrap("storing the token", f.folder, err)
	}
	return nil
}

// Delete removes a profile's token and what was moved aside; a missing one is
// not an error. Hold the profile's lock, or a concurrent refresh stores the
// token again.
func (f *File) Delete(_ context.Context, profile string) error {
	path, err := f.replaceablePath(profile)
	if err != nil {
		return err
	}
	for _, name := range append(quarantinedFiles(path), path) {
		if err := atomicfile.Remove(name); err != nil {
			return fmt.Errorf("deleting the token: %w", err)
		}
	}
	return nil
}

// CheckWritable implements withings.TokenStore by writing a probe file.
func (f *File) CheckWritable(_ context.Context, profile string) error {
	path, err := f.replaceablePath(profile)
	if err != nil {
		return err
	}
	if err := atomicfile.Probe(path); err != nil {
		return fileaccess.Wrap("token folder is not writable", f.folder, err)
	}
	return nil
}

// Profiles lists the profiles that have a token, sorted.
func (f *File) Profiles(context.Context) ([]string, error) { return listFolder(f.folder) }

// Version changes whenever a profile's token does, and is "" without one. It
// reveals nothing of the token, and does not change with recorded refusals.
func (f *File) Version(_ context.Context, profile string) string {
	path, err := f.path(profile)
	if err != nil {
		return ""
	}
	var data []byte
	token, err := f.cache.read(path, func() (_ withings.Token, err error) {
		if data, err = fileaccess.ReadRegular(path); err != nil {
			return withings.Token{}, err
		}
		return decode(data)
	})
	switch {
	case err == nil:
		token.Refusals = withings.Refusals{}
		if data, err = encode(token); err != nil {
			return ""
		}
	case data == nil: // it could not be read
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Lock implements withings.TokenStore. A file lock excludes other processes and
// ends with its holder; a semaphore excludes other goroutines of this process.
// With the lock held no one else writes, so Lock removes half-written files
// that a killed process has left: they hold tokens. Calling unlock again does
// nothing.
func (f *File) Lock(ctx context.Context, profile string) (func(), error) {
	path, err := f.path(profile)
	if err != nil {
		return nil, err
	}
	sem := f.sem(profile)
	if err := acquire(ctx, sem); err != nil {
		return nil, err
	}
	lock := flock.New(strings.TrimSuffix(path, extension)+".lock", flock.SetPermissions(0o600),
		flock.SetFlag(os.O_CREATE|os.O_RDONLY|fileaccess.NonBlocking))
	if locked, err := lock.TryLockContext(ctx, lockRetryInterval); err != nil || !locked {
		<-sem
		return nil, fmt.Errorf("locking the token: %w", err)
	}
	_ = atomicfile.ChownLikeParent(lock.Path())
	_ = atomicfile.RemoveLeftoversOf(path) // the next holder tries again
	return sync.OnceFunc(func() {
		_ = lock.Unlock()
		<-sem
	}), nil
}

// acquire waits for a semaphore. It never succeeds with an ended context;
// select alone would choose at random.
func acquire(ctx context.Context, sem chan struct{}) error {
	if ctx.Err() == nil {
		select {
		case sem <- struct{}{}:
			return nil
		case <-ctx.Done():
		}
	}
	return fmt.Errorf("waiting for the token's lock: %w", context.Cause(ctx))
}

func (f *File) sem(profile string) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	sem, ok := f.sems[profile]
	if !ok {
		sem = make(chan struct{}, 1)
		f.sems[profile] = sem
	}
	return sem
}

func (f *File) path(profile string) (string, error) { return tokenPath(f.folder, profile) }

// replaceablePath is path for changes.
func (f *File) replaceablePath(profile string) (string, error) {
	path, err := f.path(profile)
	if err == nil {
		err = checkReplaceable(profile, path)
	}
	return path, err
}
