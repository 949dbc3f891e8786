package cli

import (
	"cmp"
	"net/url"
	"strings"

	"vitals2mqtt/config"
)

// redirectURL is the registered callback, which the person's browser is sent back
// to.
func redirectURL(c *config.Config) string {
	return cmp.Or(c.Withings.CallbackURL, pageURL(c)+"oauth/callback")
}

// isCallbackElsewhere reports whether the callback has another host than the page. It
// may lead to the page nevertheless, through a proxy: nobody can tell from here.
func isCallbackElsewhere(c *config.Config) bool {
	if c.Withings.CallbackURL == "" {
		return false
	}
	callback, err := url.Parse(c.Withings.CallbackURL)
	page, pageErr := url.Parse(pageURL(c))
	return err != nil || pageErr != nil || origin(callback) != origin(page)
}

// origin is an address without its path, the same however it is written.
func origin(address *url.URL) string {
	defaultPort := "80"
	if address.Scheme == "https" {
		defaultPort = "443"
	}
	return address.Scheme + "://" + strings.ToLower(address.Hostname()) + ":" + cmp.Or(address.Port(), defaultPort)
}
