package cli_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"vitals2mqtt/cli/clitest"
)

// A command that only shows something may run as another user than the daemon,
// such as root: a folder that it creates would be in the daemon's way.
func TestCommandsThatShowCreateNothing(t *testing.T) {
	t.Parallel()
	o := clitest.Start(t)
	for _, args := range [][]string{
		{"status"},
		{"status", "Alice"},
		{"show", "Alice"},
		{"profiles"},
		{"dump"},
		{"budget"},
		{"purge", "Alice", "--dry-run"},
	} {
		folder := t.TempDir()
		path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {enabled: false}")
		clitest.Run(t, append([]string{"--config", path}, args...)...)
		if _, err := os.Stat(filepath.Join(folder, "state")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v has created the state directory", args)
		}
	}
}
