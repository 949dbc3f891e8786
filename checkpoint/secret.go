// SPDX-License-Identifier: MIT

package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"vitals2mqtt/internal/atomicfile"
)

const (
	// secretFile holds the secret of the notification address.
	secretFile = "notify.secret"
	// formerSecretsFile holds the previous secrets, the newest first.
	formerSecretsFile = "notify.former"
	// calendarFile holds the secret of the calendars' addresses.
	calendarFile = "calendar.secret"
	// maxFormerSecrets is how many rotations a daemon may miss.
	maxFormerSecrets = 4
)

// Secret returns the stored secret, or stores the one that generate returns.
// Opened for reading only, a missing secret is fs.ErrNotExist.
func (f *Folder) Secret(generate func() string) (string, error) {
	path := filepath.Join(f.path, secretFile)
	data, err := f.read(path)
	switch kept := strings.TrimSpace(string(data)); {
	case err == nil && kept != "":
		return kept, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("reading the notification secret: %w", err)
	case f.lock == nil:
		return "", fmt.Errorf("reading the notification secret: %w", fs.ErrNotExist)
	}
	return f.RotateSecret(generate)
}

// RotateSecret replaces the secret and keeps the previous one; a running daemon
// uses the new one after a reload.
func (f *Folder) RotateSecret(generate func() string) (string, error) {
	path := filepath.Join(f.path, secretFile)
	data, err := atomicfile.Read(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the notification secret: %w", err)
	}
	// First, so that a crash in between loses neither.
	if kept := strings.TrimSpace(string(data)); kept != "" {
		if err := f.addFormerSecret(kept); err != nil {
			return "", err
		}
	}
	secret := generate()
	if err := atomicfile.Write(path, []byte(secret+"\n")); err != nil {
		return "", fmt.Errorf("storing the notification secret: %w", err)
	}
	return secret, nil
}

// FormerSecrets returns the secrets that subscriptions may still use until they
// are moved, the newest first.
func (f *Folder) FormerSecrets() ([]string, error) {
	data, err := f.read(filepath.Join(f.path, formerSecretsFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the previous notification secrets: %w", err)
	}
	return strings.Fields(string(data)), nil
}

// RemoveFormerSecrets removes these former secrets, and keeps later ones.
func (f *Folder) RemoveFormerSecrets(gone []string) error {
	former, err := f.FormerSecrets()
	if err != nil || len(former) == 0 {
		return err
	}
	isGone := func(secret string) bool { return slices.Contains(gone, secret) }
	return f.writeFormerSecrets(slices.DeleteFunc(former, isGone))
}

func (f *Folder) addFormerSecret(secret string) error {
	former, err := f.FormerSecrets()
	if err != nil {
		return err
	}
	former = slices.Insert(slices.DeleteFunc(former, func(other string) bool { return other == secret }), 0, secret)
	return f.writeFormerSecrets(former[:min(len(former), maxFormerSecrets)])
}

func (f *Folder) writeFormerSecrets(former []string) error {
	path := filepath.Join(f.path, formerSecretsFile)
	var err error
	if len(former) == 0 {
		err = atomicfile.Remove(path)
	} else {
		err = atomicfile.Write(path, []byte(strings.Join(former, "\n")+"\n"))
	}
	if err != nil {
		return fmt.Errorf("storing the previous notification secrets: %w", err)
	}
	return nil
}

// CalendarSecret returns the secret of the calendars' addresses, or stores the
// one that generate returns.
func (f *Folder) CalendarSecret(generate func() string) (string, error) {
	path := filepath.Join(f.path, calendarFile)
	data, err := f.read(path)
	if kept := strings.TrimSpace(string(data)); err == nil && kept != "" {
		return kept, nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the secret of the calendars: %w", err)
	}
	secret := generate()
	if err := atomicfile.Write(path, []byte(secret+"\n")); err != nil {
		return "", fmt.Errorf("storing the secret of the calendars: %w", err)
	}
	return secret, nil
}
