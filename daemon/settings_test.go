package daemon_test

import (
	"slices"
	"testing"
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
	parse := func(spec string) config.Schedule {
		schedule, err := config.ParseSchedule(spec)
		if err != nil {
			t.Fatal(err)
		}
		return schedule
	}
	var c config.Config
	if got := daemon.CloudOptions(&c, "").PollInterval; got != 0 {
		t.Errorf("without profiles: %v", got)
	}
	c.Withings.Profiles = []config.Profile{{Schedule: parse("@every 1h")}, {Schedule: parse("@every 5m")}}
	if got := daemon.CloudOptions(&c, "").PollInterval; got != 5*time.Minute {
		t.Errorf("the more frequent schedule: %v", got)
	}
	c.Withings.Profiles = []config.Profile{{Schedule: parse("*/5 6-21 * * *")}}
	if got := daemon.CloudOptions(&c, "").PollInterval; got != 5*time.Minute {
		t.Errorf("not at night: %v", got)
	}
	c.Notifications.PublicURL, c.Notifications.RelaxedSchedule = "https://example.org", parse("@every 6h")
	if got := daemon.CloudOptions(&c, "").PollInterval; got != 6*time.Hour {
		t.Errorf("relaxed: %v", got)
	}
}
