// SPDX-License-Identifier: MIT

package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestOnlyUploadsMayBeLarge sends a large form that is no upload: it must not be
// read before its token is known.
func TestOnlyUploadsMayBeLarge(t *testing.T) {
	t.Parallel()
	h := newPastHarness(t)
	for form, large := range map[string]bool{
		"multipart/form-data; boundary=x":   true,
		"application/x-www-form-urlencoded": false,
		"":                                  false,
		"multipart/form-data-not":           false,
	} {
		body := &countedBody{left: 1 << 20}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/history/imports", body)
		request.Host = "localhost:8099"
		request.Header.Set("Content-Type", form)
		request.Header.Set("Origin", "https://evil.example")
		answer := httptest.NewRecorder()
		h.page.ServeHTTP(answer, request)
		if limit := 20 << 10; answer.Code == http.StatusSeeOther || !large && body.read > limit {
			t.Errorf("%q: %d after %d bytes, want at most %d", form, answer.Code, body.read, limit)
		}
	}
}

// countedBody is a body that counts what is read of it.
type countedBody struct{ left, read int }

func (c *countedBody) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), c.left)
	for i := range p[:n] {
		p[i] = 'a'
	}
	c.left, c.read = c.left-n, c.read+n
	return n, nil
}
