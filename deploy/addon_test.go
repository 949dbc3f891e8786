// SPDX-License-Identifier: MIT

package deploy_test

import (
	"image"
	_ "image/png" // the format of the pictures
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"vitals2mqtt/addon"
	"vitals2mqtt/history"
)

// TestAddOnDocsNameVariantSlugs checks that names of containers and folders in
// the documentation come with the names that they have elsewhere.
func TestAddOnDocsNameVariantSlugs(t *testing.T) {
	t.Parallel()
	docs := strings.Join(strings.Fields(read(t, "addon", "vitals2mqtt", "DOCS.md")), " ")
	slug, _ := lookup(t, parse(t, "addon", "vitals2mqtt", "config.yaml"), "slug").(string)
	for _, words := range []string{
		"docker ps --format '{{.Names}}' | grep " + slug, "addon_local_" + slug, "addon_0123abcd_" + slug,
		"/addon_configs/local_" + slug + "/", "/addon_configs/0123abcd_" + slug + "/", "root inside its container",
	} {
		if !strings.Contains(docs, words) {
			t.Errorf("DOCS.md does not say %q", words)
		}
	}
}

// TestAddOnRequestsNoPrivileges checks what the documentation says about root.
func TestAddOnRequestsNoPrivileges(t *testing.T) {
	t.Parallel()
	tree := parse(t, "addon", "vitals2mqtt", "config.yaml")
	for _, right := range []string{
		"host_network", "host_pid", "host_ipc", "host_dbus", "privileged", "full_access", "devices", "docker_api",
		"hassio_api", "auth_api", "kernel_modules", "udev", "usb", "uart", "gpio", "apparmor",
	} {
		if tree[right] != nil {
			t.Errorf("it requests %s", right)
		}
	}
	for _, folder := range lookup(t, tree, "map").([]any) { //nolint:errcheck // a panic says it too
		// Only its own configuration folder, where the set-up writes.
		if place, _ := folder.(section); place["read_only"] != true && place["type"] != "addon_config" {
			t.Errorf("it writes to %v", folder)
		}
	}
}

// TestAddOnBackupHasACopyOfTheArchive checks that the copy is where the program
// looks for it, and that the file that is being written to is left out.
func TestAddOnBackupHasACopyOfTheArchive(t *testing.T) {
	t.Parallel()
	tree := parse(t, "addon", "vitals2mqtt", "config.yaml")
	archive := addon.DefaultLayout().StateDir + "/history.db"
	if command, _ := tree["backup_pre"].(string); command != "/vitals2mqtt backup --replace "+archive+history.BackupSuffix {
		t.Errorf("before a backup it runs %q", command)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		excluded := "*" + strings.TrimPrefix(archive, "/data") + suffix
		if !slices.Contains(lookup(t, tree, "backup_exclude").([]any), any(excluded)) { //nolint:errcheck // a panic says it too
			t.Errorf("%s is not left out", excluded)
		}
	}
}

// TestAppIsFoundAtTheRoot: the Supervisor wants repository.yaml at the root, and
// takes every config.yaml below it that is not in a hidden folder.
func TestAppIsFoundAtTheRoot(t *testing.T) {
	t.Parallel()
	if name, _ := lookup(t, parse(t, "..", "repository.yaml"), "name").(string); name == "" {
		t.Error("the repository has no name")
	}
	var found []string
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := entry.Name(); entry.IsDir() && path != ".." && (strings.HasPrefix(name, ".") || name == "rootfs") {
			return filepath.SkipDir
		}
		if entry.Name() == "config.yaml" {
			found = append(found, filepath.ToSlash(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(found, "../deploy/addon/vitals2mqtt/config.yaml") {
		t.Errorf("only %v were found", found)
	}
}

func TestAppHasPictures(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]image.Point{"icon.png": {128, 128}, "logo.png": {250, 100}} {
		file, err := os.Open(filepath.Join("addon", "vitals2mqtt", name))
		if err != nil {
			t.Fatal(err)
		}
		picture, kind, err := image.DecodeConfig(file)
		_ = file.Close()
		if err != nil || kind != "png" || picture.Width != want.X || picture.Height != want.Y {
			t.Errorf("%s: %v %dx%d, %v", name, kind, picture.Width, picture.Height, err)
		}
	}
}

// TestAppArmorProfile checks what the Supervisor does with the profile, and that
// the program's folders are in it. deploy/container/check parses it.
func TestAppArmorProfile(t *testing.T) {
	t.Parallel()
	profile := read(t, "addon", "vitals2mqtt", "apparmor.txt")
	named := regexp.MustCompile(`(?m)^profile ([^ ]+).*$`).FindAllStringSubmatch(profile, -1)
	if slug := lookup(t, parse(t, "addon", "vitals2mqtt", "config.yaml"), "slug"); len(named) != 1 || any(named[0][1]) != slug {
		t.Errorf("the profiles are %v", named)
	}
	layout := addon.DefaultLayout()
	for _, path := range []string{layout.StateDir, layout.OptionsFile, layout.ConfigFile} {
		if top := "/" + strings.Split(path, "/")[1]; !strings.Contains(profile, "\n  "+top+"/** rwk,\n") {
			t.Errorf("it does not allow %s", top)
		}
	}
	_, program, _ := strings.Cut(read(t, "addon", "vitals2mqtt", "Dockerfile"), "\nENTRYPOINT [\"")
	program, _, _ = strings.Cut(program, "\"")
	if !strings.Contains(profile, "\n  "+program+" mrix,\n") {
		t.Errorf("it does not allow %s to run", program)
	}
	if regexp.MustCompile(`(?m)^\s*(file|capability|network),$`).MatchString(profile) {
		t.Error("it allows everything of a kind")
	}
}

// TestAppAtTheAddressOfTheRepository runs what a release does, twice.
func TestAppAtTheAddressOfTheRepository(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash: the release is made elsewhere")
	}
	folder := t.TempDir()
	for _, name := range []string{
		"repository.yaml", "deploy/app", "deploy/where.sh", "deploy/addon/vitals2mqtt/config.yaml",
	} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(read(t, "..", filepath.FromSlash(name))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	release := func(environ ...string) error {
		run := exec.CommandContext(t.Context(), bash, "deploy/app", environ[0])
		run.Dir, run.Env = folder, append(os.Environ(), environ[1:]...)
		return run.Run()
	}
	config := filepath.Join(folder, "deploy", "addon", "vitals2mqtt", "config.yaml")
	for _, version := range []string{"1.2.3", "1.2.4-rc.1"} {
		err := release(version, "IMAGE=registry.example/me/vitals2mqtt", "HOMEPAGE=https://forge.example/me/vitals2mqtt")
		if err != nil {
			t.Fatal(err)
		}
		tree := parse(t, config) // a key that is there twice is an error
		for key, want := range map[string]string{
			"version": version, "image": "registry.example/me/vitals2mqtt-app", "url": "https://forge.example/me/vitals2mqtt",
		} {
			if lookup(t, tree, key) != any(want) {
				t.Errorf("%s: %s is %v", version, key, tree[key])
			}
		}
		if got := lookup(t, parse(t, folder, "repository.yaml"), "url"); got != any("https://forge.example/me/vitals2mqtt") {
			t.Errorf("the address is %v", got)
		}
	}
	before := read(t, config)
	for _, wrong := range [][]string{
		{"1.2", "IMAGE=x", "HOMEPAGE=y"}, {"1.2.3", "IMAGE=", "HOMEPAGE=y"}, {"1.2.3", "IMAGE=x", "HOMEPAGE="},
	} {
		if release(wrong...) == nil || read(t, config) != before {
			t.Errorf("%v is taken", wrong)
		}
	}
}
