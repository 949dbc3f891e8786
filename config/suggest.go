package config

import (
	"slices"
	"strings"
)

// keyAliases are what other programs call our keys.
func keyAliases() map[string]string {
	return map[string]string{
		"mqtt.server": "mqtt.url", "mqtt.broker": "mqtt.url", "mqtt.host": "mqtt.url", "mqtt.hostname": "mqtt.url",
		"mqtt.address": "mqtt.url", "mqtt.port": "mqtt.url", "mqtt.user": "mqtt.username", "mqtt.topic": "mqtt.base_topic",
		"mqtt.topic_prefix": "mqtt.base_topic", "mqtt.prefix": "mqtt.base_topic", "mqtt.ca": "mqtt.tls.ca_file",
		"mqtt.cert": "mqtt.tls.cert_file", "mqtt.key": "mqtt.tls.key_file", "mqtt.insecure": "mqtt.tls.insecure",
		"mqtt.discovery": "homeassistant.discovery", "mqtt.discovery_prefix": "homeassistant.discovery_prefix",
		"homeassistant.enabled": "homeassistant.discovery", "homeassistant.prefix": "homeassistant.discovery_prefix",
		"homeassistant.discovery_topic": "homeassistant.discovery_prefix", "homeassistant.status_topic": "homeassistant.birth_topic",
		"withings.interval": "withings.schedule", "withings.scan_interval": "withings.schedule",
		"withings.update_interval": "withings.schedule", "withings.users": "withings.profiles", "withings.sensors": "withings.measurements",
		"withings.unit_system": "withings.units", "withings.profiles[].unit_system": "withings.profiles[].units",
		extraTypesPath + "[].measure": extraTypesPath + "[].type", extraTypesPath + "[].unit_of_measurement": extraTypesPath + "[].unit",
		extraTypesPath + "[].display_precision": extraTypesPath + "[].precision", extraTypesPath + "[].enabled_by_default": extraTypesPath + "[].enabled",
		"web.port": "web.listen", "web.host": "web.listen", "web.address": "web.listen", "log_level": "log.level",
		"home_assistant": "homeassistant", "hass": "homeassistant", "logging": "log", "profiles": "withings.profiles",
	}
}

// suggestKey guesses which key an unknown one stands for, "" when nothing is near: a
// word of other programs, a misspelt key of the same section, or the same name
// in another section.
func (r *reader) suggestKey(section, name string) string {
	path := joinPath(section, name)
	if other, ok := keyAliases()[path]; ok {
		return strings.TrimPrefix(other, section+".")
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
// is near: another spelling of it, its beginning, or at most one slip in three
// letters.
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

// editDistance counts the typing mistakes between two words: a letter too much, too
// few, a wrong one, or two exchanged.
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
