// SPDX-License-Identifier: MIT

package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"vitals2mqtt/internal/fileaccess"
)

// The limits keep a wrong path (a disk image, /dev/zero) from filling the
// memory.
const (
	maxFileSize   = 1 << 20
	maxSecretSize = 64 << 10
)

// Source is everything that a configuration is read from.
type Source struct {
	// Name is the file's name for messages, "" when there is no file. Relative
	// paths in the file start at its folder.
	Name string
	Data []byte
	// Env are the environment's entries, "NAME=value".
	Env []string
	// Open reads a file that holds a secret; nil reads from the disk.
	Open       func(path string) ([]byte, error)
	Vocabulary Vocabulary
	// StateDir is the default of state_dir; "" is that of root and containers.
	StateDir string
	// Process is who cannot read a secret; nil is the running process.
	Process *fileaccess.Process
}

// DefaultPaths are where the configuration file is searched, in this order.
func DefaultPaths() []string { return []string{"config.yaml", "/etc/vitals2mqtt/config.yaml"} }

// Find returns the configuration file to load: the one that is named (explicit,
// else V2M_CONFIG), whether it exists or not, else the first of DefaultPaths
// that exists. It returns false when there is none.
func Find(explicit string, getenv func(string) string) (path string, ok bool) {
	if explicit != "" {
		return explicit, true
	}
	if path = getenv("V2M_CONFIG"); path != "" {
		return path, true
	}
	for _, path = range DefaultPaths() {
		// What exists but cannot be read is found too: loading it reports why.
		if info, err := os.Stat(path); err == nil && !info.IsDir() || errors.Is(err, fs.ErrPermission) {
			return path, true
		}
	}
	return "", false
}

// FindDirectory returns the first of DefaultPaths that is a directory: Docker
// makes one where a mounted file does not exist. Loading it explains that.
func FindDirectory() (path string, ok bool) {
	for _, path = range DefaultPaths() {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			return path, true
		}
	}
	return "", false
}

// Load reads a file, or the environment alone when path is "". The error is of
// type Errors when the content is at fault, and wraps the cause when the file
// cannot be read.
func Load(path string, env []string, vocabulary Vocabulary) (*Config, []Warning, error) {
	var data []byte
	if path != "" {
		var err error
		if data, err = fileaccess.Read(path, maxFileSize); err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("%s: %w; `vitals2mqtt init` creates one", path, fs.ErrNotExist)
			}
			return nil, nil, fileaccess.Wrap("cannot read the configuration", path, err)
		}
	}
	return Source{
		Name:       path,
		Data:       data,
		Env:        env,
		Vocabulary: vocabulary,
		StateDir:   DefaultStateDir(path, env),
	}.Parse()
}

// Parse reads a configuration that is already in memory. The name is the file's
// in messages.
func Parse(name string, data []byte, env []string, vocabulary Vocabulary) (*Config, []Warning, error) {
	return Source{Name: name, Data: data, Env: env, Vocabulary: vocabulary}.Parse()
}

// Parse returns the effective configuration, or all that is wrong with it as
// Errors.
func (s Source) Parse() (*Config, []Warning, error) {
	if s.Open == nil {
		s.Open = func(path string) ([]byte, error) { return fileaccess.Read(path, maxSecretSize) }
	}
	s.Vocabulary = s.Vocabulary.withDefaults()
	r := newReader(s)
	r.readFile()
	r.overlayEnvironment()
	config := r.decodeAll()
	warnings, err := r.result()
	if err != nil {
		return nil, warnings, err
	}
	return config, warnings, nil
}

// folder is where relative paths of the file start.
func (s Source) folder() string { return filepath.Dir(s.Name) }

// readErrorText is why a secret or certificate cannot be read, and what to do.
// It names only what exists: the path may be a secret in the wrong place.
func (s Source) readErrorText(path string, err error) string {
	if errors.Is(err, fileaccess.ErrTooLarge) {
		return "larger than " + strconv.Itoa(maxSecretSize>>10) + " KiB"
	}
	process := s.Process
	if process == nil {
		self := fileaccess.Self()
		process = &self
	}
	return process.Explain(path, err).String()
}
