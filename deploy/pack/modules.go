// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"debug/buildinfo"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// linkedModules returns the modules that are linked into any of the programs,
// as the programs themselves say, and Go's own library. Their folders are where
// the go command keeps those of the repository.
func linkedModules(repository string, programs ...string) ([]module, error) {
	var linked []module
	for _, program := range programs {
		info, err := buildinfo.ReadFile(program)
		if err != nil {
			return nil, fmt.Errorf("reading what %s is made of: %w", filepath.Base(program), err)
		}
		linked = append(linked, module{path: "go.dev", version: info.GoVersion})
		for _, dep := range info.Deps {
			linked = append(linked, module{path: dep.Path, version: dep.Version})
		}
	}
	slices.SortFunc(linked, func(a, b module) int { return strings.Compare(a.path+" "+a.version, b.path+" "+b.version) })
	linked = slices.Compact(linked)
	folders, err := moduleFolders(repository, linked)
	if err != nil {
		return nil, err
	}
	for i, m := range linked {
		if linked[i].folder = folders[m.path+" "+m.version]; linked[i].folder == "" {
			return nil, fmt.Errorf("%s %s is linked, and is not here: is it a program of another version?", m.path, m.version)
		}
	}
	return linked, nil
}

// moduleFolders returns the folders of modules by their path and version.
func moduleFolders(repository string, modules []module) (map[string]string, error) {
	root, err := goCommand(repository, "env", "GOROOT", "GOVERSION")
	if err != nil {
		return nil, err
	}
	library, version, _ := strings.Cut(strings.TrimSpace(root), "\n")
	folders := map[string]string{"go.dev " + version: library}
	query := []string{"list", "-m", "-f", "{{.Path}} {{.Version}}\t{{.Dir}}"}
	for _, m := range modules {
		if m.path != "go.dev" {
			query = append(query, m.path)
		}
	}
	listed, err := goCommand(repository, query...)
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(listed) {
		name, folder, _ := strings.Cut(strings.TrimSpace(line), "\t")
		folders[name] = folder
	}
	return folders, nil
}

// goCommand runs the go command in a folder and returns its output.
func goCommand(folder string, args ...string) (string, error) {
	var stderr bytes.Buffer
	run := exec.Command("go", args...) //nolint:gosec,noctx // own arguments; it ends by itself
	run.Dir, run.Stderr = folder, &stderr
	out, err := run.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.Bytes())
	}
	return string(out), nil
}
