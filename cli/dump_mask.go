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

// mask takes out of free text what a bundle must not hold. The doctor's words are
// the only free text in it.
type mask struct {
	rules []rule
	// pairs are this arrangement's own words and what stands for them.
	pairs []pair
}

type pair struct{ text, instead string }

type rule struct {
	pattern *regexp.Regexp
	instead string
}

func (m mask) apply(text string) string {
	for _, r := range m.rules {
		text = r.pattern.ReplaceAllString(text, r.instead)
	}
	return text
}

// maskOf knows what this arrangement's own words are, and what looks private
// wherever it comes from.
func maskOf(x *examination, s *session) mask {
	var m mask
	if path, found := config.Find(s.configPath, s.getenv); found {
		m.words("<file>", path)
	}
	if c := x.config; c != nil {
		for i, p := range c.Withings.Profiles {
			m.words("person"+strconv.Itoa(i+1), p.Name, p.Slug)
		}
		m.words("<state_dir>", c.StateDir)
		m.words("<topic>", others(c.MQTT.BaseTopic, "vitals2mqtt")...)
		m.words("<prefix>", others(c.HomeAssistant.DiscoveryPrefix, "homeassistant")...)
		m.words("<topic>", others(c.HomeAssistant.BirthTopic, "homeassistant/status")...)
		m.words("<secret>", secretsOf(c)...)
		for _, address := range append([]string{
			c.Withings.BaseURL, c.Withings.CallbackURL, c.Withings.APIURL, c.Withings.AccountURL, c.MQTT.URL, c.MQTT.Listen,
			c.Notifications.PublicURL, c.Notifications.Listen, c.Web.Listen,
		}, c.Web.TrustedHosts...) {
			m.words(placeOf(address), address)
			if host := hostName(address); host != "" {
				m.words(kindOf(host), host)
			}
		}
		for _, file := range []string{c.MQTT.TLS.CAFile, c.MQTT.TLS.CertFile, c.MQTT.TLS.KeyFile} {
			m.words("<file>", file, filepath.Base(file))
		}
	}
	m.settle()
	for _, look := range []struct{ pattern, instead string }{
		{`(\bstatus -?\d+(, HTTP \d+)?|, HTTP \d+): .*`, "$1"}, // what follows are the cloud's own words
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
		m.rules = append(m.rules, rule{regexp.MustCompile(look.pattern), look.instead})
	}
	return m
}

// words notes texts to be hidden wherever they stand as words of their own.
func (m *mask) words(instead string, texts ...string) {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" && text != "." {
			m.pairs = append(m.pairs, pair{text, instead})
		}
	}
}

// settle makes rules of all the words, the longest first: one person's name may be
// the beginning of another's, and a host a part of another host.
func (m *mask) settle() {
	slices.SortStableFunc(m.pairs, func(a, b pair) int { return cmp.Compare(len(b.text), len(a.text)) })
	for _, p := range m.pairs {
		pattern := regexp.QuoteMeta(p.text)
		if isWord(p.text[0]) {
			pattern = `\b` + pattern
		}
		if isWord(p.text[len(p.text)-1]) {
			pattern += `\b`
		}
		m.rules = append(m.rules, rule{regexp.MustCompile(`(?i)` + pattern), strings.ReplaceAll(p.instead, "$", "$$")})
	}
}

// person says who is meant without a name.
func (x *examination) person(name string) string {
	if name == "" {
		return ""
	}
	if x.config != nil {
		for i, p := range x.config.Withings.Profiles {
			if p.Name == name {
				return "person" + strconv.Itoa(i+1)
			}
		}
	}
	return "somebody"
}

func isWord(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// others is a value that is not the usual one.
func others(value, standard string) []string {
	if value == standard {
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

// secretsOf lists what the configuration and the state folder keep secret.
func secretsOf(c *config.Config) []string {
	secrets := []string{
		c.Withings.ClientID, c.Withings.ClientSecret.Reveal(), c.MQTT.Username, c.MQTT.Password.Reveal(), c.MQTT.ClientID,
		c.Web.Password.Reveal(),
	}
	folder := checkpoint.OpenReadOnly(c.StateDir)
	if word, err := folder.Secret(nil); err == nil {
		secrets = append(secrets, word)
	}
	if words, err := folder.FormerSecrets(); err == nil {
		secrets = append(secrets, words...)
	}
	if id, err := folder.InstanceID(); err == nil {
		secrets = append(secrets, id)
	}
	return secrets
}

// tellTale is how long a secret must be for its appearance to be no accident.
const tellTale = 6

// leaks is the last look at a text: nothing secret that is known may be in it.
func leaks(text string, secrets []string) bool {
	return slices.ContainsFunc(secrets, func(secret string) bool { return len(secret) >= tellTale && strings.Contains(text, secret) })
}
