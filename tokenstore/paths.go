// SPDX-License-Identifier: MIT

package tokenstore

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const (
	// folderName is the folder of the tokens in the state directory.
	folderName = "tokens"
	extension  = ".json"
)

// slugPattern matches the slugs that are allowed in file names.
var slugPattern = regexp.MustCompile(`^[a-z0-9_]{1,100}$`)

func tokenPath(folder, profile string) (string, error) {
	if !slugPattern.MatchString(profile) {
		return "", fmt.Errorf("tokenstore: invalid profile slug %q", profile)
	}
	return filepath.Join(folder, profile+extension), nil
}

// listFolder lists the profiles that have a token, sorted.
func listFolder(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
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
