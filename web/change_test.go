// SPDX-License-Identifier: MIT

package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"vitals2mqtt/web"
)

// formToken returns the form token of a page.
func formToken(t *testing.T, body string) string {
	t.Helper()
	found := regexp.MustCompile(`name="token" value="([^"]+)"`).FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("no form token in\n%s", body)
	}
	return found[1]
}

// postForm sends a form like a browser on this machine.
func postForm(
	t *testing.T, page http.Handler, target string, form url.Values, header ...string,
) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	request.Host = "localhost:8099"
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
			continue
		}
		request.Header.Add(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, request)
	return answer
}

// TestFormTokenReplacesOrigin: behind a proxy that changes the host name, the
// origin of our own form is not ours.
func TestFormTokenReplacesOrigin(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, nil)
	token := formToken(t, request(t, page, http.MethodGet, "/").Body.String())
	other := formToken(t, request(t, newHarness().handler(t, nil), http.MethodGet, "/").Body.String())
	foreign := []string{"Origin", "https://vitals.example"}
	for _, row := range []struct {
		name   string
		target string
		form   url.Values
		header []string
		status int
	}{
		{"no token", "/api/refresh", nil, nil, http.StatusForbidden},
		{"ours", "/api/refresh", url.Values{"token": {token}}, nil, http.StatusAccepted},
		{"ours, of a script", "/api/refresh", nil, []string{"X-Form-Token", token}, http.StatusAccepted},
		{"ours, in the URL", "/api/refresh?token=" + token, nil, nil, http.StatusAccepted},
		{"of another start", "/api/refresh", url.Values{"token": {other}}, nil, http.StatusForbidden},
		{"invented", "/api/refresh", url.Values{"token": {"x"}}, nil, http.StatusForbidden},
	} {
		h.polls = nil
		answer := postForm(t, page, row.target, row.form, append(row.header, foreign...)...)
		if answer.Code != row.status || (len(h.polls) > 0) != (row.status == http.StatusAccepted) {
			t.Errorf("%s: %d %s, polled %v", row.name, answer.Code, answer.Body, h.polls)
		}
	}
	metrics := request(t, page, http.MethodGet, "/metrics").Body.String()
	if !strings.Contains(metrics, `vitals2mqtt_page_refused_total{reason="form"} 3`) {
		t.Errorf("refusals are not counted:\n%s", metrics)
	}
}

// TestFilesAreNotReadForTheToken: the body of a form with a file may be large.
func TestFilesAreNotReadForTheToken(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) { o.Refresh = func(string, string) error { return nil } })
	body := strings.NewReader(strings.Repeat("x", 1000))
	upload := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/refresh", body)
	upload.Host = "localhost:8099"
	upload.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	upload.Header.Set("Origin", "https://vitals.example")
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, upload)
	if answer.Code != http.StatusForbidden || body.Len() != 1000 {
		t.Errorf("%d, %d bytes left", answer.Code, body.Len())
	}
}
