// SPDX-License-Identifier: MIT

package push_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"vitals2mqtt/push"
)

const (
	testSecret  = "00112233445566778899aabbccddeeff01234567"
	otherSecret = "fedcba98765432100123456789abcdef89abcdef"
)

func TestNewSecret(t *testing.T) {
	t.Parallel()
	first, second := push.NewSecret(), push.NewSecret()
	if first == second || !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(first) {
		t.Errorf("secrets of lengths %d and %d, equal %t", len(first), len(second), first == second)
	}
	if _, err := push.Path("https://vitals.example.org", first); err != nil {
		t.Error(err)
	}
}

func TestCallbackURL(t *testing.T) {
	t.Parallel()
	longest := "https://example.org/" + strings.Repeat("x", 187)
	tail := "/notify/" + testSecret
	for public, want := range map[string]string{
		"https://vitals.example.org":                      "https://vitals.example.org" + tail,
		"https://vitals.example.org/":                     "https://vitals.example.org" + tail,
		"HTTPS://vitals.example.org:443/":                 "https://vitals.example.org:443" + tail,
		"https://example.org/vitals":                      "https://example.org/vitals" + tail,
		"https://example.org/a%20b/c/":                    "https://example.org/a%20b/c" + tail,
		"http://127.0.0.1:8099":                           "http://127.0.0.1:8099" + tail,
		"http://[::1]:8099/x":                             "http://[::1]:8099/x" + tail,
		"http://localhost:8099":                           "http://localhost:8099" + tail,
		"http://vitals.example.org":                       "",
		"https://192.0.2.1":                               "",
		"https://[2001:db8::1]":                           "",
		"https://vitals.example.org:8443":                 "",
		"https://me:pw@vitals.example.org":                "",
		"https://vitals.example.org/?a=b":                 "",
		"https://vitals.example.org/#a":                   "",
		"ftp://vitals.example.org":                        "",
		"vitals.example.org":                              "",
		"https://":                                        "",
		"":                                                "",
		"https://a b":                                     "",
		longest:                                           longest + tail,
		"https://example.org/" + strings.Repeat("x", 188): "",
		"https://" + strings.Repeat("x.", 120) + "example.org/": "",
	} {
		got, err := push.CallbackURL(public, testSecret)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, push.ErrPublicURL) {
			t.Errorf("%q: %q, %v, want %q", public, got, err, want)
		}
		if len(got) > push.MaxURLLength {
			t.Errorf("%q: %d characters", public, len(got))
		}
		if err != nil && (strings.Contains(err.Error(), testSecret) || strings.Contains(err.Error(), "pw")) {
			t.Errorf("secret in %v", err)
		}
	}
}

func TestPathRefusesWeakSecrets(t *testing.T) {
	t.Parallel()
	for secret, fine := range map[string]bool{
		testSecret:                         true,
		"0123456789abcdefABCDEF-_01234567": true,
		"0123456789abcdef0123456789abcde":  false, // one short
		strings.Repeat("ab", 20):           false,
		testSecret + "/x":                  false,
		testSecret + "é":                   false,
		testSecret + "%2e":                 false,
		"":                                 false,
	} {
		path, err := push.Path("https://example.org/vitals/", secret)
		if (err == nil) != fine || err != nil && !errors.Is(err, push.ErrWeakSecret) {
			t.Errorf("%q: %v", secret, err)
		}
		if fine && path != "/vitals/notify/"+secret {
			t.Errorf("path %q", path)
		}
		if err != nil && secret != "" && strings.Contains(err.Error(), secret) {
			t.Errorf("secret in %v", err)
		}
	}
}

func TestNormalizeURL(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"https://e.org/a/notify/x", "HTTPS://E.ORG:443/a/notify/x/", " https://e.org/a/notify/x#here"},
		{"https://e.org/x?a=1&b=2", "https://e.org/x/?b=2&a=1"},
		{"http://127.0.0.1/x", "http://127.0.0.1:80/x"},
		{"http://[::1]:8099/x", "http://[::1]:8099/x/"},
		{"https://[::1]/x", "https://[::1]:443/x"},
		{"not a URL"},
	} {
		for _, text := range same {
			if got := push.NormalizeURL(text); got != push.NormalizeURL(same[0]) || push.NormalizeURL(got) != got {
				t.Errorf("%q is %q", text, got)
			}
		}
	}
	for _, other := range []string{
		"http://e.org/x", "https://e.org:444/x", "https://f.org/x", "https://e.org/X", "https://e.org/x?a=1",
		"https://e.org/x/y", "",
	} {
		if push.NormalizeURL(other) == push.NormalizeURL("https://e.org/x") {
			t.Errorf("%q equals https://e.org/x", other)
		}
	}
}

func TestIsFormerAddress(t *testing.T) {
	t.Parallel()
	ours := "https://e.org/v/notify/" + testSecret
	for other, want := range map[string]bool{
		"https://e.org/v/notify/" + otherSecret:       true,
		"https://E.org:443/v/notify/" + otherSecret:   true,
		"https://e.org/v/notify/" + otherSecret + "/": true,
		ours: false,
		"https://e.org/v/notify/" + testSecret + "/":   false,
		"https://e.org/w/notify/" + otherSecret:        false,
		"https://e.org/notify/" + otherSecret:          false,
		"https://f.org/v/notify/" + otherSecret:        false,
		"https://e.org/v/notify/withings":              false,
		"https://e.org/v/notify/" + otherSecret + "/x": false,
		"https://e.org/v/notify/" + otherSecret + "?x": false,
		"https://e.org/v/hook/" + otherSecret:          false,
		"http://e.org/v/notify/" + otherSecret:         false,
		"":                                             false,
	} {
		if got := push.IsFormerAddress(ours, other); got != want {
			t.Errorf("%q: %t", other, got)
		}
	}
}
