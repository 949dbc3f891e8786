package config

import (
	"net"
	"net/url"
	"strings"

	"vitals2mqtt/internal/secret"
)

// checkConsistency looks at what must fit together. Values that are wrong in themselves have
// been reported and are at their defaults here.
func (r *reader) checkConsistency(c *Config) {
	r.extractCredentials(c)
	r.checkAddresses(c)
	r.checkBroker(c)
	r.checkCertificates(c)
	r.checkTopics(c)
	r.checkWeb(c)
	r.checkNotifications(c)
}

// extractCredentials moves user and password out of the broker's address, where they
// would be printed.
func (r *reader) extractCredentials(c *Config) {
	address, err := url.Parse(c.MQTT.URL)
	if err != nil || address.User == nil {
		return
	}
	password, has := address.User.Password()
	if c.MQTT.Username != "" || has && !c.MQTT.Password.IsEmpty() {
		r.addProblem(r.positionOfKey("mqtt.url"), "mqtt.url",
			"contains credentials, and mqtt.username or mqtt.password is also set: remove one")
	}
	c.MQTT.Username = address.User.Username()
	if has {
		c.MQTT.Password = secret.New(password)
	}
	address.User = nil
	c.MQTT.URL = address.String()
}

// checkAddresses checks those of the page and of the cloud.
func (r *reader) checkAddresses(c *Config) {
	const callback = "/oauth/callback"
	if base, ok := strings.CutSuffix(c.Withings.BaseURL, callback); ok {
		if r.raw["withings.base_url"].isExpanded() {
			base = ""
		}
		r.addProblemWithSuggestion(r.positionOfKey("withings.base_url"), "withings.base_url", base, "remove %s: it is appended automatically", callback)
	}
	for path, text := range map[string]string{"withings.api_url": c.Withings.APIURL, "withings.account_url": c.Withings.AccountURL} {
		address, err := url.Parse(text)
		if err == nil && address.Scheme == "http" && !isLoopback(address.Hostname()) {
			r.addWarning(r.positionOfKey(path), path, "", "not encrypted: tokens are sent in clear text")
		}
	}
	if c.Withings.RequestsPerMinute > vendorRequestsPerMinute && c.Withings.APIURL == defaultAPIURL {
		const path = "withings.requests_per_minute"
		r.addWarning(r.positionOfKey(path), path, "", "the Withings API allows %d", vendorRequestsPerMinute)
	}
}

// vendorRequestsPerMinute is what the vendor allows one application.
const vendorRequestsPerMinute = 120

// checkBroker checks who may connect to what.
func (r *reader) checkBroker(c *Config) {
	if c.MQTT.Username == "" && !c.MQTT.Password.IsEmpty() {
		r.addProblem(r.positionOfKey("mqtt.password"), "mqtt.password", "requires mqtt.username")
	}
	_, listens := r.raw["mqtt.listen"]
	switch {
	case c.MQTT.URL != Embedded && listens:
		r.addWarning(r.positionOfKey("mqtt.listen"), "mqtt.listen", "", "is only used with mqtt.url: embedded")
	case c.MQTT.URL == Embedded && !isLoopbackListen(c.MQTT.Listen) && (c.MQTT.Username == "" || c.MQTT.Password.IsEmpty()):
		r.addProblem(r.positionOfKey("mqtt.listen"), "mqtt.listen",
			"health data would be readable by everyone on the network: set mqtt.username and mqtt.password, or listen on 127.0.0.1")
	}
}

// checkCertificates checks the files of mqtt.tls, without looking into them.
func (r *reader) checkCertificates(c *Config) {
	tls := c.MQTT.TLS
	for path, file := range map[string]string{
		"mqtt.tls.ca_file": tls.CAFile, "mqtt.tls.cert_file": tls.CertFile, "mqtt.tls.key_file": tls.KeyFile,
	} {
		if file == "" {
			continue
		}
		if _, err := r.source.Open(file); err != nil {
			r.addProblem(r.positionOfKey(path), path, "cannot be read: %s", readErrorText(err))
		}
	}
	switch {
	case tls.CertFile != "" && tls.KeyFile == "":
		r.addProblem(r.positionOfKey("mqtt.tls.cert_file"), "mqtt.tls.cert_file", "needs mqtt.tls.key_file as well")
	case tls.KeyFile != "" && tls.CertFile == "":
		r.addProblem(r.positionOfKey("mqtt.tls.key_file"), "mqtt.tls.key_file", "needs mqtt.tls.cert_file as well")
	}
	scheme, _, _ := strings.Cut(c.MQTT.URL, "://")
	plain := scheme == "mqtt" || scheme == "tcp" || scheme == "ws" || scheme == Embedded
	switch {
	case plain && tls != TLS{}:
		r.addWarning(r.positionOfKey("mqtt.tls"), "mqtt.tls", "", "ignored: mqtt.url is not encrypted (use mqtts:// or wss://)")
	case tls.Insecure:
		r.addWarning(r.positionOfKey("mqtt.tls.insecure"), "mqtt.tls.insecure", "",
			"certificate verification is off: set mqtt.tls.ca_file instead")
	}
}

// checkTopics checks that ours and Home Assistant's do not get into each other.
func (r *reader) checkTopics(c *Config) {
	base, discovery := c.MQTT.BaseTopic, c.HomeAssistant.DiscoveryPrefix
	if base == discovery || strings.HasPrefix(base, discovery+"/") {
		r.addProblem(r.positionOfKey("mqtt.base_topic"), "mqtt.base_topic",
			"must not be below homeassistant.discovery_prefix")
	}
	if c.HomeAssistant.Discovery && c.MQTT.Views == (Views{}) {
		r.addProblem(r.positionOfKey("mqtt.views"), "mqtt.views",
			"all views are off, so Home Assistant has nothing to read: enable detail, or set homeassistant.discovery: false")
	}
}

// checkWeb checks that health data is not open to everybody.
func (r *reader) checkWeb(c *Config) {
	secretFailed := r.failed["web.password"] || r.failed["web.password"+fileSuffix]
	switch password := !c.Web.Password.IsEmpty(); {
	case c.Web.Auth == AuthPassword && !password && !secretFailed:
		r.addProblem(r.positionOfKey("web.auth"), "web.auth", "password authentication needs web.password or web.password_file")
	case c.Web.Auth == AuthNone && password:
		r.addWarning(r.positionOfKey("web.auth"), "web.auth", "", "authentication is off, so web.password is ignored")
	case c.Web.Auth == "" && password:
		c.Web.Auth = AuthPassword
	case c.Web.Auth == "" && c.Web.Enabled && !isLoopbackListen(c.Web.Listen) && !secretFailed:
		r.addProblem(r.positionOfKey("web.listen"), "web.listen", "health data would be readable by everyone on the network: set web.password, "+
			"or web.auth: none behind an authenticating proxy, or listen on 127.0.0.1")
	}
}

// isLoopbackListen reports whether HOST:PORT is of this machine alone.
func isLoopbackListen(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && isLoopback(host)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
