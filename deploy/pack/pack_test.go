// SPDX-License-Identifier: MIT

package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// testBill is what cyclonedx-gomod says of a program, shortened.
const testBill = `{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
	"metadata": {"tools": [{"name": "cyclonedx-gomod", "hashes": [{"alg": "MD5", "content": "0da3e1"}]}],
		"component": {"name": "vitals2mqtt", "version": "1.2.3"}},
	"components": [{"name": "std", "purl": "pkg:golang/std@1.26"}]}`

// testRelease is a release of files that stand for programs.
func testRelease(t *testing.T) release {
	t.Helper()
	folder := t.TempDir()
	r := release{
		version: "1.2.3", time: time.Unix(1_750_000_000, 0).UTC(), repository: filepath.Join("..", ".."),
		programs: filepath.Join(folder, "programs"), result: filepath.Join(folder, "result"),
		authorities: filepath.Join(folder, "ca.crt"), level: gzip.NoCompression,
	}
	for _, folder := range []string{r.programs, r.result} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, target := range targets() {
		path := filepath.Join(r.programs, target.name()+target.suffix())
		write(t, path, []byte("a program"))
		write(t, path+sbomSuffix, []byte(testBill))
	}
	write(t, r.authorities, []byte("certificates"))
	modules := testModules(t, map[string]string{"example.org/a LICENSE": testMIT})
	r.modules = func(...string) ([]module, error) { return modules, nil }
	return r
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	r := testRelease(t)
	if err := r.pack(); err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(r.result, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(r.result)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2*len(targets())+2 { // each with a bill; the add-on; the sums
		t.Errorf("%d files", len(entries))
	}
	var lines []string
	for _, entry := range entries {
		if entry.Name() == "SHA256SUMS" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(r.result, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(data), entry.Name()))
	}
	if got := strings.Join(lines, ""); got != string(sums) {
		t.Errorf("the sums are\n%swant\n%s", sums, got)
	}

	// The Supervisor gets the version, both programs, and nothing is missing that
	// the add-on's Dockerfile copies.
	inside := untar(t, filepath.Join(r.result, "vitals2mqtt_1.2.3_homeassistant-app.tar.gz"))
	root := "vitals2mqtt_1.2.3_homeassistant-app/"
	if text := inside[root+"vitals2mqtt/config.yaml"]; !strings.Contains(text, "\nversion: \"1.2.3\"\n") {
		t.Errorf("the add-on's version is another:\n%s", text)
	}
	for _, name := range []string{
		"vitals2mqtt/LICENSE", "vitals2mqtt/" + licencesFile, "vitals2mqtt/icon.png", "vitals2mqtt/apparmor.txt",
		"vitals2mqtt/Dockerfile", "vitals2mqtt/DOCS.md", "vitals2mqtt/translations/de.yaml",
		"vitals2mqtt/vitals2mqtt-amd64", "vitals2mqtt/vitals2mqtt-aarch64", "vitals2mqtt/ca-certificates.crt",
	} {
		if inside[root+name] == "" {
			t.Errorf("the add-on has no %s", name)
		}
	}
	linux := untar(t, filepath.Join(r.result, "vitals2mqtt_1.2.3_linux_armv7.tar.gz"))
	machine := "vitals2mqtt_1.2.3_linux_armv7/"
	if linux[machine+"deploy/systemd/vitals2mqtt.service"] == "" || linux[machine+"vitals2mqtt"] == "" {
		t.Error("the archive for linux has no program or no unit")
	}
	windows := unzip(t, filepath.Join(r.result, "vitals2mqtt_1.2.3_windows_amd64.zip"))
	if windows["vitals2mqtt_1.2.3_windows_amd64/vitals2mqtt.exe"] == "" {
		t.Error("the archive for windows has no program")
	}
	for root, files := range map[string]map[string]string{machine: linux, "vitals2mqtt_1.2.3_windows_amd64/": windows} {
		if !strings.HasPrefix(files[root+"LICENSE"], "MIT License\n") {
			t.Errorf("%s has no licence", root)
		}
		if !strings.Contains(files[root+licencesFile], "\n  example.org/a v1.0.0: MIT\n") {
			t.Errorf("%s has no licences of what is linked", root)
		}
		checkLinks(t, files, root)
	}
}

// checkLinks wants every link of every page in an archive to lead to a file in
// it. It looks for links by itself, in code and text alike, not as the packing
// does.
func checkLinks(t *testing.T, files map[string]string, root string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		to := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, to, []byte(text))
	}
	links := 0
	for name, text := range files {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, found := range regexp.MustCompile(`\]\(([^)#\s]+)`).FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			links++
			to := filepath.Join(folder, filepath.FromSlash(path.Dir(name)), filepath.FromSlash(found[1]))
			if info, err := os.Stat(to); err != nil || info.IsDir() || !strings.HasPrefix(to, filepath.Join(folder, root)) {
				t.Errorf("%s: the link to %s leads to no file of the archive", name, found[1])
			}
		}
	}
	if links < 40 {
		t.Errorf("only %d links were found in %s: the search is broken", links, root)
	}
	// The files that the guide installs are in the archive.
	installed := regexp.MustCompile(`install (?:-\S+ \S+ )+(vitals2mqtt|deploy/\S+) `)
	for _, found := range installed.FindAllStringSubmatch(files[root+"docs/install.md"], -1) {
		if name := root + found[1]; files[name] == "" && files[name+".exe"] == "" {
			t.Errorf("there is no %s to install", name)
		}
	}
}

// TestAppInArchiveIsBuiltByTheSupervisor: what deploy/app has written for the
// address of the repository does not reach the archive.
func TestAppInArchiveIsBuiltByTheSupervisor(t *testing.T) {
	t.Parallel()
	const published = "name: x\nversion: \"1.2.2\"\nimage: \"registry.example/x-app\"\nslug: x\n"
	if got := string(localApp([]byte(published), "1.2.3")); got != "name: x\nversion: \"1.2.3\"\nslug: x\n" {
		t.Errorf("%s", got)
	}
}

func TestBrokenLinksFailPacking(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"a file that is not there":     "[x](docs/missing.md)",
		"a folder":                     "[x](docs/)",
		"a file out of the repository": "[x](docs/../../x.md)",
		"a page behind a page":         "[x](docs/bad.md)",
	} {
		folder := t.TempDir()
		repository := filepath.Join(folder, "repository")
		if err := os.MkdirAll(filepath.Join(repository, "docs"), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, "x.md"), nil)
		write(t, filepath.Join(repository, "docs", "bad.md"), []byte("[y](nowhere)"))
		write(t, filepath.Join(repository, "README.md"), []byte(text))
		if names, err := linkedFiles(repository, "README.md"); err == nil {
			t.Errorf("%s: %v", name, names)
		}
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "README.md"), []byte("[a](#b) [c](https://example.org/x) [m](mailto:x@example.org)\n"+
		"```\n[code](nowhere)\n```\n[d](a.md#part) ![e](b.png)\n"))
	write(t, filepath.Join(folder, "a.md"), []byte("[back](README.md) [self](a.md)"))
	write(t, filepath.Join(folder, "b.png"), nil)
	names, err := linkedFiles(folder, "README.md", "LICENSE")
	if err != nil || !slices.Equal(names, []string{"README.md", "LICENSE", "a.md", "b.png"}) {
		t.Errorf("%v, %v", names, err)
	}
}

func TestPackIsReproducible(t *testing.T) {
	t.Parallel()
	files := []file{{name: "b", data: []byte("two")}, {name: "a", data: []byte("one"), program: true}}
	when := time.Unix(1_750_000_000, 0).UTC()
	for name, pack := range map[string]func(string, []file, time.Time, int) ([]byte, error){
		"tar": tarGz, "zip": zipArchive,
	} {
		first, err := pack("folder", files, when, gzip.BestSpeed)
		second, again := pack("folder", []file{files[1], files[0]}, when, gzip.BestSpeed)
		if errors.Join(err, again) != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: the order of the files shows, %v", name, errors.Join(err, again))
		}
		later, err := pack("folder", files, when.Add(time.Hour), gzip.BestSpeed)
		if err != nil || bytes.Equal(first, later) {
			t.Errorf("%s: the time of the release does not show, %v", name, err)
		}
	}
}

func TestBillOfMaterials(t *testing.T) {
	t.Parallel()
	r := testRelease(t)
	path := filepath.Join(r.programs, "linux_amd64"+sbomSuffix)
	data, err := completeSBOM(path, r)
	if err != nil {
		t.Fatal(err)
	}
	var bill struct {
		Format   string `json:"bomFormat"`
		Metadata struct {
			Timestamp string `json:"timestamp"`
			Component struct {
				Version  string `json:"version"`
				Licences []struct {
					Licence struct {
						ID string `json:"id"`
					} `json:"license"`
				} `json:"licenses"`
			} `json:"component"`
		} `json:"metadata"`
		Components []struct {
			URL string `json:"purl"`
		} `json:"components"`
	}
	if err := json.Unmarshal(data, &bill); err != nil {
		t.Fatal(err)
	}
	if bill.Format != "CycloneDX" || bill.Metadata.Component.Version != "1.2.3" ||
		bill.Metadata.Timestamp != "2025-06-15T15:06:40Z" || len(bill.Components) != 1 ||
		bill.Components[0].URL != "pkg:golang/std@1.26" || strings.Contains(string(data), "0da3e1") {
		t.Errorf("%s", data)
	}
	text, err := os.ReadFile(filepath.Join(r.repository, "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	got := bill.Metadata.Component.Licences
	if len(got) != 1 || !strings.HasPrefix(string(text), got[0].Licence.ID+" License\n") {
		t.Errorf("licences %+v are not that of LICENSE", got)
	}
	for _, wrong := range []string{"", "{}", `{"bomFormat":"CycloneDX","metadata":{"component":{}},"components":[]}`} {
		write(t, path, []byte(wrong))
		if _, err := completeSBOM(path, r); err == nil {
			t.Errorf("%q was accepted", wrong)
		}
	}
}

func TestPackErrors(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{},
		{"1.2.3", "0", ".", "."},
		{"1.2", "0", ".", ".", "."},
		{"v1.2.3", "0", ".", ".", "."},
		{"1.2.3/..", "0", ".", ".", "."},
		{"1.2.3", "now", ".", ".", "."},
		{"1.2.3", "0", ".", "nowhere", "."},
		{"debian", "1.2.3", "0", ".", ".", "."},
		{"licences", "nowhere"},
		{"licences", "nowhere", "."},
	} {
		if run(args) == nil {
			t.Errorf("%q is taken", args)
		}
	}
	r := testRelease(t)
	r.authorities = "nowhere"
	if err := r.pack(); err == nil || !strings.Contains(err.Error(), "ca-certificates") {
		t.Errorf("an add-on without authorities: %v", err)
	}
}

// untar returns the files of an archive, and fails when they identify the
// builder.
func untar(t *testing.T, path string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	archive, out := tar.NewReader(unpacked), map[string]string{}
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.Uname != "" || header.ModTime.Unix() != 1_750_000_000 {
			t.Errorf("%s is of %d %q, %s", header.Name, header.Uid, header.Uname, header.ModTime)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		out[header.Name] = string(text)
	}
}

func unzip(t *testing.T, path string) map[string]string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	out := map[string]string{}
	for _, entry := range archive.File {
		packed, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(packed)
		if err != nil {
			t.Fatal(err)
		}
		out[entry.Name] = string(text)
	}
	return out
}
