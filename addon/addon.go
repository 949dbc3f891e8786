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

// tokenName is the variable that the Supervisor gives to every add-on, and to
// nobody else.
const tokenName = "SUPERVISOR_TOKEN"

// Place is where an add-on finds its things.
type Place struct {
	// Options is the file with what the user has set.
	Options string
	// Config is a configuration file that the user may put there, for what the
	// options have no room for.
	Config string
	// State is the folder that survives updates and is part of backups.
	State string
	// Supervisor is its address.
	Supervisor string
}

// Home is the place in every add-on.
func Home() Place {
	return Place{
		Options: "/data/options.json", Config: "/config/config.yaml", State: "/data/state", Supervisor: "http://supervisor",
	}
}

// Environ returns the environment with the add-on's settings in it. What was
// there before wins. Outside an add-on nothing changes. Without an asker nobody
// is asked for the broker: those settings are missing then.
func (p Place) Environ(ctx context.Context, environ []string, ask Asker) ([]string, error) {
	token := lookup(environ, tokenName)
	if token == "" {
		return environ, nil
	}
	data, err := os.ReadFile(p.Options)
	if errors.Is(err, fs.ErrNotExist) {
		return environ, nil // somebody else's container that has such a token
	}
	if err != nil {
		return nil, fmt.Errorf("reading the add-on's options: %w", err)
	}
	settings, err := Variables(data)
	if err != nil {
		return nil, fmt.Errorf("the add-on's options in %s: %w", p.Options, err)
	}
	settings = append(settings, p.surroundings()...)
	both := slices.Concat(environ, settings)
	if ask != nil && lookup(both, "V2M_MQTT_URL") == "" && lookup(both, "V2M_CONFIG") == "" {
		broker, err := ask(ctx, p.Supervisor, secret.New(token))
		if err != nil {
			return nil, err
		}
		settings = append(settings, broker.Variables()...)
	}
	return under(environ, settings), nil
}

// surroundings are the settings that follow from being an add-on.
func (p Place) surroundings() []string {
	settings := []string{
		"V2M_STATE_DIR=" + p.State,
		"V2M_WEB_LISTEN=0.0.0.0:8099", // the port that config.yaml maps
		"V2M_LOG_FORMAT=console",      // people read it, though there is no terminal
	}
	if info, err := os.Stat(p.Config); err == nil && info.Mode().IsRegular() {
		settings = append(settings, "V2M_CONFIG="+filepath.Clean(p.Config))
	}
	return settings
}

// under adds the settings whose names are not there yet, or are empty.
func under(environ, settings []string) []string {
	merged := slices.Clone(environ)
	for _, setting := range settings {
		name, _, _ := strings.Cut(setting, "=")
		if lookup(environ, name) != "" {
			continue
		}
		merged = slices.DeleteFunc(merged, func(entry string) bool { return strings.HasPrefix(entry, name+"=") })
		merged = append(merged, setting)
	}
	return merged
}

// lookup returns the last value of a name, as it counts for a child process.
func lookup(environ []string, name string) (value string) {
	for _, entry := range environ {
		if text, ok := strings.CutPrefix(entry, name+"="); ok {
			value = text
		}
	}
	return value
}
