// SPDX-License-Identifier: MIT

package config

import (
	"net"
	"net/url"
	"strings"

	"vitals2mqtt/internal/secret"
)

// checker checks what was decoded.
type checker struct{ *decoder }

// checkConsistency checks what must fit together. Values that are invalid by
// themselves have been reported, and are at their defaults here.
func (r checker) checkConsistency(c *Config) {
	r.extractCredentials(c)
	r.checkAddresses(c)
	r.checkBroker(c)
	r.checkCertificates(c)
	r.checkTopics(c)
	r.checkWeb(c)
	r.checkNotifications(c)
	r.checkHistory(c)
	if _, given := r.values["withings.units"]; given {
		r.warnUnusedUnits(c, c.Withings.Units, r.placeOf("withings.units"))
	}
}

// extractCredentials moves user and password out of the broker's URL, which is
// printed.
func (r checker) extractCredentials(c *Config) {
	address, err := url.Parse(c.MQTT.URL)
	if err != nil || address.User == nil {
		return
	}
	password, has := address.User.Password()
	if c.MQTT.Username != "" || has && !c.MQTT.Password.IsEmpty() {
		r.addProblem(r.placeOf("mqtt.url"), CodeConflict,
			"contains credentials, and mqtt.username or mqtt.password is also set: remove one")
	}
	c.MQTT.Username = address.User.Username()
	if has {
		c.MQTT.Password = secret.New(password)
	}
	address.User = nil
	c.MQTT.URL = address.String()
}

// vendorRequestsPerMinute is what the Withings API allows one application.
const vendorRequestsPerMinute = 120

// checkAddresses checks the URLs of the page and of the Withings API.
func (r checker) checkAddresses(c *Config) {
	const base, callback = "withings.base_url", "/oauth/callback"
	if address, ok := strings.CutSuffix(c.Withings.BaseURL, callback); ok {
		if r.scalars[base].isExpanded() {
			address = ""
		}
		r.addParseError(r.placeOf(base), &parseError{
			text: "remove " + callback + ": it is appended automatically", suggestion: address,
		})
	}
	for path, text := range map[string]string{
		"withings.api_url": c.Withings.APIURL, "withings.account_url": c.Withings.AccountURL,
	} {
		address, err := url.Parse(text)
		if err == nil && address.Scheme == "http" && !isLoopback(address.Hostname()) {
			r.addWarning(r.placeOf(path), CodeInsecure, "not encrypted: tokens are sent in clear text")
		}
	}
	const releases = "release_check.url"
	if address, err := url.Parse(c.ReleaseCheck.URL); err == nil && address.Scheme == "http" &&
		!isLoopback(address.Hostname()) {
		r.addProblem(r.placeOf(releases), CodeInsecure, "must begin with https://: anybody in between could invent a release")
	}
	if c.Withings.RequestsPerMinute > vendorRequestsPerMinute && c.Withings.APIURL == defaultAPIURL {
		r.addWarning(r.placeOf("withings.requests_per_minute"), CodeInvalid,
			"the Withings API allows %d", vendorRequestsPerMinute)
	}
}

// checkBroker checks the credentials of the broker, and where the embedded one
// listens.
func (r checker) checkBroker(c *Config) {
	const password, listen = "mqtt.password", "mqtt.listen"
	if c.MQTT.Username == "" && !c.MQTT.Password.IsEmpty() {
		r.addProblem(r.placeOf(password), CodeConflict, "requires mqtt.username")
	}
	_, given := r.scalars[listen]
	switch {
	case c.MQTT.URL != Embedded && given:
		r.addWarning(r.placeOf(listen), CodeIgnored, "is only used with mqtt.url: embedded")
	case c.MQTT.URL == Embedded && !isLoopbackListen(c.MQTT.Listen) &&
		(c.MQTT.Username == "" || c.MQTT.Password.IsEmpty()):
		r.addProblem(r.placeOf(listen), CodeInsecure,
			"health data would be readable by everyone on the network: "+
				"set mqtt.username and mqtt.password, or listen on 127.0.0.1")
	}
}

// checkCertificates checks that the files of mqtt.tls can be read, and are
// used.
func (r checker) checkCertificates(c *Config) {
	const certFile, keyFile = "mqtt.tls.cert_file", "mqtt.tls.key_file"
	tls := c.MQTT.TLS
	for path, file := range map[string]string{
		"mqtt.tls.ca_file": tls.CAFile, certFile: tls.CertFile, keyFile: tls.KeyFile,
	} {
		if file == "" {
			continue
		}
		if _, err := r.source.Open(file); err != nil {
			r.addProblem(r.placeOf(path), CodeFile, "cannot read file: %s", r.source.readErrorText(file, err))
		}
	}
	switch {
	case tls.CertFile != "" && tls.KeyFile == "":
		r.addProblem(r.placeOf(certFile), CodeConflict, "requires %s", keyFile)
	case tls.KeyFile != "" && tls.CertFile == "":
		r.addProblem(r.placeOf(keyFile), CodeConflict, "requires %s", certFile)
	}
	scheme, _, _ := strings.Cut(c.MQTT.URL, "://")
	plain := scheme == "mqtt" || scheme == "tcp" || scheme == "ws" || scheme == Embedded
	switch {
	case plain && tls != TLS{}:
		r.addWarning(r.placeOf("mqtt.tls"), CodeIgnored, "ignored: mqtt.url is not encrypted (use mqtts:// or wss://)")
	case tls.Insecure:
		r.addWarning(r.placeOf("mqtt.tls.insecure"), CodeInsecure,
			"certificate verification is off: set mqtt.tls.ca_file instead")
	}
}

// checkTopics checks that our topics and Home Assistant's stay apart.
func (r checker) checkTopics(c *Config) {
	base, discovery := c.MQTT.BaseTopic, c.HomeAssistant.DiscoveryPrefix
	if base == discovery || strings.HasPrefix(base, discovery+"/") {
		r.addProblem(r.placeOf("mqtt.base_topic"), CodeConflict, "must not be below homeassistant.discovery_prefix")
	}
	if c.HomeAssistant.Discovery && c.MQTT.Views == (Views{}) {
		r.addProblem(r.placeOf("mqtt.views"), CodeConflict,
			"all views are off, so Home Assistant has nothing to read: enable detail, or set homeassistant.discovery: false")
	}
}

// checkWeb checks that the page does not show health data to everyone, and sets
// Web.Auth when a password alone was given.
func (r checker) checkWeb(c *Config) {
	const auth, listen, ingress = "web.auth", "web.listen", "web.ingress_listen"
	if c.Web.Enabled && c.Web.IngressListen != "" && isSameListener(c.Web.IngressListen, c.Web.Listen) {
		r.addProblem(r.placeOf(ingress), CodeConflict, "must differ from web.listen: use another port")
	}
	switch password := !c.Web.Password.IsEmpty(); {
	case c.Web.Auth == AuthPassword && !password && !r.failed["web.password"]:
		r.addProblem(r.placeOf(auth), CodeMissing, "password authentication needs web.password or web.password_file")
	case c.Web.Auth == AuthNone && password:
		r.addWarning(r.placeOf(auth), CodeIgnored, "authentication is off, so web.password is ignored")
	case c.Web.Auth == "" && password:
		c.Web.Auth = AuthPassword
	case c.Web.IngressListen != "": // without a password, the page is served there only
	case c.Web.Auth == "" && c.Web.Enabled && !isLoopbackListen(c.Web.Listen) && !r.failed["web.password"]:
		r.addProblem(r.placeOf(listen), CodeInsecure,
			"health data would be readable by everyone on the network: "+
				"set web.password, or web.auth: none behind an authenticating proxy, or listen on 127.0.0.1")
	}
}

// isLoopbackListen reports whether HOST:PORT can be reached from this machine
// only.
func isLoopbackListen(address string) bool {
	host, _, err := net.SplitHostPort(address)
	return err == nil && isLoopback(host)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
