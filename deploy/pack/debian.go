// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// docFolder is where Debian has the documentation of the package.
const docFolder = "usr/share/doc/vitals2mqtt"

// debian writes what nfpm makes a package of, for each architecture into a
// folder of its own in the result.
func (r release) debian() error {
	for _, t := range targets() {
		if t.debian == "" {
			continue
		}
		program := filepath.Join(r.programs, t.name())
		if _, err := os.Stat(program); os.IsNotExist(err) {
			continue // not asked for
		}
		files, err := r.debianFiles(program)
		if err != nil {
			return err
		}
		folder := filepath.Join(r.result, t.debian)
		// Where the configuration may be: a folder without files.
		etc := filepath.Join(folder, "tree", "etc", "vitals2mqtt")
		if err := os.MkdirAll(etc, 0o755); err != nil { //nolint:gosec // as others in /etc
			return fmt.Errorf("writing the package for %s: %w", t.debian, err)
		}
		if err := writeTree(folder, files, r.time); err != nil {
			return fmt.Errorf("writing the package for %s: %w", t.debian, err)
		}
	}
	return nil
}

// installed are files of the repository that a package has elsewhere.
func installed() map[string]string {
	return map[string]string{
		"cli/completion/vitals2mqtt.bash":     "tree/usr/share/bash-completion/completions/vitals2mqtt",
		"cli/completion/_vitals2mqtt":         "tree/usr/share/zsh/vendor-completions/_vitals2mqtt",
		"cli/completion/vitals2mqtt.fish":     "tree/usr/share/fish/vendor_completions.d/vitals2mqtt.fish",
		"deploy/systemd/vitals2mqtt.service":  "tree/usr/lib/systemd/system/vitals2mqtt.service",
		"deploy/systemd/vitals2mqtt.sysusers": "tree/usr/lib/sysusers.d/vitals2mqtt.conf",
		"deploy/debian/lintian-overrides":     "tree/usr/share/lintian/overrides/vitals2mqtt",
		"docs/vitals2mqtt.1":                  "tree/usr/share/man/man1/vitals2mqtt.1.gz",
		"deploy/debian/postinst":              "scripts/postinst",
		"deploy/debian/prerm":                 "scripts/prerm",
		"deploy/debian/postrm":                "scripts/postrm",
		"deploy/debian/nfpm.yaml":             "nfpm.yaml",
	}
}

// debianFiles are the contents of a package, under tree/, and what nfpm reads.
// Pages are where they link to each other, as in an archive.
func (r release) debianFiles(program string) ([]file, error) {
	binary, err := os.ReadFile(program) //nolint:gosec // what deploy/release has built
	if err != nil {
		return nil, fmt.Errorf("reading the program: %w", err)
	}
	licences, err := r.licences(program)
	if err != nil {
		return nil, err
	}
	copyright, err := r.debianCopyright()
	if err != nil {
		return nil, err
	}
	changelog := fmt.Sprintf("vitals2mqtt (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n",
		debianVersion(r.version), r.maintainer, r.time.Format(time.RFC1123Z))
	files := []file{
		{name: "tree/usr/bin/vitals2mqtt", data: binary, program: true},
		{name: path.Join("tree", docFolder, licencesFile), data: licences.data},
		{name: path.Join("tree", docFolder, "copyright"), data: copyright},
		{name: path.Join("tree", docFolder, "changelog.gz"), data: []byte(changelog)},
	}
	add := func(from, to string) error {
		data, err := os.ReadFile(filepath.Join(r.repository, filepath.FromSlash(from)))
		files = append(files, file{name: to, data: data})
		return err
	}
	for from, to := range installed() {
		if err := add(from, to); err != nil {
			return nil, fmt.Errorf("reading the files to pack: %w", err)
		}
	}
	pages, err := linkedFiles(r.repository, "README.md", "config.example.yaml")
	if err != nil {
		return nil, err
	}
	for _, page := range pages {
		to := path.Join("tree", docFolder, page)
		switch page {
		case "LICENSE":
			files = append(files, file{name: to, link: "copyright"})
			continue
		case "config.example.yaml":
			files = append(files, file{name: to, link: path.Join("examples", page)})
			to = path.Join("tree", docFolder, "examples", page)
		}
		if err := add(page, to); err != nil {
			return nil, fmt.Errorf("reading the files to pack: %w", err)
		}
	}
	return adapt(files)
}

// adapt changes what differs in a package: the place of the program, and that
// Debian wants some files compressed.
func adapt(files []file) ([]file, error) {
	for i, f := range files {
		switch {
		case f.name == installed()["deploy/systemd/vitals2mqtt.service"]:
			unit, err := packagedUnit(f.data)
			if err != nil {
				return nil, err
			}
			files[i].data = unit
		case path.Ext(f.name) == ".gz":
			var packed bytes.Buffer
			writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
			if err != nil {
				return nil, fmt.Errorf("compressing %s: %w", f.name, err)
			}
			if _, err := writer.Write(f.data); err != nil {
				return nil, fmt.Errorf("compressing %s: %w", f.name, err)
			}
			if err := writer.Close(); err != nil {
				return nil, fmt.Errorf("compressing %s: %w", f.name, err)
			}
			files[i].data = packed.Bytes()
		}
	}
	return files, nil
}

// packagedUnit is the unit without how to install it, for the program in
// /usr/bin.
func packagedUnit(unit []byte) ([]byte, error) {
	const rest = "\n# Then sign in, and run other commands"
	_, after, found := strings.Cut(string(unit), rest)
	if !found || strings.Count(after, "/usr/local/bin/vitals2mqtt") != 2 {
		return nil, fmt.Errorf("the unit is not as expected: %q and the program", rest)
	}
	after = strings.ReplaceAll(after, "/usr/local/bin/", "/usr/bin/")
	after = strings.Replace(after, "[Unit]\n", "[Unit]\nDocumentation=man:vitals2mqtt(1)\n", 1)
	return []byte("# Sign in, and run other commands" + after), nil
}

// debianCopyright is the file of that name with the text of LICENSE.
func (r release) debianCopyright() ([]byte, error) {
	var text bytes.Buffer
	head, err := os.ReadFile(filepath.Join(r.repository, "deploy", "debian", "copyright"))
	if err != nil {
		return nil, fmt.Errorf("reading the files to pack: %w", err)
	}
	licence, err := os.ReadFile(filepath.Join(r.repository, "LICENSE"))
	if err != nil {
		return nil, fmt.Errorf("reading the files to pack: %w", err)
	}
	_, body, found := strings.Cut(string(licence), "\n\nCopyright (c) ")
	holder, terms, split := strings.Cut(body, "\n\n")
	if !found || !split {
		return nil, errors.New("LICENSE has no line with its copyright")
	}
	fmt.Fprintf(&text, "%sCopyright: %s\nLicense: Expat\n", head, holder)
	for line := range strings.Lines(terms) {
		if line = strings.TrimSpace(line); line == "" {
			line = "."
		}
		fmt.Fprintf(&text, " %s\n", line)
	}
	return text.Bytes(), nil
}

// debianVersion sorts releases behind their candidates, as nfpm does.
func debianVersion(version string) string { return strings.Replace(version, "-", "~", 1) }

// writeTree writes files into a new folder. Modes do not depend on the umask,
// and all have the same time.
func writeTree(folder string, files []file, when time.Time) error {
	for _, f := range files {
		to := filepath.Join(folder, filepath.FromSlash(f.name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // public files
			return err
		}
		if f.link != "" {
			if err := os.Symlink(f.link, to); err != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(to, f.data, f.mode()); err != nil { //nolint:forbidigo // a new file
			return err
		}
	}
	return settle(folder, when)
}

// settle gives all files below a folder the same time, and modes that do not
// depend on the umask.
func settle(folder string, when time.Time) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	return fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if info.IsDir() || info.Mode()&0o100 != 0 {
			mode = 0o755
		}
		if err := root.Chmod(path, mode); err != nil {
			return err
		}
		return root.Chtimes(path, when, when)
	})
}
