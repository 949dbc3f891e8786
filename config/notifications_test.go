// SPDX-License-Identifier: MIT

package config_test

import (
	"strings"
	"testing"

	"vitals2mqtt/config"
)

func TestPublicURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://vitals.example.org":                        "https://vitals.example.org",
		" https://vitals.example.org/ ":                     "https://vitals.example.org",
		"https://vitals.example.org:443/a%20b//":            "https://vitals.example.org:443/a%20b",
		"https://xn--bcher-kva.example":                     "https://xn--bcher-kva.example",
		"https://vitals.example.org./x":                     "https://vitals.example.org./x",
		"http://127.0.0.1:8099":                             "http://127.0.0.1:8099",
		"http://[::1]:8099/x":                               "http://[::1]:8099/x",
		"https://localhost:1":                               "https://localhost:1",
		"https://e.example.org/" + strings.Repeat("x", 185): "https://e.example.org/" + strings.Repeat("x", 185),
		"https://e.example.org/" + strings.Repeat("x", 186): "",
		"https://vitals.example.org:80":                     "",
		"https://vitals.example.org:":                       "https://vitals.example.org",
		"https://1.2.3.4":                                   "",
		"https://[fe80::1%25eth0]":                          "",
		"https://10.1":                                      "",
		"https://-":                                         "",
		"https://..org":                                     "",
		"https://vitals.example.org#x":                      "",
		"vitals.example.org":                                "",
		"mqtt://vitals.example.org":                         "",
	} {
		c, _, err := config.Load("", minimalEnv("V2M_NOTIFICATIONS_PUBLIC_URL="+text), vocabulary())
		if (err == nil) != (want != "") || err == nil && c.Notifications.PublicURL != want {
			t.Errorf("%q: %+v, %v, want %q", text, c, err, want)
		}
	}
}

// What cannot be listened on at the same time is refused while the page is
// there.
func TestNotificationListenerMustDifferFromWebListener(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		page, own string
		fine      bool
	}{
		{"127.0.0.1:80", "127.0.0.1:80", false},
		{"127.0.0.1:80", "127.0.0.1:81", true},
		{"127.0.0.1:80", "127.0.0.2:80", true},
		{"127.0.0.1:80", "0.0.0.0:80", false},
		{"127.0.0.1:80", "[::]:80", false},
		{"127.0.0.1:80", "localhost:80", false},
		{"LOCALHOST:80", ":80", false},
		{":80", "nas.lan:80", false},
		{"nas.lan:80", "0.0.0.0:80", false},
		{"nas.lan:80", "NAS.lan:80", false},
		{"nas.lan:80", "127.0.0.1:80", true},
		{"nas.lan:80", "other.lan:80", true},
		{"[::1]:80", "0.0.0.0:80", true},
		{"[::1]:80", "[0::1]:80", false},
		{"0.0.0.0:80", "[::]:80", false},
		{"127.0.0.1:0", "127.0.0.1:0", true},
	} {
		env := minimalEnv("V2M_WEB_AUTH=none", "V2M_WEB_LISTEN="+row.page, "V2M_NOTIFICATIONS_LISTEN="+row.own)
		_, _, err := config.Load("", env, vocabulary())
		if (err == nil) != row.fine || err != nil && !strings.Contains(err.Error(), "must differ from web.listen") {
			t.Errorf("page on %s, notifications on %s: %v", row.page, row.own, err)
		}
		if _, _, err := config.Load("", append(env, "V2M_WEB_ENABLED=false"), vocabulary()); err != nil {
			t.Errorf("no page on %s, notifications on %s: %v", row.page, row.own, err)
		}
	}
}

// Warnings about lists name the variable that a list comes from.
func TestNotificationWarnings(t *testing.T) {
	t.Parallel()
	const unused = "warning: environment: V2M_NOTIFICATIONS_SOURCES: is only used with notifications.public_url\n"
	for _, row := range []struct {
		env  []string
		want string
	}{
		{[]string{"V2M_NOTIFICATIONS_SOURCES=::ffff:10.0.0.7"}, unused},
		{[]string{"V2M_NOTIFICATIONS_SOURCES=10.0.0.7,::ffff:10.0.0.7"}, "warning: environment: V2M_NOTIFICATIONS_SOURCES: " +
			"\"::ffff:10.0.0.7\" is listed twice\n" + unused},
		{[]string{
			"V2M_NOTIFICATIONS_SOURCES=0.0.0.0/0", "V2M_NOTIFICATIONS_PUBLIC_URL=https://vitals.example.org",
			"V2M_WEB_PASSWORD=x",
		}, ""},
		{[]string{"V2M_NOTIFICATIONS_PUBLIC_URL=https://vitals.example.org", "V2M_WEB_AUTH=none"}, ""},
		{[]string{
			"V2M_NOTIFICATIONS_PUBLIC_URL=https://vitals.example.org", "V2M_NOTIFICATIONS_LISTEN=:1", "V2M_WEB_ENABLED=no",
		}, ""},
	} {
		_, warnings, err := config.Load("", minimalEnv(row.env...), vocabulary())
		if got := formatWarnings(warnings); err != nil || got != row.want {
			t.Errorf("%q: %v\n%s", row.env, err, got)
		}
	}
}
