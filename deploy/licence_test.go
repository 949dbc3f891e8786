// SPDX-License-Identifier: MIT

package deploy_test

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestLicenceIsConsistent compares what images and pages say with the first
// line of LICENSE. deploy/pack does so for archives and bills of materials.
func TestLicenceIsConsistent(t *testing.T) {
	t.Parallel()
	name, rest, found := strings.Cut(read(t, "..", "LICENSE"), " License\n\nCopyright (c) 20")
	if !found || !strings.Contains(rest, "WITHOUT WARRANTY OF ANY KIND") {
		t.Fatal("LICENSE is not a licence with a name, a year and a disclaimer")
	}
	for path, words := range map[string]string{
		filepath.Join("..", "Dockerfile"):                   `org.opencontainers.image.licenses="` + name + `"`,
		filepath.Join("addon", "vitals2mqtt", "Dockerfile"): `org.opencontainers.image.licenses="` + name + `"`,
		filepath.Join("addon", "vitals2mqtt", "DOCS.md"):    "under the " + name + " licence",
		filepath.Join("container", "check"): `says '.Labels["org.opencontainers.image.licenses"]' '"` +
			name + `"'`,
		filepath.Join("..", "README.md"): "The licence is [" + name + "](LICENSE)",
	} {
		if !strings.Contains(read(t, path), words) {
			t.Errorf("%s does not say %s", path, words)
		}
	}
}
