// SPDX-License-Identifier: MIT

// Package addon turns the options of a Home Assistant add-on, and the broker
// that the Supervisor offers, into environment variables of the configuration.
// It does not check them: package config does.
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

// tokenVariable is set by the Supervisor in add-ons only.
const tokenVariable = "SUPERVISOR_TOKEN"

// The ports in the add-on's config.yaml: the one that it maps, and that of the
// page inside Home Assistant.
const (
	PagePort    = "8099"
	IngressPort = "8098"
)

// Layout is where the files and the Supervisor of an add-on are.
type Layout struct {
	// OptionsFile has the options that the user has set.
	OptionsFile string
	// ConfigFile is an optional configuration file, for what is not in the
	// options.
	ConfigFile string
	// StateDir is the directory that survives updates and is part of backups.
	StateDir string
	// SupervisorURL is the URL of the Supervisor.
	SupervisorURL string
}

// DefaultLayout is the layout of every add-on.
func DefaultLayout() Layout {
	return Layout{
		OptionsFile: "/data/options.json", ConfigFile: "/config/config.yaml", StateDir: "/data/state",
		SupervisorURL: "http://supervisor",
	}
}

// IsAddOn reports whether the program runs as an add-on.
func (p Layout) IsAddOn(environ []string) bool {
	_, err := os.Stat(p.OptionsFile)
	return lastValue(environ, tokenVariable) != "" && !errors.Is(err, fs.ErrNotExist)
}

// Environ returns the environment with the add-on's settings added. Variables
// that are set already override them. Outside an add-on nothing changes.
// Without lookup there are no settings of the broker.
func (p Layout) Environ(ctx context.Context, environ []string, lookup LookupFunc) ([]string, error) {
	token := lastValue(environ, tokenVariable)
	if token == "" {
		return environ, nil
	}
	data, err := os.ReadFile(p.OptionsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return environ, nil // another container with such a token
	}
	if err != nil {
		return nil, fmt.Errorf("read add-on options: %w", err)
	}
	settings, err := EnvFromOptions(data)
	if err != nil {
		return nil, fmt.Errorf("add-on options %s: %w", p.OptionsFile, err)
	}
	settings = append(settings, p.defaultSettings()...)
	settings = append(settings, "V2M_HOMEASSISTANT_URL="+p.SupervisorURL+"/core", "V2M_HOMEASSISTANT_TOKEN="+token)
	both := slices.Concat(environ, settings)
	if lookup != nil && lastValue(both, "V2M_MQTT_URL") == "" && lastValue(both, "V2M_CONFIG") == "" {
		broker, err := lookup(ctx, p.SupervisorURL, secret.New(token))
		if err != nil {
			return nil, err
		}
		settings = append(settings, broker.Env()...)
	}
	return withDefaults(environ, settings), nil
}

// defaultSettings are the same in every add-on.
func (p Layout) defaultSettings() []string {
	settings := []string{
		"V2M_STATE_DIR=" + p.StateDir,
		"V2M_WEB_LISTEN=0.0.0.0:" + PagePort,
		"V2M_WEB_INGRESS_LISTEN=0.0.0.0:" + IngressPort,
		"V2M_LOG_FORMAT=console", // shown to users, though there is no terminal
	}
	if info, err := os.Stat(p.ConfigFile); err == nil && info.Mode().IsRegular() {
		settings = append(settings, "V2M_CONFIG="+filepath.Clean(p.ConfigFile))
	}
	return settings
}

// withDefaults adds the settings whose variables are not set, or empty.
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

// lastValue returns the last value of a variable, which is the one that counts.
func lastValue(environ []string, name string) (value string) {
	for _, entry := range environ {
		if text, ok := strings.CutPrefix(entry, name+"="); ok {
			value = text
		}
	}
	return value
}
