package cli

import (
	"fmt"
	"strings"

	"vitals2mqtt/find"
	"vitals2mqtt/internal/secret"
)

// answers are the values to write into the example; an empty one leaves the
// example's.
type answers struct {
	clientID     string
	clientSecret secret.Text
	callbackURL  string
	baseURL      string // of a callback that is the page's own
	profiles     []string
	broker       find.Broker
	stateDir     string
}

// render writes the answers into the example.
func (a answers) render(example string) string {
	lines := strings.Split(example, "\n")
	put := func(section, key, value string) {
		if value != "" {
			setKey(lines, section, key, quote(value))
		}
	}
	put("withings", "client_id", a.clientID)
	put("withings", "client_secret", a.clientSecret.Reveal())
	put("withings", "base_url", a.baseURL)
	put("withings", "callback_url", a.callbackURL)
	put("mqtt", "username", a.broker.Username)
	put("mqtt", "password", a.broker.Password.Reveal())
	put("mqtt", "url", a.broker.URL)
	if a.stateDir != "" {
		for i, line := range lines {
			if strings.HasPrefix(line, "#state_dir:") {
				lines[i] = "state_dir: " + a.stateDir
			}
		}
	}
	text := strings.Join(lines, "\n")
	if len(a.profiles) == 0 {
		return text
	}
	var list strings.Builder
	for _, name := range a.profiles {
		list.WriteString("    - " + quote(name) + "\n")
	}
	return strings.Replace(text, "    - Alice\n", list.String(), 1)
}

// setKey sets a key of a section that is present or commented out.
func setKey(lines []string, section, key, value string) {
	inside := false
	for i, line := range lines {
		if line != "" && line[0] != ' ' && line[0] != '#' {
			inside = line == section+":"
		}
		if inside && (strings.HasPrefix(line, "  "+key+":") || strings.HasPrefix(line, "  #"+key+":")) {
			lines[i] = "  " + key + ": " + value
			return
		}
	}
}

// quote writes a text that neither YAML nor variables expand.
func quote(text string) string {
	return fmt.Sprintf("%q", strings.ReplaceAll(text, "$", "$$"))
}
