// SPDX-License-Identifier: MIT

package notify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// callbackTimeout is how long a listener may take.
	callbackTimeout = 2 * time.Second
	// maxURLLength is in characters.
	maxURLLength = 255
)

// caller sends requests to listeners.
type caller struct{ client *http.Client }

func newCaller(transport http.RoundTripper) caller {
	if transport == nil {
		transport = loopbackOnly()
	}
	return caller{client: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

var errNotLoopback = errors.New("the simulated cloud posts only to loopback addresses")

// loopbackOnly refuses other addresses and resolves no names: an invented
// notification must never leave the machine.
func loopbackOnly() http.RoundTripper {
	dialer := net.Dialer{Timeout: callbackTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !to.Addr().Unmap().IsLoopback() {
			return errNotLoopback
		}
		return nil
	}}
	return &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				return nil, fmt.Errorf("reading the address: %w", err)
			}
			if _, err := netip.ParseAddr(host); err != nil && !strings.EqualFold(host, "localhost") {
				return nil, errNotLoopback
			}
			return dialer.DialContext(ctx, network, address)
		},
	}
}

// call makes one request and returns the HTTP status.
func (p caller) call(ctx context.Context, method, callback, body string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, callbackTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, callback, strings.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("making the request: %w", err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		request.Body, request.GetBody, request.ContentLength = http.NoBody, nil, 0
	}
	answer, err := p.client.Do(request)
	if err != nil {
		return 0, fmt.Errorf("calling the listener: %w", err)
	}
	return answer.StatusCode, answer.Body.Close()
}

// IsValidCallback reports whether a callback URL can be subscribed.
func IsValidCallback(raw string) bool {
	u, err := url.Parse(raw)
	isHTTP := err == nil && (u.Scheme == "http" || u.Scheme == "https")
	return isHTTP && len(raw) <= maxURLLength && u.Hostname() != "" && u.User == nil
}

// normalizeURL is the form in which callback URLs are compared.
func normalizeURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	u.Path, u.RawPath, u.Host = strings.TrimSuffix(u.Path, "/"), "", strings.ToLower(u.Host)
	u.RawQuery = u.Query().Encode()
	return u.String()
}

// variantURL is a callback URL written differently.
func variantURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	path, slash := strings.CutSuffix(u.Path, "/")
	if !slash {
		path += "/"
	}
	u.Path, u.RawPath = path, ""
	parameters := strings.Split(u.RawQuery, "&")
	slices.Reverse(parameters)
	u.RawQuery = strings.Join(parameters, "&")
	return u.String()
}
