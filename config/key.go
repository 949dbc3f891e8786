// SPDX-License-Identifier: MIT

package config

import "strings"

// Type names what a key's value looks like.
type Type string

// The types of values, as the documentation calls them.
const (
	TypeText         Type = "text"
	TypeSecret       Type = "secret"
	TypeFile         Type = "file"
	TypeFolder       Type = "directory"
	TypeBool         Type = "true or false"
	TypeNumber       Type = "number"
	TypeDuration     Type = "duration"
	TypeChoice       Type = "choice"
	TypeURL          Type = "URL"
	TypeCallback     Type = "callback URL"
	TypeBroker       Type = "broker URL"
	TypeListen       Type = "host:port"
	TypeTopic        Type = "topic"
	TypeSchedule     Type = "schedule"
	TypeKeys         Type = "list of measurement keys"
	TypeProfiles     Type = "list of profiles"
	TypeAttributions Type = "map of attribution numbers to actions"
	TypeExtraTypes   Type = "list of measure types"
	TypeIdentifier   Type = "identifier"
	TypeIcon         Type = "icon"
	TypeSlug         Type = "topic level"
	TypePublicURL    Type = "public URL"
	TypeNetworks     Type = "list of networks"
	TypeHosts        Type = "list of host names"
	TypeKeep         Type = "time span"
	TypeMirror       Type = "database URL"
)

// Key is one row of the reference: a key of the configuration and its
// documentation. The same rows read the file and the environment, so that the
// documentation cannot be wrong.
type Key struct {
	// Path is the key with its sections, "mqtt.tls.ca_file"; what is inside a
	// list has "withings.profiles[].…".
	Path string
	Type Type
	// Default is the value as the file would have it, "" for none.
	Default string
	// Env is the environment variable that overrides the file, "" for none.
	Env string
	// Description says what the key is for.
	Description string
	// Example is a value as the file would have it.
	Example string
	// Choices are the values of a TypeChoice.
	Choices []string
	// Min and Max bound a TypeNumber, and in seconds a TypeDuration.
	Min, Max int
	// AllowEmpty accepts an empty text as a value: it switches something off.
	AllowEmpty bool
	// Required keys have no default and must be given, or their _file variant.
	Required bool
}

// Reference returns all keys in the order of the documentation, the _file
// variants of secrets included. The slice is the caller's own.
func Reference() []Key {
	var keys []Key
	for _, row := range tableRows() {
		keys = append(keys, row.Key)
	}
	return keys
}

// tableRow is a key and the place of its value, nil for the keys inside of
// lists.
type tableRow struct {
	Key
	field func(*Config) any
}

func row(path string, kind Type, field func(*Config) any) tableRow {
	return tableRow{Key: Key{Path: path, Type: kind}, field: field}
}

func (r tableRow) defaults(value string) tableRow {
	r.Default = value
	return r
}

func (r tableRow) example(value string) tableRow {
	r.Example = value
	return r
}

func (r tableRow) describe(text string) tableRow {
	r.Description = text
	return r
}

func (r tableRow) choices(values ...string) tableRow {
	r.Choices = values
	return r
}

func (r tableRow) bounds(low, high int) tableRow {
	r.Min, r.Max = low, high
	return r
}

func (r tableRow) required() tableRow {
	r.Required = true
	return r
}

func (r tableRow) mayBeEmpty() tableRow {
	r.AllowEmpty = true
	return r
}

// tableRows returns the whole table, with the names of the variables and the
// _file variant of each secret.
func tableRows() []tableRow {
	var table []tableRow
	parts := [][]tableRow{
		withingsRows(), extraTypeRows(), profileRows(), mqttRows(), homeAssistantRows(), notificationRows(),
		historyRows(), otherRows(),
	}
	for _, part := range parts {
		for _, r := range part {
			if !strings.Contains(r.Path, "[]") {
				r.Env = envVariable(r.Path)
			}
			table = append(table, r)
			if r.Type == TypeSecret {
				table = append(table, fileVariant(r))
			}
		}
	}
	return table
}

// fileSuffix ends the key of a secret that is read from a file.
const fileSuffix = "_file"

func fileVariant(r tableRow) tableRow {
	_, name, _ := strings.Cut(r.Path, ".")
	variant := row(r.Path+fileSuffix, TypeFile, nil).
		example("/run/secrets/" + strings.ReplaceAll(r.Path, ".", "_")).
		describe("A file that holds " + name + "; blank lines around it are ignored.")
	variant.Env = envVariable(variant.Path)
	return variant
}

// envPrefix begins all our environment variables.
const envPrefix = "V2M_"

func envVariable(path string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(path, ".", "_"))
}
