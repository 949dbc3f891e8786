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

// visit is one request as the fake cloud saw it.
type visit struct {
	at     time.Time
	path   string
	bearer string
	form   url.Values
}

// is tells token calls and data calls apart.
func (v visit) is(action string) bool { return v.form.Get("action") == action }

// cloud is an http.RoundTripper that answers from a function, in this process.
type cloud struct {
	t      *testing.T
	answer func(v visit) *told

	mu     sync.Mutex
	visits []visit
}

// clock: asserted in bubbles only
func (c *cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, err
	}
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.URL.RawQuery != "" {
		c.t.Errorf("a request that the cloud would not take: %s %s", r.Method, r.URL)
	}
	v := visit{at: time.Now(), path: r.URL.Path, form: form, bearer: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")}
	c.mu.Lock()
	c.visits = append(c.visits, v)
	c.mu.Unlock()
	answer := c.answer(v)
	if answer == nil {
		<-r.Context().Done() // a cloud that never answers
		return nil, r.Context().Err()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err // the caller hung up during the answer
	}
	header := http.Header{"Content-Type": {answer.kind}}
	if answer.retryAfter != "" {
		header.Set("Retry-After", answer.retryAfter)
	}
	if answer.location != "" {
		header.Set("Location", answer.location)
	}
	return &http.Response{
		StatusCode: answer.code, Header: header, Body: answer.open(), Request: r,
		ContentLength: -1, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// seen returns the visits of one action.
func (c *cloud) seen(action string) []visit {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []visit
	for _, v := range c.visits {
		if v.is(action) {
			found = append(found, v)
		}
	}
	return found
}

// told is what the fake answers; nil is silence.
type told struct {
	code       int
	kind, body string
	retryAfter string
	location   string
	instead    io.ReadCloser // of body
}

func (a *told) open() io.ReadCloser {
	if a.instead != nil {
		return a.instead
	}
	return io.NopCloser(strings.NewReader(a.body))
}

func reply(code int, kind, body string) *told { return &told{code: code, kind: kind, body: body} }

func answered(body string) *told { return reply(200, "application/json", body) }

func failed(status int, text string) *told {
	return answered(`{"status":` + strconv.Itoa(status) + `,"body":{},"error":"` + text + `"}`)
}

// pair is a token answer with the given serial number.
func pair(serial int) *told {
	n := strconv.Itoa(serial)
	return answered(`{"status":0,"body":{"userid":24680135,"access_token":"access-` + n + `","refresh_token":"refresh-` + n +
		`","expires_in":10800,"scope":"user.info,user.metrics","token_type":"Bearer","csrf_token":"x"}}`)
}

// newClient returns a client that speaks to the fake.
func newClient(t *testing.T, c *cloud, change ...func(*withings.Options)) *withings.Client {
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

// safe is a token store in memory with faults.
type safe struct {
	mu       sync.Mutex
	token    withings.Token
	none     bool
	saves    int
	lock     chan struct{}
	loadErr  error
	saveErr  error
	readOnly error
	// locked runs when the lock was taken: another process was faster.
	locked func()
}

func newSafe(token withings.Token) *safe { return &safe{token: token, lock: make(chan struct{}, 1)} }

func (s *safe) Load(context.Context, string) (withings.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.none {
		return withings.Token{}, withings.ErrNoToken
	}
	return s.token, s.loadErr
}

func (s *safe) Save(_ context.Context, _ string, t withings.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.saveErr != nil {
		return s.saveErr
	}
	s.token, s.none = t, false
	s.saves++
	return nil
}

func (s *safe) Lock(ctx context.Context, _ string) (func(), error) {
	select {
	case s.lock <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if s.locked != nil {
		s.locked()
	}
	return func() { <-s.lock }, nil
}

func (s *safe) Writable(context.Context, string) error { return s.readOnly }

func (s *safe) stored() withings.Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}

func (s *safe) set(change func(*safe)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

// tokenOf returns a pair with the given serial number and life.
func tokenOf(serial int, life time.Duration) withings.Token {
	n := strconv.Itoa(serial)
	return withings.Token{
		UserID: "24680135", Access: secret.New("access-" + n), Refresh: secret.New("refresh-" + n),
		Expiry: time.Now().Add(life), Scopes: []string{"user.metrics", "user.activity"}, // clock: asserted in bubbles only
	}
}

const oneGroup = `{"status":0,"body":{"updatetime":1767340810,"timezone":"Europe/Zurich","measuregrps":[
	{"grpid":1,"modified":1767337236,"measures":[{"value":78320,"type":1,"unit":-3}]}]}}`

// later lets the bubble's time pass.
func later(d time.Duration) { <-time.After(d) }
