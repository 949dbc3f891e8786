// SPDX-License-Identifier: MIT

// Package config reads the configuration strictly: YAML file and environment,
// every mistake reported at once, with line and column. It prints itself with
// secrets masked. It opens no connection.
package config

// Embedded is the value of mqtt.url that runs a broker inside the program.
const Embedded = "embedded"

// The values of web.auth.
const (
	AuthPassword = "password"
	AuthNone     = "none"
)

// Config is the effective configuration: defaults, file and environment merged,
// everything checked, every secret read.
type Config struct {
	Withings      Withings
	MQTT          MQTT
	HomeAssistant HomeAssistant
	Notifications Notifications
	History       History
	ReleaseCheck  ReleaseCheck
	Web           Web
	// StateDir is the directory for tokens and state.
	StateDir string
	Log      Log
}
