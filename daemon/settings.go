// SPDX-License-Identifier: MIT

package daemon

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"vitals2mqtt/bridge"
	"vitals2mqtt/config"
	"vitals2mqtt/discovery"
	"vitals2mqtt/display"
	"vitals2mqtt/internal/secret"
	"vitals2mqtt/sensors"
	"vitals2mqtt/topics"
	"vitals2mqtt/web"
	"vitals2mqtt/withings"
)

// Tree returns the topic tree of a configuration.
func Tree(c *config.Config) topics.Tree {
	return topics.Tree{Base: c.MQTT.BaseTopic, Discovery: c.HomeAssistant.DiscoveryPrefix}
}

// Site returns what all discovery documents of an installation have in common.
func Site(c *config.Config, instance, version string) discovery.Site {
	return discovery.Site{
		Tree:     Tree(c),
		Identity: discovery.Identity{Instance: instance, Version: version, PageURL: servedPageURL(c)},
		Views: discovery.Views{
			Bare:     c.MQTT.Views.Bare,
			Detail:   c.MQTT.Views.Detail,
			Snapshot: c.MQTT.Views.Snapshot,
		},
		ReleaseCheck: c.ReleaseCheck.URL != "",
		Language:     display.Language(c.HomeAssistant.Language),
	}
}

// Profile returns a configured profile as the bridge polls it, without the
// parts that reach outside.
func Profile(c *config.Config, p *config.Profile) bridge.Profile {
	profile := bridge.Profile{
		Slug:          p.Slug,
		Name:          p.Name,
		Keys:          p.Measurements,
		Unlisted:      len(p.Measurements) >= len(sensors.Keys()),
		Schedule:      p.Schedule,
		Polling:       bridge.Polling(c.Withings.Polling),
		Policy:        c.Withings.Attributions,
		Extra:         c.Withings.ExtraTypes,
		Units:         p.Units,
		Zone:          time.Local,
		Notifications: c.Notifications.PublicURL != "",

		StatisticsButton: hasStatistics(c),
		Images:           c.HomeAssistant.Images && c.HomeAssistant.Discovery,
	}
	if relaxed := c.Notifications.RelaxedSchedule; profile.Notifications && !relaxed.IsEmpty() {
		profile.RelaxedSchedule = relaxed
	}
	return profile
}

// CloudOptions returns the Withings API settings of a configuration.
func CloudOptions(c *config.Config, version string) withings.Options {
	return withings.Options{
		ClientID:     c.Withings.ClientID,
		ClientSecret: c.Withings.ClientSecret,
		APIURL:       c.Withings.APIURL,
		AccountURL:   c.Withings.AccountURL,
		PerMinute:    c.Withings.RequestsPerMinute,
		PollInterval: pollInterval(c, time.Now()),
		UserAgent:    "vitals2mqtt/" + version,
	}
}

// pollInterval is the shortest time between two of the next polls of a profile,
// 0 without profiles. Where notifications relax the schedule, that is the usual
// one.
func pollInterval(c *config.Config, now time.Time) time.Duration {
	shortest := time.Duration(0)
	for _, p := range c.Withings.Profiles {
		schedule := p.Schedule
		if relaxed := c.Notifications.RelaxedSchedule; c.Notifications.PublicURL != "" && !relaxed.IsEmpty() {
			schedule = relaxed
		}
		if schedule.IsEmpty() {
			continue
		}
		first := schedule.Next(now)
		second := schedule.Next(first)
		between := min(second.Sub(first), schedule.Next(second).Sub(second)) // one may be the night
		if shortest == 0 || between < shortest {
			shortest = between
		}
	}
	return shortest
}

// NewCloud builds the Withings API client of a configuration.
func NewCloud(c *config.Config, requests *bridge.RequestCounter, o Options) (*withings.Client, error) {
	options := CloudOptions(c, o.Version)
	options.Jitter, options.RetryDelay = o.Jitter, o.Timing.CloudRetry
	options.OnRequest = func(r withings.Request) { requests.Count(r.Service, r.Action) }
	client, err := withings.New(options)
	if err != nil {
		return nil, fmt.Errorf("the Withings API client: %w", err)
	}
	return client, nil
}

// PageOptions returns the page settings of a configuration, without the parts
// that answer requests.
func PageOptions(c *config.Config, version string, log zerolog.Logger) web.Options {
	return web.Options{
		Listen:              c.Web.Listen,
		BaseURL:             c.Withings.BaseURL,
		CallbackURL:         c.Withings.CallbackURL,
		CallbackOnOtherHost: IsCallbackElsewhere(c),
		Auth:                c.Web.Auth,
		Password:            c.Web.Password,
		SessionKey:          sessionKey(c),
		TrustedHosts:        c.Web.TrustedHosts,
		Ingress:             web.Ingress{Listen: c.Web.IngressListen, From: c.Web.IngressFrom},
		UploadLimit:         int64(c.Web.UploadLimit) << 20,
		Log:                 log,
		Version:             version,
	}
}

// sessionKey is what only this configuration has: a new client secret or page
// password signs every browser out. It is empty without a client secret, as a
// password alone could be guessed from a cookie.
func sessionKey(c *config.Config) secret.Text {
	if c.Withings.ClientSecret.IsEmpty() {
		return secret.Text{}
	}
	return secret.New(c.Withings.ClientSecret.Reveal() + "\n" + c.Web.Password.Reveal())
}

// PageURL is the page's address for browsers, with a slash at the end. With the
// page disabled it is that of a sign-in at the terminal.
func PageURL(c *config.Config) string {
	if c.Withings.BaseURL == "" {
		return "http://" + c.Web.Listen + "/"
	}
	return strings.TrimSuffix(c.Withings.BaseURL, "/") + "/"
}

// servedPageURL is PageURL, or "" when the page is disabled, or has no address
// of its own in a browser: inside Home Assistant.
func servedPageURL(c *config.Config) string {
	if !c.Web.Enabled || c.Web.IngressListen != "" && c.Withings.BaseURL == "" {
		return ""
	}
	return PageURL(c)
}

// RedirectURL is the registered callback, which the browser is redirected to
// after the consent.
func RedirectURL(c *config.Config) string {
	return cmp.Or(c.Withings.CallbackURL, PageURL(c)+"oauth/callback")
}

// IsCallbackElsewhere reports whether the callback has another origin than the
// page. A proxy may still lead it to the page.
func IsCallbackElsewhere(c *config.Config) bool {
	if c.Withings.CallbackURL == "" {
		return false
	}
	callback, err := url.Parse(c.Withings.CallbackURL)
	page, pageErr := url.Parse(PageURL(c))
	return err != nil || pageErr != nil || origin(callback) != origin(page)
}

// origin returns scheme, host and port of an address in canonical form.
func origin(address *url.URL) string {
	defaultPort := "80"
	if address.Scheme == "https" {
		defaultPort = "443"
	}
	return address.Scheme + "://" + strings.ToLower(address.Hostname()) + ":" + cmp.Or(address.Port(), defaultPort)
}

// WithoutCredentials returns an address without user and password.
func WithoutCredentials(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	parsed.User = nil
	return parsed.String()
}
