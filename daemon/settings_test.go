// SPDX-License-Identifier: MIT

package daemon_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/config"
	"vitals2mqtt/daemon"
	"vitals2mqtt/display"
)

// The configuration offers exactly the languages that there are.
func TestConfiguredLanguages(t *testing.T) {
	t.Parallel()
	const path = "homeassistant.language"
	keys := config.Reference()
	at := slices.IndexFunc(keys, func(k config.Key) bool { return k.Path == path })
	var want []string
	for _, language := range display.Languages() {
		want = append(want, string(language))
	}
	if at < 0 || !slices.Equal(keys[at].Choices, want) {
		t.Errorf("%s does not have the choices %v", path, want)
	}
	var c config.Config
	c.HomeAssistant.Language = "de"
	if got := daemon.Site(&c, "1", "").Language; got != display.German {
		t.Errorf("documents are in %q", got)
	}
}

func TestIsCallbackElsewhere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		callback, base string
		want           bool
	}{
		{"", "", false},
		{"http://127.0.0.1:8099/oauth/callback", "", false},
		{"https://127.0.0.1:8099/", "", true},
		{"https://vitals.example.org/back", "https://vitals.example.org/page", false},
		{"https://Vitals.example.org:443/", "https://vitals.example.org", false},
		{"http://vitals.example.org:80/", "http://vitals.example.org", false},
		{"https://vitals.example.org:80/", "https://vitals.example.org", true},
		{"https://other.example.org/", "https://vitals.example.org", true},
		{"https://%zz/", "https://vitals.example.org", true},
		{"https://vitals.example.org/", "https://%zz", true},
	} {
		var c config.Config
		c.Web.Listen, c.Withings.BaseURL, c.Withings.CallbackURL = "127.0.0.1:8099", row.base, row.callback
		if got := daemon.IsCallbackElsewhere(&c); got != row.want {
			t.Errorf("callback %q, base %q: %t", row.callback, row.base, got)
		}
	}
}

func TestPageAndRedirectURL(t *testing.T) {
	t.Parallel()
	var c config.Config
	c.Web.Listen = "127.0.0.1:8099"
	for _, row := range []struct{ base, callback, page, redirect string }{
		{"", "", "http://127.0.0.1:8099/", "http://127.0.0.1:8099/oauth/callback"},
		{"https://a.example/v/", "", "https://a.example/v/", "https://a.example/v/oauth/callback"},
		{"https://a.example", "https://b.example/?x=1", "https://a.example/", "https://b.example/?x=1"},
	} {
		c.Withings.BaseURL, c.Withings.CallbackURL = row.base, row.callback
		if got := daemon.PageURL(&c); got != row.page {
			t.Errorf("page %q, want %q", got, row.page)
		}
		if got := daemon.RedirectURL(&c); got != row.redirect {
			t.Errorf("redirect %q, want %q", got, row.redirect)
		}
	}
}

func TestWithoutCredentials(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"mqtt://user:secret@broker:1883": "mqtt://broker:1883", "embedded": "embedded", "mqtt://%zz": "",
	} {
		if got := daemon.WithoutCredentials(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

// TestPollIntervalOfCloud: connections to the Withings API are kept for the next
// poll.
func TestPollIntervalOfCloud(t *testing.T) {
	t.Parallel()
	schedules := func(specs ...string) (c config.Config) {
		for _, spec := range specs {
			schedule, err := config.ParseSchedule(spec)
			if err != nil {
				t.Fatal(err)
			}
			c.Withings.Profiles = append(c.Withings.Profiles, config.Profile{Schedule: schedule})
		}
		return c
	}
	relaxed := schedules("@every 5m")
	relaxed.Notifications.RelaxedSchedule = schedules("@every 6h").Withings.Profiles[0].Schedule
	notified := relaxed
	notified.Notifications.PublicURL = "https://example.org"
	unscheduled := schedules("@every 1h")
	unscheduled.Withings.Profiles = append(unscheduled.Withings.Profiles, config.Profile{})
	for _, test := range []struct {
		name string
		c    config.Config
		want time.Duration
	}{
		{"no profiles", config.Config{}, 0},
		{"the more frequent of two", schedules("@every 1h", "@every 5m"), 5 * time.Minute},
		{"a profile without schedule", unscheduled, time.Hour},
		{"the night comes next", schedules("TZ=UTC */5 6-21 * * *"), 5 * time.Minute},
		{"notifications relax it", notified, 6 * time.Hour},
		{"without notifications", relaxed, 5 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			now := time.Now() // clock: of the bubble
			<-time.After(time.Until(time.Date(now.Year(), 1, 1, 21, 52, 0, 0, time.UTC)))
			if got := daemon.CloudOptions(&test.c, "").PollInterval; got != test.want {
				t.Errorf("%s: %v, want %v", test.name, got, test.want)
			}
		})
	}
}
