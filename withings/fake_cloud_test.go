// SPDX-License-Identifier: MIT

package withings_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/withings"
)

const (
	clientID     = "cafe0001cafe0001"
	clientSecret = "5ec2e7005ec2e7005ec2e7005ec2e700"
	profile      = "anna"
)

// recordedRequest is one request as the fake cloud saw it.
type recordedRequest struct {
	at     time.Time
	path   string
	bearer string
	form   url.Values
}

// hasAction distinguishes token calls and data calls.
func (v recordedRequest) hasAction(action string) bool { return v.form.Get("action") == action }

// fakeCloud is an http.RoundTripper that calls a function for each response, in
// this process.
type fakeCloud struct {
	t       *testing.T
	respond func(v recordedRequest) *fakeResponse

	mu       sync.Mutex
	recorded []recordedRequest
}

// clock: asserted in bubbles only
func (c *fakeCloud) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" ||
		r.URL.RawQuery != "" {
		c.t.Errorf("a request that the cloud would reject: %s %s", r.Method, r.URL)
	}
	v := recordedRequest{
		at:     time.Now(),
		path:   r.URL.Path,
		form:   form,
		bearer: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "),
	}
	c.mu.Lock()
	c.recorded = append(c.recorded, v)
	c.mu.Unlock()
	response := c.respond(v)
	if response == nil {
		<-r.Context().Done() // a cloud that never responses
		return nil, r.Context().Err()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err // the caller hung up during the response
	}
	header := http.Header{"Content-Type": {response.contentType}}
	if response.retryAfter != "" {
		header.Set("Retry-After", response.retryAfter)
	}
	if response.location != "" {
		header.Set("Location", response.location)
	}
	return &http.Response{
		StatusCode: response.code, Header: header, Body: response.reader(), Request: r,
		ContentLength: -1, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// requests returns the requests with one action.
func (c *fakeCloud) requests(action string) []recordedRequest {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []recordedRequest
	for _, v := range c.recorded {
		if v.hasAction(action) {
			found = append(found, v)
		}
	}
	return found
}

// fakeResponse is a response of the fake; nil is none at all.
type fakeResponse struct {
	code              int
	contentType, body string
	retryAfter        string
	location          string
	bodyReader        io.ReadCloser // of body
}

func (a *fakeResponse) reader() io.ReadCloser {
	if a.bodyReader != nil {
		return a.bodyReader
	}
	return io.NopCloser(strings.NewReader(a.body))
}

func newResponse(code int, kind, body string) *fakeResponse {
	return &fakeResponse{code: code, contentType: kind, body: body}
}

func okResponse(body string) *fakeResponse { return newResponse(200, "application/json", body) }

func errorResponse(status int, text string) *fakeResponse {
	return okResponse(`{"status":` + strconv.Itoa(status) + `,"body":{},"error":"` + text + `"}`)
}

// tokenPairResponse is a token response with the given serial number.
func tokenPairResponse(serial int) *fakeResponse {
	n := strconv.Itoa(serial)
	return okResponse(`{"status":0,"body":{"userid":24680135,"access_token":"access-` + n + `","refresh_token":"refresh-` +
		n +
		`","expires_in":10800,"scope":"user.info,user.metrics","token_type":"Bearer","csrf_token":"x"}}`)
}

// newClient returns a client of the fake.
func newClient(t *testing.T, c *fakeCloud, change ...func(*withings.Options)) *withings.Client {
	t.Helper()
	c.t = t
	options := withings.Options{
		ClientID: clientID, ClientSecret: secret.New(clientSecret), Transport: c, APIURL: "http://cloud.test/",
	}
	for _, f := range change {
		f(&options)
	}
	client, err := withings.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// memoryStore is a token store in memory with faults.
type memoryStore struct {
	mu       sync.Mutex
	token    withings.Token
	empty    bool
	saves    int
	lock     chan struct{}
	loadErr  error
	saveErr  error
	readOnly error
	// onLock runs when the lock was taken: another process was faster.
	onLock func()
}

func newMemoryStore(token withings.Token) *memoryStore {
	return &memoryStore{token: token, lock: make(chan struct{}, 1)}
}

func (s *memoryStore) Load(context.Context, string) (withings.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.empty {
		return withings.Token{}, withings.ErrNoToken
	}
	return s.token, s.loadErr
}

func (s *memoryStore) Save(_ context.Context, _ string, t withings.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.saveErr != nil {
		return s.saveErr
	}
	s.token, s.empty = t, false
	s.saves++
	return nil
}

func (s *memoryStore) Lock(ctx context.Context, _ string) (func(), error) {
	select {
	case s.lock <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.onLock != nil {
		s.onLock()
	}
	return func() { <-s.lock }, nil
}

func (s *memoryStore) CheckWritable(context.Context, string) error { return s.readOnly }

func (s *memoryStore) stored() withings.Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

func (s *memoryStore) set(change func(*memoryStore)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// newToken returns a pair with the given serial number and validity.
func newToken(serial int, life time.Duration) withings.Token {
	n := strconv.Itoa(serial)
	return withings.Token{
		UserID: "24680135", Access: secret.New("access-" + n), Refresh: secret.New("refresh-" + n),
		Expiry: time.Now().Add(life), Scopes: []string{"user.metrics", "user.activity"}, // clock: asserted in bubbles only
	}
}

const oneGroup = `{"status":0,"body":{"updatetime":1767340810,"timezone":"Europe/Zurich","measuregrps":[
	{"grpid":1,"modified":1767337236,"measures":[{"value":78320,"type":1,"unit":-3}]}]}}`

// advance moves the bubble's clock.
func advance(d time.Duration) { <-time.After(d) }
