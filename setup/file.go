// SPDX-License-Identifier: MIT

package setup

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"

	"vitals2mqtt/config"
	"vitals2mqtt/internal/secret"
)

// File is the configuration file to be made.
type File struct {
	// Path is where it will be, Example the commented configuration that it is
	// made from.
	Path, Example string
	// Environ is the environment that overrides the file.
	Environ    []string
	Vocabulary config.Vocabulary
}

// placeRegexp matches a place in a file that is not there yet.
var placeRegexp = regexp.MustCompile(`; the first is on line \d+`)

// Problem returns what the configuration says about keys with these answers, ""
// for nothing. Answers that are missing are no problem.
func (f File) Problem(a Answers, keys ...string) string {
	_, err := f.Parse(a)
	problems, _ := errors.AsType[config.Errors](err)
	for _, problem := range problems {
		for _, key := range keys {
			if strings.HasPrefix(problem.Path, key) {
				return placeRegexp.ReplaceAllString(problem.Text, "")
			}
		}
	}
	return ""
}

// Parse returns the configuration of the answers. Those that it cannot do
// without are made up where they are missing.
func (f File) Parse(a Answers) (*config.Config, error) {
	if a.ClientID == "" {
		a.ClientID = "0" // asked for later
	}
	if a.ClientSecret.IsEmpty() {
		a.ClientSecret = secret.New("0")
	}
	return f.load(a)
}

// load returns the configuration of the answers as they are.
func (f File) load(a Answers) (*config.Config, error) {
	c, _, err := config.Source{
		Name:       f.Path,
		Data:       []byte(a.Render(f.Example)),
		Env:        f.Environ,
		Vocabulary: f.Vocabulary,
		StateDir:   config.DefaultStateDir(f.Path, f.Environ),
	}.Parse()
	return c, err
}

// IsUnused reports whether a file is the example as it is shipped: nobody has
// written anything into it.
func (f File) IsUnused() bool {
	info, err := os.Stat(f.Path)
	if err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(f.Example)) || f.Example == "" {
		return false // a pipe can be read only once
	}
	content, err := os.ReadFile(f.Path)
	return err == nil && string(content) == f.Example
}

// Variable returns a variable of the environment, "" for none.
func (f File) Variable(name string) string {
	for _, entry := range slices.Backward(f.Environ) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
