// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	elsewhere = regexp.MustCompile(`^[a-z][a-z0-9+.-]*:`)
)

// linkedFiles returns the named files and every file that their pages link to,
// directly or indirectly, so that an archive has no broken link. Names are
// paths in the repository.
func linkedFiles(repository string, names ...string) ([]string, error) {
	all := slices.Clone(names)
	for i := 0; i < len(all); i++ {
		if path.Ext(all[i]) != ".md" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(all[i]))) //nolint:gosec // of this repository
		if err != nil {
			return nil, fmt.Errorf("reading the files to pack: %w", err)
		}
		for _, target := range linkTargets(string(text)) {
			to := path.Join(path.Dir(all[i]), target)
			info, err := os.Stat(filepath.Join(repository, filepath.FromSlash(to)))
			if err != nil || !info.Mode().IsRegular() || strings.HasPrefix(to, "../") {
				return nil, fmt.Errorf("%s links to %s, which is not a file that can be packed", all[i], target)
			}
			if !slices.Contains(all, to) {
				all = append(all, to)
			}
		}
	}
	return all, nil
}

// linkTargets are the files that a page links to, relative to the page.
func linkTargets(text string) (files []string) {
	code := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimLeft(line, " "), "```") {
			code = !code
		}
		if code {
			continue
		}
		for _, found := range link.FindAllStringSubmatch(line, -1) {
			file, _, _ := strings.Cut(found[1], "#")
			if file != "" && !elsewhere.MatchString(file) {
				files = append(files, file)
			}
		}
	}
	return files
}
