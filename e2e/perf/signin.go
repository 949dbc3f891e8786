// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// login signs a person in by pasting: it follows the link, allows, and pastes
// the URL that it is redirected to.
func (h *testbed) login(ctx context.Context, at installation, name string) error {
	p, err := at.start(ctx, "login", name, "--paste")
	if err != nil {
		return err
	}
	consent, err := p.line(ctx, "/oauth2_user/authorize2?")
	if err != nil {
		return err
	}
	link, err := url.Parse(consent)
	if err != nil {
		return err
	}
	landed, err := h.cloud.giveConsent(ctx, link, name)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(p.stdin, landed); err != nil {
		return err
	}
	return p.wait(ctx)
}

// giveConsent sends the consent form, and returns the redirect.
func (c *cloud) giveConsent(ctx context.Context, link *url.URL, name string) (string, error) {
	form := url.Values{"profile": {name}, "decision": {"allow"}, "scope": strings.Split(link.Query().Get("scope"), ",")}
	status, header, err := request(ctx, c.client, http.MethodPost, link.String(), "application/x-www-form-urlencoded",
		form.Encode())
	if err != nil {
		return "", err
	}
	landed := header.Get("Location")
	if landed == "" {
		return "", fmt.Errorf("consenting ended with %d", status)
	}
	return landed, nil
}

// request sends a request.
func request(ctx context.Context, client *http.Client, method, address, kind, body string) (int, http.Header, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", kind)
	reply, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = reply.Body.Close() }()
	_, err = io.Copy(io.Discard, reply.Body)
	return reply.StatusCode, reply.Header, err
}
