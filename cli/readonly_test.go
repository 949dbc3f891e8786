// SPDX-License-Identifier: MIT

package cli_test

import (
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
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

// Without a daemon, whatever listens at the address of its page is another
// program, which must not get the password.
func TestPasswordIsSentToTheDaemonOnly(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer other.Close()
	o, folder := clitest.Start(t), t.TempDir()
	address := strings.TrimPrefix(other.URL, "http://")
	path := o.Configure(t, folder, "[Alice]", "[weight_kg]", "web: {listen: "+address+", password: hunter2}")
	clitest.SignIn(t, path, "Alice")
	for _, args := range [][]string{{"show", "Alice"}, {"refresh"}, {"status"}, {"profiles"}, {"doctor"}, {"dump"}} {
		before := asked.Load()
		clitest.Run(t, append([]string{"--config", path}, args...)...)
		if asked.Load() != before {
			t.Errorf("%v has asked the other program", args)
		}
	}
}
