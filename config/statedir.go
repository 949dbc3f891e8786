// SPDX-License-Identifier: MIT

package config

import (
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"vitals2mqtt/internal/fileaccess"
)

// systemStateDir is the default of state_dir for root, in containers and for
// the system's configuration; systemFolder is where that is.
const (
	systemStateDir = "/var/lib/vitals2mqtt"
	systemFolder   = "/etc/vitals2mqtt"
	stateName      = "vitals2mqtt"
)

// DefaultStateDir returns the default of state_dir on this machine, for a
// process with this environment that reads this configuration file. It creates
// nothing.
func DefaultStateDir(configPath string, environ []string) string {
	return Host{
		System:     runtime.GOOS,
		Root:       os.Geteuid() == 0,
		Container:  fileaccess.InContainer(),
		IsWritable: fileaccess.IsWritable,
	}.DefaultStateDir(configPath, environ)
}

// Host is what the default of state_dir depends on, apart from the environment.
type Host struct {
	// System is the operating system, as runtime.GOOS.
	System          string
	Root, Container bool
	IsWritable      func(folder string) bool
}

// DefaultStateDir is the function DefaultStateDir for this host.
func (h Host) DefaultStateDir(configPath string, environ []string) string {
	env := parseEnviron(environ)
	// Of a systemd unit with StateDirectory=; the first of several is the main one.
	if folder, _, _ := strings.Cut(env["STATE_DIRECTORY"], ":"); h.System == "linux" && path.IsAbs(folder) {
		return path.Clean(folder)
	}
	if h.System == "windows" {
		return windowsStateDir(env)
	}
	absolute, err := filepath.Abs(configPath)
	ofSystem := configPath != "" && err == nil && filepath.Dir(absolute) == systemFolder
	inContainer := h.Container || env["container"] != "" || env["KUBERNETES_SERVICE_HOST"] != ""
	if h.Root || inContainer || ofSystem || h.IsWritable(systemStateDir) {
		return systemStateDir
	}
	home, state := env["HOME"], env["XDG_STATE_HOME"]
	switch {
	case h.System == "darwin" && path.IsAbs(home):
		return path.Join(home, "Library", "Application Support", stateName)
	case path.IsAbs(state):
		return path.Join(state, stateName)
	case path.IsAbs(home):
		return path.Join(home, ".local", "state", stateName)
	}
	return systemStateDir
}

// windowsStateDir is the user's folder for data that stays on this machine.
func windowsStateDir(env map[string]string) string {
	for _, entry := range [][2]string{
		{"LOCALAPPDATA", ""}, {"USERPROFILE", `\AppData\Local`}, {"PROGRAMDATA", ""},
	} {
		if folder := env[entry[0]]; folder != "" {
			return strings.TrimRight(folder, `\/`) + entry[1] + `\` + stateName
		}
	}
	return `C:\ProgramData\` + stateName
}
