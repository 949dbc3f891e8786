// SPDX-License-Identifier: MIT

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const testTime = 1_750_000_000

// write writes files below a folder; a name that ends in / is a folder.
func write(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// stage is a folder with what the repository's Dockerfile copies.
func stage(t *testing.T, program string) string {
	t.Helper()
	folder := t.TempDir()
	write(t, folder, map[string]string{
		"out/vitals2mqtt": program, "out/lib/vitals2mqtt/": "", "out/THIRD-PARTY-LICENSES.txt": "others",
		"src/LICENSE": "ours", "etc/ssl/certs/ca-certificates.crt": "authorities",
	})
	if err := os.Chmod(filepath.Join(folder, "out", "vitals2mqtt"), 0o700); err != nil {
		t.Fatal(err)
	}
	return folder
}

// entries returns the files of a tar archive, with their headers in text.
func entries(t *testing.T, data []byte) (files map[string][]byte, headers []string) {
	t.Helper()
	archive := tar.NewReader(bytes.NewReader(data))
	files = map[string][]byte{}
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files, headers
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.ModTime.Unix() != testTime || header.Uname != "" {
			t.Errorf("%s is of %q, %s", header.Name, header.Uname, header.ModTime)
		}
		headers = append(headers, header.FileInfo().Mode().String()+" "+header.Name)
		if header.Uid != 0 {
			headers[len(headers)-1] += " of the user"
		}
		if files[header.Name], err = io.ReadAll(archive); err != nil {
			t.Fatal(err)
		}
	}
}

// blob returns a blob of a layout; its name and size must be true.
func blob(t *testing.T, files map[string][]byte, d descriptor, into any) []byte {
	t.Helper()
	data, found := files["blobs/"+strings.Replace(d.Digest, ":", "/", 1)]
	if !found || len(data) != d.Size || digest(data) != d.Digest {
		t.Fatalf("%+v is not there, or another", d)
	}
	if into != nil {
		if err := json.Unmarshal(data, into); err != nil {
			t.Fatal(err)
		}
	}
	return data
}

// makeImage makes the image of the repository's Dockerfile.
func makeImage(t *testing.T, amd64, arm string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "image.tar")
	dockerfile := filepath.Join("..", "..", "Dockerfile")
	args := []string{dockerfile, "1.2.3", "1750000000", out, "linux/amd64=" + amd64, "VERSION=1.2.3", "linux/arm/v7=" + arm}
	if err := run(args); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestImageOfTheDockerfile reads the layout as an engine does, from the index to
// the files.
func TestImageOfTheDockerfile(t *testing.T) {
	t.Parallel()
	files, _ := entries(t, makeImage(t, stage(t, "for amd64"), stage(t, "for arm")))
	if string(files["oci-layout"]) != `{"imageLayoutVersion":"1.0.0"}` {
		t.Errorf("oci-layout is %s", files["oci-layout"])
	}
	var top, images index
	if err := json.Unmarshal(files["index.json"], &top); err != nil || len(top.Manifests) != 1 {
		t.Fatal(err, top)
	}
	if top.Manifests[0].Annotations["org.opencontainers.image.ref.name"] != "1.2.3" {
		t.Errorf("the tag is in %v", top.Manifests[0].Annotations)
	}
	blob(t, files, top.Manifests[0], &images)
	var platforms []platform
	for i, d := range images.Manifests {
		platforms = append(platforms, *d.Platform)
		var m manifest
		var c imageConfig
		blob(t, files, d, &m)
		blob(t, files, m.Config, &c)
		if diff := cmp.Diff(*d.Platform, c.platform); diff != "" {
			t.Error(diff)
		}
		var contents []string
		for j, layer := range m.Layers {
			unpacked, err := gzip.NewReader(bytes.NewReader(blob(t, files, layer, nil)))
			if err != nil {
				t.Fatal(err)
			}
			data, err := io.ReadAll(unpacked)
			if err != nil || digest(data) != c.RootFS.DiffIDs[j] {
				t.Fatal(err, "the layer has another name unpacked")
			}
			inside, headers := entries(t, data)
			contents = append(contents, headers...)
			if program := inside["vitals2mqtt"]; program != nil && string(program) != []string{"for amd64", "for arm"}[i] {
				t.Errorf("%v has the program %s", *d.Platform, program)
			}
		}
		want := []string{
			"drwxr-xr-x etc/", "drwxr-xr-x etc/ssl/", "drwxr-xr-x etc/ssl/certs/", "-rw-r--r-- etc/ssl/certs/ca-certificates.crt",
			"drwxr-xr-x var/ of the user", "drwxr-xr-x var/lib/ of the user", "drwx------ var/lib/vitals2mqtt/ of the user",
			"-rw-r--r-- LICENSE", "-rw-r--r-- THIRD-PARTY-LICENSES.txt", "-rwxr-xr-x vitals2mqtt",
		}
		if diff := cmp.Diff(want, contents); diff != "" {
			t.Error(diff)
		}
		if m.Annotations["org.opencontainers.image.version"] != "1.2.3" || len(c.History) != len(m.Layers) {
			t.Errorf("%v, %v", m.Annotations, c.History)
		}
	}
	want := []platform{{Architecture: "amd64", OS: "linux"}, {Architecture: "arm", OS: "linux", Variant: "v7"}}
	if !slices.Equal(platforms, want) {
		t.Errorf("the platforms are %v", platforms)
	}
}

// TestImageIsReproducible: neither the order of the machine's files nor their
// times show, but the program does.
func TestImageIsReproducible(t *testing.T) {
	t.Parallel()
	one, two := makeImage(t, stage(t, "a"), stage(t, "b")), makeImage(t, stage(t, "a"), stage(t, "b"))
	if !bytes.Equal(one, two) {
		t.Error("two images of the same files differ")
	}
	if bytes.Equal(one, makeImage(t, stage(t, "a"), stage(t, "c"))) {
		t.Error("the image does not depend on the program")
	}
}

func TestRecipe(t *testing.T) {
	t.Parallel()
	const text = `# syntax=docker/dockerfile:1
ARG BASE=golang
FROM $BASE AS build
RUN anything
FROM scratch
ARG VERSION=""
ARG ARCH
ARG PORT="80"
# A comment \
LABEL a="one two" \
      b="$VERSION" empty=""
LABEL c="${ARCH}"
COPY --from=build --chown=1:2 /x/ /y/
COPY p-$ARCH /p
USER 1:2
WORKDIR /y
VOLUME /y
EXPOSE $PORT
HEALTHCHECK --interval=60s --timeout=1s --start-period=2s CMD ["/p", "ok"]
ENTRYPOINT ["/p"]
CMD ["run"]
`
	got, err := readRecipe(text, map[string]string{"VERSION": "1", "ARCH": "arm", "UNKNOWN": "x"})
	if err != nil {
		t.Fatal(err)
	}
	want := recipe{
		config: config{
			User: "1:2", WorkingDir: "/y", Entrypoint: []string{"/p"}, Cmd: []string{"run"},
			ExposedPorts: map[string]struct{}{"80/tcp": {}}, Volumes: map[string]struct{}{"/y": {}},
			Labels: map[string]string{"a": "one two", "b": "1", "c": "arm"},
			Healthcheck: &healthcheck{
				Test: []string{"CMD", "/p", "ok"}, Interval: time.Minute, Timeout: time.Second, StartPeriod: 2 * time.Second,
			},
		},
		copies: []copyStep{
			{from: []string{"/x/"}, to: "/y/", uid: 1, gid: 2, private: true, text: "COPY --from=build --chown=1:2 /x/ /y/"},
			{from: []string{"p-arm"}, to: "/p", text: "COPY p-arm /p"},
		},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(recipe{}, copyStep{})); diff != "" {
		t.Error(diff)
	}
}

// TestRecipeRefuses: what would be lost is an error.
func TestRecipeRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "FROM alpine", "FROM scratch\nFROM alpine", "FROM scratch\nRUN x", "FROM scratch\nENV A=b", "FROM scratch\nCMD run",
		"FROM scratch\nCOPY a b c", "FROM scratch\nCOPY a b", "FROM scratch\nCOPY --chmod=1 a /b", "FROM scratch\nCOPY --chown=me a /b",
		"FROM scratch\nHEALTHCHECK CMD x", "FROM scratch\nHEALTHCHECK --retries=1s CMD [\"x\"]", "FROM scratch\nHEALTHCHECK NONE",
	} {
		if r, err := readRecipe(text, nil); err == nil {
			t.Errorf("%q is taken for %+v", text, r)
		}
	}
}

func TestArgumentsAreChecked(t *testing.T) {
	t.Parallel()
	dockerfile := filepath.Join("..", "..", "Dockerfile")
	out := filepath.Join(t.TempDir(), "x")
	for _, args := range [][]string{
		{},
		{dockerfile, "1", "1", out},
		{dockerfile, "1", "today", out, "linux/amd64=."},
		{dockerfile, "1", "1", out, "linux/amd64"},
		{dockerfile, "1", "1", out, "darwin/arm64=."},
		{dockerfile, "1", "1", out, "VERSION=1"},
		{dockerfile, "1", "1", out, "linux/amd64=nowhere"},
		{"nowhere", "1", "1", out, "linux/amd64=."},
	} {
		if run(args) == nil {
			t.Errorf("%q is taken", args)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("an image was written")
	}
	if supervisorName(platform{Architecture: "arm64"}) != "aarch64" {
		t.Error("the Supervisor has another name for arm64")
	}
}
