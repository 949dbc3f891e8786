// SPDX-License-Identifier: MIT

package addon

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Option is one option of the add-on.
type Option struct {
	// Name is its name in config.yaml and the translations.
	Name string
	// Variable is the environment variable that it sets.
	Variable string
	// List is set when the option is a list.
	List bool
}

// Options returns all options, in the order of the form.
func Options() []Option {
	return []Option{
		{Name: "client_id", Variable: "V2M_WITHINGS_CLIENT_ID"},
		{Name: "client_secret", Variable: "V2M_WITHINGS_CLIENT_SECRET"},
		{Name: "base_url", Variable: "V2M_WITHINGS_BASE_URL"},
		{Name: "callback_url", Variable: "V2M_WITHINGS_CALLBACK_URL"},
		{Name: "profiles", Variable: "V2M_WITHINGS_PROFILES", List: true},
		{Name: "web_password", Variable: "V2M_WEB_PASSWORD"},
		{Name: "trusted_hosts", Variable: "V2M_WEB_TRUSTED_HOSTS", List: true},
		{Name: "measurements", Variable: "V2M_WITHINGS_MEASUREMENTS", List: true},
		{Name: "units", Variable: "V2M_WITHINGS_UNITS"},
		{Name: "schedule", Variable: "V2M_WITHINGS_SCHEDULE"},
		{Name: "public_url", Variable: "V2M_NOTIFICATIONS_PUBLIC_URL"},
		{Name: "mqtt_url", Variable: "V2M_MQTT_URL"},
		{Name: "mqtt_username", Variable: "V2M_MQTT_USERNAME"},
		{Name: "mqtt_password", Variable: "V2M_MQTT_PASSWORD"},
		{Name: "base_topic", Variable: "V2M_MQTT_BASE_TOPIC"},
		{Name: "discovery_prefix", Variable: "V2M_HOMEASSISTANT_DISCOVERY_PREFIX"},
		{Name: "language", Variable: "V2M_HOMEASSISTANT_LANGUAGE"},
		{Name: "log_level", Variable: "V2M_LOG_LEVEL"},
	}
}

// EnvFromOptions turns the options, JSON written by the Supervisor, into
// settings. Options that are not set are left out, as are unknown ones, which
// belong to other versions. Errors name options and never contain their values.
func EnvFromOptions(options []byte) ([]string, error) {
	var given map[string]any
	if err := json.Unmarshal(options, &given); err != nil {
		return nil, errors.New("not a JSON object") // the cause may quote a secret
	}
	var settings []string
	var problems []error
	for _, option := range Options() {
		text, err := option.text(given[option.Name])
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", option.Name, err))
		} else if text != "" {
			settings = append(settings, option.Variable+"="+text)
		}
	}
	return settings, errors.Join(problems...)
}

// OptionNames returns the names of all options, sorted.
func OptionNames() []string {
	names := map[string]bool{}
	for _, option := range Options() {
		names[option.Name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func (o Option) text(value any) (string, error) {
	switch value := value.(type) {
	case nil:
		return "", nil
	case string:
		return value, nil
	case []any:
		if !o.List {
			return "", errors.New("must be one value, not a list")
		}
		return joinList(value)
	}
	return "", errors.New("must be text")
}

// joinList joins a list with commas, as in a variable.
func joinList(values []any) (string, error) {
	var parts []string
	for _, value := range values {
		text, ok := value.(string)
		if !ok {
			return "", errors.New("must be a list of strings")
		}
		if strings.Contains(text, ",") {
			return "", errors.New("must not contain a comma; use the configuration file for such values")
		}
		if text = strings.TrimSpace(text); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, ","), nil
}
