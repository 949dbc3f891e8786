// SPDX-License-Identifier: MIT

// Package ingresstest passes requests on as Home Assistant and its Supervisor
// do: other headers, no cookies, bodies read before they are passed on. It has
// neither users nor sessions, and speaks no websocket.
package ingresstest

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxBuffered is the length from which the Supervisor passes a response on while
// it arrives, in bytes; one of unknown length always.
const maxBuffered = 4_194_000

// Proxy is Home Assistant in front of an add-on. The fields are set before its
// first request.
type Proxy struct {
	// Target is HOST:PORT of the add-on.
	Target string
	// Prefix is the path below which the add-on appears.
	Prefix string
	// User is the id of the user of Home Assistant.
	User string
	// Transport connects to the add-on; nil is http.DefaultTransport. Like the
	// Supervisor it decompresses what the add-on has compressed.
	Transport http.RoundTripper
}

// New returns a proxy for the user Alice.
func New(target string) *Proxy {
	return &Proxy{Target: target, Prefix: "/api/hassio_ingress/hN4-m_3", User: "3f6f1b0c9d"}
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, below := strings.CutPrefix(r.URL.Path, p.Prefix+"/")
	if !below {
		http.NotFound(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	target := url.URL{Scheme: "http", Host: p.Target, Path: "/" + path, RawQuery: r.URL.Query().Encode()}
	request, err := http.NewRequestWithContext(r.Context(), r.Method, target.String(), bytes.NewReader(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	request.Header = p.header(r)
	transport := p.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	for name, values := range answer.Header {
		if name != "Content-Length" && name != "Content-Encoding" && name != "Transfer-Encoding" && name != "Set-Cookie" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.StatusCode)
	if answer.ContentLength >= 0 && answer.ContentLength < maxBuffered {
		_, _ = io.Copy(w, answer.Body)
		return
	}
	_, _ = io.Copy(flushing{w, http.NewResponseController(w)}, answer.Body)
}

// header returns what the add-on is told instead of the browser's header. The
// origin stays: it is Home Assistant's, and not that of the add-on.
func (p *Proxy) header(r *http.Request) http.Header {
	header := r.Header.Clone()
	for _, name := range []string{
		"Cookie", "Authorization", "Accept-Encoding", "Content-Length", "X-Remote-User-Id", "X-Remote-User-Name",
		"X-Remote-User-Display-Name",
	} {
		header.Del(name)
	}
	header.Set("X-Ingress-Path", p.Prefix)
	header.Set("X-Remote-User-Id", p.User)
	header.Set("X-Remote-User-Name", "alice")
	header.Set("X-Remote-User-Display-Name", "Alice")
	header.Set("X-Hass-Source", "core.ingress")
	header.Set("X-Forwarded-For", "192.0.2.7, 172.30.32.1")
	header.Set("X-Forwarded-Host", r.Host)
	header.Set("X-Forwarded-Proto", "http")
	return header
}

// flushing passes on what arrives at once.
type flushing struct {
	http.ResponseWriter

	controller *http.ResponseController
}

// Write implements io.Writer.
func (f flushing) Write(data []byte) (int, error) {
	n, err := f.ResponseWriter.Write(data)
	if err == nil {
		err = f.controller.Flush()
	}
	return n, err
}
