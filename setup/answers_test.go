// SPDX-License-Identifier: MIT

package setup_test

import (
	"testing"

	"vitals2mqtt/setup"
)

func TestSplitCallback(t *testing.T) {
	t.Parallel()
	for callback, want := range map[string][2]string{
		"":                                    {"", ""},
		"https://example.org/":                {"", "https://example.org/"},
		"http://home.lan:8099/oauth/callback": {"http://home.lan:8099", ""},
		"/oauth/callback":                     {"", "/oauth/callback"},
	} {
		if base, other := setup.SplitCallback(callback); base != want[0] || other != want[1] {
			t.Errorf("%q: %q, %q", callback, base, other)
		}
	}
}
