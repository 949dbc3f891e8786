package cli

import (
	"cmp"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"vitals2mqtt/checkpoint"
	"vitals2mqtt/config"
)

// mask removes private data from the findings, the only free text of a bundle.
type mask struct {
	rules []rule
	// literals are texts of this setup and their replacements.
	literals []literal
}

type literal struct{ text, replacement string }

type rule struct {
	pattern     *regexp.Regexp
	replacement string
}

func (m mask) apply(text string) string {
	for _, r := range m.rules {
		text = r.pattern.ReplaceAllString(text, r.replacement)
	}
	return text
}

// newMask hides the private texts of this setup, and whatever looks private.
func newMask(of *diagnosis) mask {
	var m mask
	m.hide("<file>", of.path)
	if c := of.config; c != nil {
		for i, p := range c.Withings.Profiles {
			m.hide("person"+strconv.Itoa(i+1), p.Name, p.Slug)
		}
		m.hide("<state_dir>", c.StateDir)
		m.hide("<topic>", unlessDefault(c.MQTT.BaseTopic, "vitals2mqtt")...)
		m.hide("<prefix>", unlessDefault(c.HomeAssistant.DiscoveryPrefix, "homeassistant")...)
		m.hide("<topic>", unlessDefault(c.HomeAssistant.BirthTopic, "homeassistant/status")...)
		m.hide("<secret>", knownSecrets(c)...)
		for _, address := range append([]string{
			c.Withings.BaseURL, c.Withings.CallbackURL, c.Withings.APIURL, c.Withings.AccountURL, c.MQTT.URL, c.MQTT.Listen,
			c.Notifications.PublicURL, c.Notifications.Listen, c.Web.Listen,
		}, c.Web.TrustedHosts...) {
			m.hide(redactAddress(address), address)
			if host := hostName(address); host != "" {
				m.hide(hostKind(host), host)
			}
		}
		for _, file := range []string{c.MQTT.TLS.CAFile, c.MQTT.TLS.CertFile, c.MQTT.TLS.KeyFile} {
			m.hide("<file>", file, filepath.Base(file))
		}
	}
	m.compile()
	for _, private := range []struct{ pattern, instead string }{
		{`(\bstatus -?\d+(, HTTP \d+)?|, HTTP \d+): .*`, "$1"}, // followed by text of the API
		{`"[^"]*"`, `"…"`},
		{`[a-z][a-z0-9+.-]*://[^\s<]\S*`, "<url>"},
		{`[\w.+-]+@[\w-]+\.[\w.-]+`, "<mail>"},
		{`\b\d{1,3}(\.\d{1,3}){3}\b`, "<address>"},
		{`\[?[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){3,7}\]?`, "<address>"},
		{`vitals2mqtt_[A-Za-z0-9_-]+`, "<document>"},
		{`[A-Za-z0-9_-]{24,}`, "<long>"},
		{`\b\d+[.,]\d+\b`, "#"},
		{`\d{5,}`, "#"},
		{`lookup \S+`, "lookup <name>"},
	} {
		m.rules = append(m.rules, rule{regexp.MustCompile(private.pattern), private.instead})
	}
	return m
}

// hide adds texts to be replaced where they are words of their own.
func (m *mask) hide(replacement string, texts ...string) {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" && text != "." {
			m.literals = append(m.literals, literal{text, replacement})
		}
	}
}

// compile turns the literals into rules, longest first: a name may be the
// beginning of another one, and a host part of another host.
func (m *mask) compile() {
	slices.SortStableFunc(m.literals, func(a, b literal) int { return cmp.Compare(len(b.text), len(a.text)) })
	for _, p := range m.literals {
		pattern := regexp.QuoteMeta(p.text)
		if isWordByte(p.text[0]) {
			pattern = `\b` + pattern
		}
		if isWordByte(p.text[len(p.text)-1]) {
			pattern += `\b`
		}
		m.rules = append(m.rules, rule{regexp.MustCompile(`(?i)` + pattern), strings.ReplaceAll(p.replacement, "$", "$$")})
	}
}

// maskProfile replaces the name of a profile by its number.
func (d *diagnosis) maskProfile(name string) string {
	if name == "" {
		return ""
	}
	if d.config != nil {
		for i, p := range d.config.Withings.Profiles {
			if p.Name == name {
				return "person" + strconv.Itoa(i+1)
			}
		}
	}
	return "somebody"
}

func isWordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// unlessDefault is a value that differs from the default.
func unlessDefault(value, defaultValue string) []string {
	if value == defaultValue {
		return nil
	}
	return []string{value}
}

func hostName(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		u = &url.URL{Host: address}
	}
	return u.Hostname()
}

// knownSecrets lists the secrets of the configuration and the state directory.
func knownSecrets(c *config.Config) []string {
	secrets := []string{
		c.Withings.ClientID, c.Withings.ClientSecret.Reveal(), c.MQTT.Username, c.MQTT.Password.Reveal(), c.MQTT.ClientID,
		c.Web.Password.Reveal(),
	}
	folder := checkpoint.OpenReadOnly(c.StateDir)
	if plain, err := folder.Secret(nil); err == nil {
		secrets = append(secrets, plain)
	}
	if former, err := folder.FormerSecrets(); err == nil {
		secrets = append(secrets, former...)
	}
	if id, err := folder.InstanceID(); err == nil {
		secrets = append(secrets, id)
	}
	return secrets
}

// minSecretLength is the length above which a match cannot be a coincidence.
const minSecretLength = 6

// hasSecret is the last check of a text against all known secrets.
func hasSecret(text string, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(secret string) bool {
		return len(secret) >= minSecretLength && strings.Contains(text, secret)
	})
}
