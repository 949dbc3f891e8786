// SPDX-License-Identifier: MIT

//go:build e2e && interop

package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// object is a JSON object.
type object = map[string]any

// directClient makes requests to the simulated cloud with the token of one
// person: what it gets is what other clients are compared with.
type directClient struct {
	t     *testing.T
	api   string
	token string
}

// newDirectClient signs a person in.
func newDirectClient(t *testing.T, h *testbed, person string) *directClient {
	t.Helper()
	const landing = "https://client.example.org/callback"
	c := &directClient{t: t, api: h.cloud.APIURL}
	landed := h.consent(person, c.api+"/oauth2_user/authorize2?"+url.Values{
		"response_type": {"code"}, "client_id": {h.cloud.ClientID}, "redirect_uri": {landing},
		"state": {"of the client"}, "scope": {"user.info,user.metrics,user.activity,user.sleepevents"},
	}.Encode())
	body := c.cloud("v2/oauth2", url.Values{
		"action": {"requesttoken"}, "grant_type": {"authorization_code"}, "client_id": {h.cloud.ClientID},
		"client_secret": {h.cloud.ClientSecret}, "code": {codeOf(t, landed)}, "redirect_uri": {landing},
	})
	c.token, _ = body["access_token"].(string)
	return c
}

// codeOf is the code in the URL that the consent page leads to.
func codeOf(t *testing.T, landed string) string {
	t.Helper()
	link, err := url.Parse(landed)
	if err != nil {
		t.Fatal(err)
	}
	return link.Query().Get("code")
}

// cloud sends a request to the simulated cloud and returns the body of the
// answer.
func (c *directClient) cloud(service string, form url.Values) object {
	c.t.Helper()
	body := strings.NewReader(form.Encode())
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.api+"/"+service, body)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Authorization", "Bearer "+c.token)
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = reply.Body.Close() }()
	var answer struct {
		Status int    `json:"status"`
		Error  string `json:"error"`
		Body   object `json:"body"`
	}
	if err := json.NewDecoder(reply.Body).Decode(&answer); err != nil || answer.Status != 0 {
		c.t.Fatalf("%s %v: %v, status %d %s", service, form, err, answer.Status, answer.Error)
	}
	return answer.Body
}

// rows are all pages of a list.
func (c *directClient) rows(service, list string, form url.Values) []object {
	c.t.Helper()
	var all []object
	for {
		body := c.cloud(service, form)
		for _, row := range listOf(body[list]) {
			fields, _ := row.(object)
			all = append(all, fields)
		}
		if more := body["more"]; more != true && more != 1.0 {
			return all
		}
		form.Set("offset", keyOf([]any{body["offset"]}))
	}
}
