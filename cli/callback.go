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

// callbackElsewhere reports whether the callback has another host than the page. It
// may lead to the page nevertheless, through a proxy: nobody can tell from here.
func callbackElsewhere(c *config.Config) bool {
	if c.Withings.CallbackURL == "" {
		return false
	}
	callback, err := url.Parse(c.Withings.CallbackURL)
	page, wrong := url.Parse(pageURL(c))
	return err != nil || wrong != nil || origin(callback) != origin(page)
}

// origin is an address without its path, the same however it is written.
func origin(address *url.URL) string {
	standard := "80"
	if address.Scheme == "https" {
		standard = "443"
	}
	return address.Scheme + "://" + strings.ToLower(address.Hostname()) + ":" + cmp.Or(address.Port(), standard)
}
