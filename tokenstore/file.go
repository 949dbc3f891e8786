// Package tokenstore keeps OAuth tokens at rest: locked, atomic, private. It
// does not know when a token must be refreshed, nor how.
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
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"vitals2mqtt/internal/atomicfile"
	"vitals2mqtt/withings"
)

const (
	// lockRetryInterval is how often a lock that another process holds is tried again.
	lockRetryInterval = 50 * time.Millisecond

	extension = ".json"
)

// File keeps one file per profile in the folder "tokens" of the state folder.
// It is safe for concurrent use, also between processes.
type File struct {
	// Warn is told in words when something was put right that should not have been
	// wrong, such as a file that others could read. It may be nil; set it before
	// the first use.
	Warn func(text string)

	folder string

	mu   sync.Mutex
	sems map[string]chan struct{}
}

// New opens the store, and makes its folder when there is none.
func New(stateFolder string) (*File, error) {
	folder := filepath.Join(stateFolder, "tokens")
	if err := atomicfile.MakeFolder(folder); err != nil {
		return nil, fmt.Errorf("making the token folder: %w", err)
	}
	return &File{folder: folder, sems: map[string]chan struct{}{}}, nil
}

// Load implements withings.TokenStore. Garbage is kept aside, never
// overwritten, and reported as *Damaged, which is also withings.ErrNoToken.
func (f *File) Load(_ context.Context, profile string) (withings.Token, error) {
	path, err := f.path(profile)
	if err != nil {
		return withings.Token{}, err
	}
	token, err := f.load(profile, path)
	if errors.Is(err, atomicfile.ErrChanged) { // a sign-in replaced garbage while we looked at it
		token, err = f.load(profile, path)
	}
	return token, err
}

func (f *File) load(profile, path string) (withings.Token, error) {
	former, err := atomicfile.RestrictMode(path)
	if former != 0 && f.Warn != nil {
		f.Warn(fmt.Sprintf("others could read the token file of %s (mode %#o); it is private again, "+
			"but whoever read it can use it until you sign in anew", profile, former))
	}
	var data []byte
	if err == nil {
		data, err = atomicfile.Read(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return withings.Token{}, withings.ErrNoToken
	}
	if err != nil {
		return withings.Token{}, fmt.Errorf("reading the token: %w", err)
	}
	token, decodeErr := decode(data)
	if decodeErr == nil {
		return token, nil
	}
	renamed, err := atomicfile.Quarantine(path, data)
	switch {
	case errors.Is(err, fs.ErrNotExist): // another process was faster, and tells
		return withings.Token{}, withings.ErrNoToken
	case errors.Is(err, atomicfile.ErrChanged):
		return withings.Token{}, fmt.Errorf("reading the token: %w", err)
	}
	return withings.Token{}, &DamagedError{Profile: profile, RenamedTo: renamed, Err: decodeErr}
}

// Save implements withings.TokenStore.
func (f *File) Save(_ context.Context, profile string, t withings.Token) error {
	path, err := f.path(profile)
	if err != nil {
		return err
	}
	data, err := encode(t)
	if err != nil {
		return fmt.Errorf("encoding the token: %w", err)
	}
	if err := atomicfile.Write(path, data); err != nil {
		return fmt.Errorf("storing the token: %w", err)
	}
	return nil
}

// Delete forgets a profile's token for good. A missing one is fine. Hold the
// profile's lock, or a refresh under way brings the token back.
func (f *File) Delete(_ context.Context, profile string) error {
	path, err := f.path(profile)
	if err != nil {
		return err
	}
	if err := atomicfile.Remove(path); err != nil {
		return fmt.Errorf("forgetting the token: %w", err)
	}
	return nil
}

// Writable implements withings.TokenStore by really writing a file.
func (f *File) Writable(_ context.Context, profile string) error {
	path, err := f.path(profile)
	if err != nil {
		return err
	}
	if err := atomicfile.Probe(path); err != nil {
		return fmt.Errorf("the token folder cannot be written to: %w", err)
	}
	return nil
}

// Profiles lists the profiles that have a token, sorted.
func (f *File) Profiles(context.Context) ([]string, error) {
	entries, err := os.ReadDir(f.folder)
	if err != nil {
		return nil, fmt.Errorf("listing the tokens: %w", err)
	}
	var profiles []string
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), extension); ok && slugPattern.MatchString(name) {
			profiles = append(profiles, name)
		}
	}
	slices.Sort(profiles)
	return profiles, nil
}

// Version changes whenever a profile's token does, and is "" without one. It
// tells nothing of the token. That the cloud has refused a token does not change it.
func (f *File) Version(_ context.Context, profile string) string {
	path, err := f.path(profile)
	if err != nil {
		return ""
	}
	data, err := os.ReadFile(path) //nolint:gosec // the name was checked
	if err != nil {
		return ""
	}
	if token, decodeErr := decode(data); decodeErr == nil {
		token.Refusals = withings.Refusals{}
		if data, err = encode(token); err != nil {
			return ""
		}
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Lock implements withings.TokenStore. The lock of the operating system keeps
// other processes out, and dies with its holder; the gate keeps other
// goroutines of this process out. What a killed process left half-written holds
// a token, so whoever gets the lock removes it: nobody else is writing then.
// Calling unlock again does nothing.
func (f *File) Lock(ctx context.Context, profile string) (func(), error) {
	path, err := f.path(profile)
	if err != nil {
		return nil, err
	}
	sem := f.sem(profile)
	if err := acquire(ctx, sem); err != nil {
		return nil, err
	}
	lock := flock.New(strings.TrimSuffix(path, extension)+".lock", flock.SetPermissions(0o600))
	if locked, err := lock.TryLockContext(ctx, lockRetryInterval); err != nil || !locked {
		<-sem
		return nil, fmt.Errorf("locking the token: %w", err)
	}
	_ = atomicfile.Adopt(lock.Path())
	_ = atomicfile.RemoveLeftoversOf(path) // tidiness is no reason to fail: the next one tries again
	return sync.OnceFunc(func() {
		_ = lock.Unlock()
		<-sem
	}), nil
}

// acquire waits for a gate. An ended context never gets in, though the gate is
// open: select alone would toss a coin.
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

// slugPattern is what a profile may be called in a file name: names are data.
var slugPattern = regexp.MustCompile(`^[a-z0-9_]{1,100}$`)

func (f *File) path(profile string) (string, error) {
	if !slugPattern.MatchString(profile) {
		return "", fmt.Errorf("tokenstore: %q is no profile's slug", profile)
	}
	return filepath.Join(f.folder, profile+extension), nil
}
