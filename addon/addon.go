// Package addon turns what a Home Assistant add-on is given, the user's options
// and the Supervisor's broker, into the variables of the configuration. It
// checks none of them: package config does, and says what is wrong.
package addon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vitals2mqtt/internal/secret"
)

// tokenVariable is the variable that the Supervisor gives to every add-on, and to
// nobody else.
const tokenVariable = "SUPERVISOR_TOKEN"

// Layout is where an add-on finds its things.
type Layout struct {
	// OptionsFile is the file with what the user has set.
	OptionsFile string
	// ConfigFile is a configuration file that the user may put there, for what the
	// options have no room for.
	ConfigFile string
	// StateDir is the folder that survives updates and is part of backups.
	StateDir string
	// SupervisorURL is its address.
	SupervisorURL string
}

// DefaultLayout is the place in every add-on.
func DefaultLayout() Layout {
	return Layout{
		OptionsFile: "/data/options.json", ConfigFile: "/config/config.yaml", StateDir: "/data/state", SupervisorURL: "http://supervisor",
	}
}

// Environ returns the environment with the add-on's settings in it. What was
// there before wins. Outside an add-on nothing changes. Without an asker nobody
// is asked for the broker: those settings are missing then.
func (p Layout) Environ(ctx context.Context, environ []string, ask LookupFunc) ([]string, error) {
	token := lastValue(environ, tokenVariable)
	if token == "" {
		return environ, nil
	}
	data, err := os.ReadFile(p.OptionsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return environ, nil // somebody else's container that has such a token
	}
	if err != nil {
		return nil, fmt.Errorf("read add-on options: %w", err)
	}
	settings, err := EnvFromOptions(data)
	if err != nil {
		return nil, fmt.Errorf("add-on options %s: %w", p.OptionsFile, err)
	}
	settings = append(settings, p.defaultSettings()...)
	both := slices.Concat(environ, settings)
	if ask != nil && lastValue(both, "V2M_MQTT_URL") == "" && lastValue(both, "V2M_CONFIG") == "" {
		broker, err := ask(ctx, p.SupervisorURL, secret.New(token))
		if err != nil {
			return nil, err
		}
		settings = append(settings, broker.Env()...)
	}
	return withDefaults(environ, settings), nil
}

// defaultSettings are the settings that follow from being an add-on.
func (p Layout) defaultSettings() []string {
	settings := []string{
		"V2M_STATE_DIR=" + p.StateDir,
		"V2M_WEB_LISTEN=0.0.0.0:8099", // the port that config.yaml maps
		"V2M_LOG_FORMAT=console",      // people read it, though there is no terminal
	}
	if info, err := os.Stat(p.ConfigFile); err == nil && info.Mode().IsRegular() {
		settings = append(settings, "V2M_CONFIG="+filepath.Clean(p.ConfigFile))
	}
	return settings
}

// withDefaults adds the settings whose names are not there yet, or are empty.
func withDefaults(environ, settings []string) []string {
	merged := slices.Clone(environ)
	for _, setting := range settings {
		name, _, _ := strings.Cut(setting, "=")
		if lastValue(environ, name) != "" {
			continue
		}
		merged = slices.DeleteFunc(merged, func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
		merged = append(merged, setting)
	}
	return merged
}

// lastValue returns the last value of a name, as it counts for a child process.
func lastValue(environ []string, name string) (value string) {
	for _, entry := range environ {
		if text, ok := strings.CutPrefix(entry, name+"="); ok {
			value = text
		}
	}
	return value
}
