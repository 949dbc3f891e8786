// SPDX-License-Identifier: MIT

package config_test

import (
	"os"
	"path/filepath"
	"testing"

	"vitals2mqtt/config"
)

func TestDefaultStateDir(t *testing.T) {
	t.Parallel()
	const system = "/var/lib/vitals2mqtt"
	home := []string{"HOME=/home/ann"}
	never := func(string) bool { return false }
	for name, test := range map[string]struct {
		host    config.Host
		path    string
		environ []string
		want    string
	}{
		"root":         {config.Host{System: "linux", Root: true}, "config.yaml", home, system},
		"container":    {config.Host{System: "linux", Container: true}, "", nil, system},
		"kubernetes":   {config.Host{System: "linux"}, "", append(home, "KUBERNETES_SERVICE_HOST=10.0.0.1"), system},
		"user":         {config.Host{System: "linux"}, "config.yaml", home, "/home/ann/.local/state/vitals2mqtt"},
		"no file":      {config.Host{System: "linux"}, "", home, "/home/ann/.local/state/vitals2mqtt"},
		"XDG":          {config.Host{System: "linux"}, "", append(home, "XDG_STATE_HOME=/x"), "/x/vitals2mqtt"},
		"relative XDG": {config.Host{System: "linux"}, "", append(home, "XDG_STATE_HOME=x"), "/home/ann/.local/state/vitals2mqtt"},
		"no home":      {config.Host{System: "linux"}, "", nil, system},
		"of the system": {
			config.Host{System: "linux"}, "/etc/vitals2mqtt/config.yaml", home, system,
		},
		"systemd": {
			config.Host{System: "linux", Root: true},
			"",
			[]string{"STATE_DIRECTORY=/var/lib/private/v:/srv/v"},
			"/var/lib/private/v",
		},
		"existing": {
			config.Host{System: "linux", IsWritable: func(folder string) bool { return folder == system }},
			"config.yaml", home, system,
		},
		"freebsd": {config.Host{System: "freebsd"}, "", home, "/home/ann/.local/state/vitals2mqtt"},
		"mac": {
			config.Host{System: "darwin"},
			"",
			[]string{"HOME=/Users/ann"},
			"/Users/ann/Library/Application Support/vitals2mqtt",
		},
		"windows": {
			config.Host{System: "windows"},
			"",
			[]string{`LOCALAPPDATA=C:\Users\ann\AppData\Local`},
			`C:\Users\ann\AppData\Local\vitals2mqtt`,
		},
		"windows profile": {
			config.Host{System: "windows"},
			"",
			[]string{`USERPROFILE=C:\Users\ann`},
			`C:\Users\ann\AppData\Local\vitals2mqtt`,
		},
		"windows service": {config.Host{System: "windows"}, "", nil, `C:\ProgramData\vitals2mqtt`},
	} {
		if test.host.IsWritable == nil {
			test.host.IsWritable = never
		}
		if got := test.host.DefaultStateDir(test.path, test.environ); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// The default applies when a configuration is loaded, and what is set replaces
// it.
func TestLoadUsesDefaultStateDir(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	text := "withings: {client_id: id, client_secret: hunter2, profiles: [Alice]}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"STATE_DIRECTORY=/srv/state", "HOME=/home/ann"}
	want := config.DefaultStateDir(path, environ)
	c, _, err := config.Load(path, environ, vocabulary())
	if err != nil || c.StateDir != want {
		t.Errorf("%v, %v, want %s", c, err, want)
	}
	c, _, err = config.Load(path, append(environ, "V2M_STATE_DIR=/elsewhere"), vocabulary())
	if err != nil || c.StateDir != "/elsewhere" {
		t.Errorf("%v, %v", c, err)
	}
}
