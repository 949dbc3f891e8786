// SPDX-License-Identifier: MIT

package web_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"

	"vitals2mqtt/web"
)

func TestTextIsCompressed(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) {
		o.Notify = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", r.URL.Query().Get("type"))
			w.Header().Set("Content-Length", "2000")
			w.WriteHeader(http.StatusAccepted)
			_, _ = io.WriteString(w, strings.Repeat("a", 2000))
		})
	})
	for _, row := range []struct {
		method, target, accept string
		want                   bool
	}{
		{"GET", "/", "gzip, deflate, br", true},
		{"GET", "/", "br;q=1.0, gzip;q=0.8, *;q=0.1", true},
		{"GET", "/", "gzip;q=0.001", true},
		{"GET", "/", "", false},
		{"GET", "/", "br", false},
		{"GET", "/", "gzip;q=0", false},
		{"GET", "/", "gzip; q=0.000", false},
		{"HEAD", "/", "gzip", false},
		{"GET", "/style.css", "gzip", true},
		{"GET", "/live.js", "gzip", true},
		{"GET", "/healthz", "gzip", false}, // too small
		{"GET", "/notify/?type=text/csv", "gzip", true},
		{"GET", "/notify/?type=image/svg%2Bxml", "gzip", true},
		{"GET", "/notify/?type=application/json", "gzip", true},
		{"GET", "/notify/?type=text/event-stream", "gzip", false},
		{"GET", "/notify/?type=application/zip", "gzip", false},
	} {
		answer := request(t, page, row.method, row.target, "Accept-Encoding", row.accept)
		if got := answer.Header().Get("Content-Encoding") == "gzip"; got != row.want {
			t.Errorf("%+v: %v", row, answer.Header())
		}
		if !row.want {
			continue
		}
		plain := request(t, page, row.method, row.target)
		reader, err := gzip.NewReader(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(reader)
		token := regexp.MustCompile(`value="[\w-]{80,}"`) // another one in each page
		if err != nil || token.ReplaceAllString(string(text), "") != token.ReplaceAllString(plain.Body.String(), "") {
			t.Errorf("%+v: other content, %v", row, err)
		}
		if answer.Header().Get("Vary") != "Accept-Encoding" || answer.Header().Get("Content-Length") != "" ||
			answer.Code != plain.Code {
			t.Errorf("%+v: %d, %v", row, answer.Code, answer.Header())
		}
	}
}

func TestAssetsAreAskedForAgain(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, nil)
	answer := request(t, page, http.MethodGet, "/style.css", "Accept-Encoding", "gzip")
	tag := answer.Header().Get("ETag")
	again := request(t, page, http.MethodGet, "/style.css", "Accept-Encoding", "gzip", "If-None-Match", tag)
	if tag == "" || again.Code != http.StatusNotModified || again.Body.Len() > 0 || again.Header().Get("Content-Encoding") != "" {
		t.Errorf("tag %q: %d, %v", tag, again.Code, again.Header())
	}
	if answer.Header().Get("Cache-Control") != "max-age=300" || answer.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%v", answer.Header())
	}
	if other := request(t, page, http.MethodGet, "/live.js").Header().Get("ETag"); other == tag {
		t.Error("all assets have one tag")
	}
}

// TestModulesImportWhatIsServed follows the imports of the scripts.
func TestModulesImportWhatIsServed(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, nil)
	imports := regexp.MustCompile(`(?m)^import .* from "(.*)";$`)
	seen, queue := map[string]bool{}, []string{"/live.js"}
	for len(queue) > 0 {
		script := queue[0]
		queue = queue[1:]
		answer := request(t, page, http.MethodGet, script)
		kind := answer.Header().Get("Content-Type")
		if seen[script] = true; answer.Code != http.StatusOK || kind != "text/javascript; charset=utf-8" {
			t.Errorf("%s: %d, %v", script, answer.Code, answer.Header())
		}
		for _, found := range imports.FindAllStringSubmatch(answer.Body.String(), -1) {
			if other := path.Join("/", found[1]); !seen[other] {
				queue = append(queue, other)
			}
		}
	}
	if len(seen) != 3 {
		t.Errorf("seen %v", seen)
	}
}

// TestCompressedResponsesCanBeFlushed: what was written is not held back.
func TestCompressedResponsesCanBeFlushed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(newHarness().handler(t, func(o *web.Options) {
		o.Notify = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`["` + strings.Repeat("a", 2000) + `"]`))
			if err := http.NewResponseController(w).Flush(); err != nil {
				t.Error(err)
			}
			<-r.Context().Done()
		})
	}))
	defer server.Close()
	transport := &http.Transport{DisableKeepAlives: true} // it decompresses
	ask, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/notify/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := transport.RoundTrip(ask)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	if err := json.NewDecoder(answer.Body).Decode(&texts); err != nil || len(texts) != 1 || !answer.Uncompressed {
		t.Errorf("%d texts, %v, compressed %t", len(texts), err, answer.Uncompressed)
	}
	_ = answer.Body.Close()
}
