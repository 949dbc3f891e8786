// SPDX-License-Identifier: MIT

package simulator

import (
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"vitals2mqtt/simulator/people"
)

// serveOn serves a cloud until the test ends, and returns its URL.
func serveOn(t *testing.T, c *Cloud) (url string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() { served <- c.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

func open(t *testing.T, address string) (status int, header http.Header, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	reply, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, reply.Header, string(text)
}

// TestBareAddressSaysWhatItIs follows the links of the page, none of which may
// lead to another host.
func TestBareAddressSaysWhatItIs(t *testing.T) {
	t.Parallel()
	c := New(Options{Seed: 3})
	url := serveOn(t, c)
	status, header, page := open(t, url+"/")
	if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/html") {
		t.Fatalf("HTTP %d %v", status, header)
	}
	for _, want := range []string{
		"<h1>Simulated cloud</h1>", c.ClientID(), c.ClientSecret(), "Alice (", "Bob (", "<code>" + url + "</code>",
		strings.NewReplacer("'", "&#39;", `"`, "&#34;").Replace(c.WeighCommand(url)),
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s:\n%s", want, page)
		}
	}
	if regexp.MustCompile(`(?i)<script|\bsrc=|<link|@import|url\(`).MatchString(page) {
		t.Errorf("the page loads something:\n%s", page)
	}
	links := regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, link := range links {
		if status, _, _ := open(t, url+link[1]); status != http.StatusOK || !strings.HasPrefix(link[1], "/") {
			t.Errorf("%s leads to HTTP %d", link[1], status)
		}
	}
	if len(links) < 2 {
		t.Errorf("there are only %d links", len(links))
	}
	if status, _, _ := open(t, url+"/elsewhere"); status != http.StatusNotFound {
		t.Errorf("an unknown path is HTTP %d", status)
	}
}

func TestBareAddressWithoutPeople(t *testing.T) {
	t.Parallel()
	status, _, page := open(t, serveOn(t, New(Options{People: []people.Person{}}))+"/")
	if status != http.StatusOK || strings.Contains(page, "curl") {
		t.Errorf("HTTP %d:\n%s", status, page)
	}
}
