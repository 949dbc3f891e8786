package setup

import (
	"errors"
	"regexp"
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
	if a.ClientID == "" {
		a.ClientID = "0" // asked for later
	}
	if a.ClientSecret.IsEmpty() {
		a.ClientSecret = secret.New("0")
	}
	_, _, err := config.Parse(f.Path, []byte(a.Render(f.Example)), f.Environ, f.Vocabulary)
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
