// Package tokenstore keeps OAuth tokens at rest: locked, atomic, private. It
// does not know when a token must be refreshed, nor how.
package tokenstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
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
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

const (
	// version of the file's layout; a file of another one is not ours to read.
	version = 1
	// lockRetry is how often a lock that another process holds is tried again.
	lockRetry = 50 * time.Millisecond

	extension = ".json"
)

// Damaged says that a token file cannot be used and was kept aside.
type Damaged struct {
	Profile string
	// KeptAs is the file's new name, "" when it could not be renamed.
	KeptAs string
	Err    error
}

// Error implements error. It says what to do, and nothing of the content.
func (d *Damaged) Error() string {
	kept := "it stays where it is"
	if d.KeptAs != "" {
		kept = "it is kept as " + d.KeptAs
	}
	return fmt.Sprintf("the token file of %s cannot be read (%v); %s: sign in again with `vitals2mqtt login %s`",
		d.Profile, d.Err, kept, d.Profile)
}

// Unwrap tells that a sign-in is what helps.
func (d *Damaged) Unwrap() []error { return []error{withings.ErrNoToken, d.Err} }

// File keeps one file per profile in the folder "tokens" of the state folder.
// It is safe for concurrent use, also between processes.
type File struct {
	folder string

	mu    sync.Mutex
	gates map[string]chan struct{}
}

// New opens the store, and makes its folder when there is none.
func New(stateFolder string) (*File, error) {
	folder := filepath.Join(stateFolder, "tokens")
	if err := atomicfile.MakeFolder(folder); err != nil {
		return nil, fmt.Errorf("making the token folder: %w", err)
	}
	return &File{folder: folder, gates: map[string]chan struct{}{}}, nil
}

// layout is what stands in a file. Secrets print masked everywhere else, so
// they are revealed here and nowhere else.
type layout struct {
	Version int       `json:"version"`
	UserID  string    `json:"user_id"`
	Access  string    `json:"access_token"`
	Refresh string    `json:"refresh_token"`
	Expiry  time.Time `json:"expiry"`
	Scopes  []string  `json:"scopes"`
}

// decode reads a token file's content, and refuses one that is not whole.
func decode(data []byte) (withings.Token, error) {
	var stored layout
	if err := json.Unmarshal(data, &stored); err != nil {
		return withings.Token{}, errors.New("it is not JSON") // json's text could quote the content
	}
	switch {
	case stored.Version != version:
		return withings.Token{}, fmt.Errorf("its version is %d, this program reads %d", stored.Version, version)
	case stored.Refresh == "":
		return withings.Token{}, errors.New("it has no refresh token")
	}
	return withings.Token{
		UserID: stored.UserID, Access: secret.New(stored.Access), Refresh: secret.New(stored.Refresh),
		Expiry: stored.Expiry, Scopes: stored.Scopes,
	}, nil
}

// Load implements withings.TokenStore. Garbage is kept aside, never
// overwritten, and reported as *Damaged, which is also withings.ErrNoToken.
func (f *File) Load(_ context.Context, profile string) (withings.Token, error) {
	path, err := f.path(profile)
	if err != nil {
		return withings.Token{}, err
	}
	data, err := atomicfile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return withings.Token{}, withings.ErrNoToken
	}
	if err != nil {
		return withings.Token{}, fmt.Errorf("reading the token: %w", err)
	}
	token, err := decode(data)
	if err != nil {
		aside, _ := atomicfile.KeepAside(path)
		return withings.Token{}, &Damaged{Profile: profile, KeptAs: aside, Err: err}
	}
	return token, nil
}

// Save implements withings.TokenStore.
func (f *File) Save(_ context.Context, profile string, t withings.Token) error {
	path, err := f.path(profile)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(layout{
		Version: version, UserID: t.UserID, Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(),
		Expiry: t.Expiry.UTC(), Scopes: t.Scopes,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the token: %w", err)
	}
	if err := atomicfile.Write(path, append(data, '\n')); err != nil {
		return fmt.Errorf("storing the token: %w", err)
	}
	return nil
}

// Delete forgets a profile's token. A missing one is fine.
func (f *File) Delete(_ context.Context, profile string) error {
	path, err := f.path(profile)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("forgetting the token: %w", err)
	}
	return nil
}

// Writable implements withings.TokenStore by really writing a file.
func (f *File) Writable(context.Context, string) error {
	if err := atomicfile.Writable(f.folder); err != nil {
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
		if name, ok := strings.CutSuffix(entry.Name(), extension); ok && valid.MatchString(name) {
			profiles = append(profiles, name)
		}
	}
	slices.Sort(profiles)
	return profiles, nil
}

// Version changes whenever a profile's token does, and is "" without one. It
// tells nothing of the token.
func (f *File) Version(_ context.Context, profile string) string {
	path, err := f.path(profile)
	if err != nil {
		return ""
	}
	data, err := os.ReadFile(path) //nolint:gosec // the name was checked
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// Lock implements withings.TokenStore. The lock of the operating system keeps
// other processes out, and dies with its holder; the gate keeps other
// goroutines of this process out.
func (f *File) Lock(ctx context.Context, profile string) (func(), error) {
	path, err := f.path(profile)
	if err != nil {
		return nil, err
	}
	gate := f.gate(profile)
	select {
	case gate <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for the token's lock: %w", context.Cause(ctx))
	}
	lock := flock.New(strings.TrimSuffix(path, extension)+".lock", flock.SetPermissions(0o600))
	if locked, err := lock.TryLockContext(ctx, lockRetry); err != nil || !locked {
		<-gate
		return nil, fmt.Errorf("locking the token: %w", err)
	}
	return func() {
		_ = lock.Unlock()
		<-gate
	}, nil
}

func (f *File) gate(profile string) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	gate, ok := f.gates[profile]
	if !ok {
		gate = make(chan struct{}, 1)
		f.gates[profile] = gate
	}
	return gate
}

// valid is what a profile may be called in a file name: names are data.
var valid = regexp.MustCompile(`^[a-z0-9_]{1,100}$`)

func (f *File) path(profile string) (string, error) {
	if !valid.MatchString(profile) {
		return "", fmt.Errorf("tokenstore: %q is no profile's slug", profile)
	}
	return filepath.Join(f.folder, profile+extension), nil
}
