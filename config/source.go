package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
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

// Load reads a file, or the environment alone when path is "". The error is of
// type Errors when the content is at fault, and wraps the cause when the file
// cannot be read.
func Load(path string, env []string, vocabulary Vocabulary) (*Config, []Warning, error) {
	var data []byte
	if path != "" {
		var err error
		if data, err = readFile(path, maxFileSize); err != nil {
			return nil, nil, fmt.Errorf("read configuration: %w", err)
		}
	}
	return Parse(path, data, env, vocabulary)
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
		s.Open = func(path string) ([]byte, error) { return readFile(path, maxSecretSize) }
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

var errTooLarge = errors.New("too large")

// readFile reads at most limit bytes.
func readFile(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the files
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: %w: the limit is %d KiB", path, errTooLarge, limit>>10)
	}
	return data, nil
}

// readErrorText is why a file cannot be read, without its path: that may be a
// secret in the wrong place.
func readErrorText(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "file not found"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	case errors.Is(err, errTooLarge):
		return "larger than " + strconv.Itoa(maxSecretSize>>10) + " KiB"
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return "read error"
}

// defaultStateDir is the default of state_dir.
const defaultStateDir = "/var/lib/vitals2mqtt"
