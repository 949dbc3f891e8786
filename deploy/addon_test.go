package deploy_test

import (
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
