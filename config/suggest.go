// SPDX-License-Identifier: MIT

package config

import (
	"slices"
	"strings"
)

// keyAliases are what other programs call our keys, by our key.
func keyAliases() map[string]string {
	const extra = extraTypesPath + listInfix
	return map[string]string{
		"mqtt.url":                       "mqtt.server mqtt.broker mqtt.host mqtt.hostname mqtt.address mqtt.port",
		"mqtt.username":                  "mqtt.user",
		"mqtt.base_topic":                "mqtt.topic mqtt.topic_prefix mqtt.prefix",
		"mqtt.tls.ca_file":               "mqtt.ca",
		"mqtt.tls.cert_file":             "mqtt.cert",
		"mqtt.tls.key_file":              "mqtt.key",
		"mqtt.tls.insecure":              "mqtt.insecure",
		"homeassistant":                  "home_assistant hass",
		"homeassistant.discovery":        "mqtt.discovery homeassistant.enabled",
		"homeassistant.discovery_prefix": "mqtt.discovery_prefix homeassistant.prefix homeassistant.discovery_topic",
		"homeassistant.birth_topic":      "homeassistant.status_topic",
		"withings.schedule":              "withings.interval withings.scan_interval withings.update_interval",
		"withings.profiles":              "withings.users profiles",
		"withings.measurements":          "withings.sensors",
		"withings.units":                 "withings.unit_system",
		"withings.profiles[].units":      "withings.profiles[].unit_system",
		extra + "type":                   extra + "measure",
		extra + "unit":                   extra + "unit_of_measurement",
		extra + "precision":              extra + "display_precision",
		extra + "enabled":                extra + "enabled_by_default",
		"web.listen":                     "web.port web.host web.address",
		"log":                            "logging",
		"log.level":                      "log_level",
	}
}

// suggestKey guesses which key an unknown one means, "" when none is close:
// that of another program, a misspelt key of the same section, or the same name
// in another section.
func (r *reader) suggestKey(section, name string) string {
	path := joinPath(section, name)
	for key, aliases := range keyAliases() {
		if slices.Contains(strings.Fields(aliases), path) {
			return strings.TrimPrefix(key, section+".")
		}
	}
	if child := nearest(name, r.childKeys(section)); child != "" {
		return child
	}
	for _, row := range r.table {
		if strings.HasSuffix(row.Path, "."+name) && !strings.Contains(row.Path, "[]") {
			return row.Path
		}
	}
	return ""
}

// childKeys returns the names directly below a section.
func (r *reader) childKeys(section string) []string {
	var names []string
	for _, row := range r.table {
		rest := row.Path
		if section != "" {
			var inside bool
			if rest, inside = strings.CutPrefix(row.Path, section+"."); !inside {
				continue
			}
		}
		name, _, _ := strings.Cut(strings.ReplaceAll(rest, "[]", ""), ".")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// nearest returns the word that a misspelt one most likely means, "" when none
// is close: another spelling of it, its beginning, or at most one mistake in
// three letters.
func nearest(name string, words []string) string {
	name = strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(name))
	plain := func(s string) string { return strings.ReplaceAll(s, "_", "") }
	best, limit := "", len(name)/3+1
	for _, other := range words {
		lower := strings.ToLower(other)
		if plain(lower) == plain(name) || len(name) >= 4 && strings.HasPrefix(lower, name) {
			return other
		}
		if distance := editDistance(name, lower); distance < limit {
			best, limit = other, distance
		}
	}
	return best
}

// editDistance counts the typing mistakes between two words: a letter added,
// missing, wrong, or two swapped.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	grid := make([][]int, len(x)+1)
	for i := range grid {
		grid[i] = make([]int, len(y)+1)
		grid[i][0] = i
	}
	for j := range grid[0] {
		grid[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			grid[i][j] = min(grid[i-1][j]+1, grid[i][j-1]+1, grid[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				grid[i][j] = min(grid[i][j], grid[i-2][j-2]+1)
			}
		}
	}
	return grid[len(x)][len(y)]
}
