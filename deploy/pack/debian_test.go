// SPDX-License-Identifier: MIT

package main

import (
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// debianTrees makes what packages contain, and returns the files of one by
// their paths, and its folder.
func debianTrees(t *testing.T) (files map[string]string, folder string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("it has neither the modes nor the links of a Debian package")
	}
	r := testRelease(t)
	r.maintainer = "Somebody <somebody@example.org>"
	if err := r.debian(); err != nil {
		t.Fatal(err)
	}
	folder = filepath.Join(r.result, "armhf")
	return readTree(t, folder), folder
}

// readTree returns the files below a folder, and fails for modes and times that
// depend on the machine.
func readTree(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if entry.IsDir() || strings.HasSuffix(path, "/usr/bin/vitals2mqtt") {
			mode = 0o755
		}
		if info.Mode().Perm() != mode || info.ModTime().Unix() != 1_750_000_000 {
			t.Errorf("%s has the mode %o and is of %s", path, info.Mode().Perm(), info.ModTime())
		}
		if entry.IsDir() {
			return nil
		}
		data, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, folder+"/")] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestDebianPackage(t *testing.T) {
	t.Parallel()
	files, folder := debianTrees(t)
	const doc = "tree/" + docFolder + "/"
	for name, part := range map[string]string{
		"nfpm.yaml":                "name: vitals2mqtt\n",
		"scripts/postinst":         "systemd-sysusers vitals2mqtt.conf\n",
		"tree/usr/bin/vitals2mqtt": "a program",

		"tree/usr/lib/sysusers.d/vitals2mqtt.conf":                          "\nu vitals2mqtt ",
		"tree/usr/share/doc/vitals2mqtt/copyright":                          "\nLicense: Expat\n Permission is",
		"tree/usr/share/doc/vitals2mqtt/THIRD-PARTY-LICENSES.txt":           "\n  example.org/a v1.0.0: MIT\n",
		"tree/usr/share/doc/vitals2mqtt/README.md":                          "](docs/README.md)",
		"tree/usr/share/doc/vitals2mqtt/examples/config.example.yaml":       "client_id",
		"tree/usr/share/doc/vitals2mqtt/deploy/systemd/vitals2mqtt.service": "/usr/local/bin/vitals2mqtt run\n",
		"tree/usr/share/lintian/overrides/vitals2mqtt":                      "",
		"tree/usr/share/bash-completion/completions/vitals2mqtt":            "__complete",
		"tree/usr/share/fish/vendor_completions.d/vitals2mqtt.fish":         "__complete",
		"tree/usr/share/zsh/vendor-completions/_vitals2mqtt":                "__complete",
	} {
		if text, found := files[name]; !found || !strings.Contains(text, part) {
			t.Errorf("%s does not have %q:\n%s", name, part, text)
		}
	}
	for name, begin := range map[string]string{
		doc + "changelog.gz": "vitals2mqtt (1.2.3) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n" +
			" -- Somebody <somebody@example.org>  Sun, 15 Jun 2025 15:06:40 +0000\n",
		"tree/usr/share/man/man1/vitals2mqtt.1.gz": ".\\\"",
	} {
		unpacked, err := gzip.NewReader(strings.NewReader(files[name]))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if text, err := io.ReadAll(unpacked); err != nil || !strings.HasPrefix(string(text), begin) {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	for link, target := range map[string]string{"LICENSE": "copyright", "config.example.yaml": "examples/config.example.yaml"} {
		if got, err := os.Readlink(filepath.Join(folder, doc, link)); err != nil || got != target {
			t.Errorf("%s leads to %q, %v", link, got, err)
		}
	}
	if entries, err := os.ReadDir(filepath.Join(folder, "tree", "etc", "vitals2mqtt")); err != nil || len(entries) != 0 {
		t.Errorf("/etc/vitals2mqtt has %v, %v", entries, err)
	}
}

func TestPackagedUnit(t *testing.T) {
	t.Parallel()
	original, err := os.ReadFile(filepath.Join("..", "systemd", "vitals2mqtt.service"))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := packagedUnit(original)
	if err != nil {
		t.Fatal(err)
	}
	unit := string(packed)
	if !strings.Contains(unit, "\nExecStart=/usr/bin/vitals2mqtt run\n") || strings.Contains(unit, "/usr/local") ||
		strings.Contains(unit, "install ") || !strings.HasPrefix(unit, "# Sign in, and run other commands (doctor, purge),") {
		t.Errorf("the packaged unit is\n%s", unit)
	}
	_, service, _ := strings.Cut(string(original), "\n[Service]\n")
	if want := strings.ReplaceAll(service, "/usr/local/bin", "/usr/bin"); !strings.HasSuffix(unit, "\n[Service]\n"+want) {
		t.Error("the packaged unit differs in more than the program")
	}
	if _, err := packagedUnit([]byte("[Unit]\n")); err == nil {
		t.Error("a unit that cannot be adapted is packed")
	}
}

func TestDebianVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"1.2.3": "1.2.3", "1.2.3-rc.1": "1.2.3~rc.1"} {
		if got := debianVersion(version); got != want {
			t.Errorf("%s is %s, want %s", version, got, want)
		}
	}
}
