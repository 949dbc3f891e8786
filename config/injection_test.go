// SPDX-License-Identifier: MIT

package config_test

import (
	"fmt"
	"strings"
	"testing"

	"vitals2mqtt/config"
)

// TestNamesInjectNothing: a name is one level of topics and one line of the log,
// or the configuration refuses it.
func TestNamesInjectNothing(t *testing.T) {
	t.Parallel()
	for name, allowed := range map[string]bool{
		"Alice": true, "O'Brien": true, "a/b": true, "+": false, "#": false, "Alice/#": true, "a+b": true, "../../etc": true,
		"a\nb": false, "a\r": false, "a\x00b": false, "a\x1b[2Jb": false, "a\u202eb": false, "a\u2066b": false, "a\u200bb": false,
		"a\u2028b": false, "a\u0085b": false, "=HYPERLINK(1)": true, "<script>": true, "$SYS": true,
	} {
		text := fmt.Sprintf("withings: {client_id: abcd, client_secret: abcd, profiles: [%q]}\nmqtt: {url: mqtt://x:1}\n", name)
		c, _, err := config.Parse("config.yaml", []byte(text), nil, vocabulary())
		if (err == nil) != allowed {
			t.Errorf("%q: %v", name, err)
		}
		if err != nil {
			if strings.ContainsAny(strings.ReplaceAll(err.Error(), "\n", ""), "\r\x00\x1b\u202e\u2066") {
				t.Errorf("%q: the message repeats it: %q", name, err)
			}
			continue
		}
		slug := c.Withings.Profiles[0].Slug
		if slug == "" || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
			t.Errorf("%q has the slug %q", name, slug)
		}
	}
	for _, topic := range []string{"a/+/b", "#", "$SYS/x", "a\x00", "a\nb", "/", "a//b"} {
		text := fmt.Sprintf("withings: {client_id: abcd, client_secret: abcd, profiles: [A]}\n"+
			"mqtt: {url: mqtt://x:1, base_topic: %q}\n", topic)
		if _, _, err := config.Parse("config.yaml", []byte(text), nil, vocabulary()); err == nil {
			t.Errorf("base topic %q is allowed", topic)
		}
	}
}
