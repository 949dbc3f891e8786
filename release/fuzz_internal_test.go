// SPDX-License-Identifier: MIT

package release

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzAnswer reads any answer: a version needs no quoting anywhere, and a page
// is one of the web.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"tag_name":"v1.2.3","html_url":"https://example.org/releases/1"}`, `{"tag_name":"1","html_url":"javascript:alert(1)"}`,
		`{"tag_name":"v1.2.3\n","html_url":"https://a:b@example.org"}`, `{"tag_name":"vv1"}`, `[]`, ``, `null`,
		`{"tag_name":"1<script>","html_url":"https://"}`, `{"tag_name":"1","html_url":"https://example.org/\u0000\"><x>"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		latest, err := parse(body)
		if err != nil {
			if latest != (Release{}) || strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%+v, %q", latest, err)
			}
			return
		}
		if latest.Version == "" || len(latest.Version) > 50 ||
			strings.Trim(strings.ToLower(latest.Version), "abcdefghijklmnopqrstuvwxyz0123456789.+-") != "" {
			t.Errorf("version %q", latest.Version)
		}
		if latest.URL == "" {
			return
		}
		page, err := url.Parse(latest.URL)
		if err != nil || page.Scheme != "https" || page.Host == "" || page.User != nil ||
			strings.ContainsAny(latest.URL, "<>\"\r\n\x00") {
			t.Errorf("page %q, %v", latest.URL, err)
		}
	})
}
