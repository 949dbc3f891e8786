// SPDX-License-Identifier: MIT

// Package withings is a client of the Withings API: OAuth, one request funnel
// with pacing and typed errors, tolerant models of the responses, and the
// tables of notification categories and scopes. It knows nothing of sensors or
// MQTT and stores nothing on disk.
package withings

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"vitals2mqtt/internal/jitter"
	"vitals2mqtt/internal/secret"
)

// Options configure a Client.
type Options struct {
	ClientID     string
	ClientSecret secret.Text
	// APIURL and AccountURL are the bases of the API and of the consent page; ""
	// is the vendor's.
	APIURL, AccountURL string
	// Transport carries the requests; nil is NewTransport.
	Transport http.RoundTripper
	// PollInterval is the usual time between two polls: connections are kept for
	// so long, if they can be. 0 is an hour.
	PollInterval time.Duration
	// PerMinute is the ceiling of requests in any sliding minute; 0 is 120.
	PerMinute int
	UserAgent string
	// Jitter spreads the pauses before a call is repeated by half of them to both
	// sides; nil spreads nothing.
	Jitter *jitter.Source
	// RetryDelay is the first pause before a failed call is repeated; 0 is 5 s,
	// and 11 s for token calls.
	RetryDelay time.Duration
	// OnRequest is called after every HTTP request, retries and token calls
	// included, from the goroutine of the call. It may be nil.
	OnRequest func(Request)
}

// Request describes one HTTP request. Status is the envelope's or NoStatus;
// HTTP is 0 when there was no response; Profile is "" for calls of the
// application itself.
type Request struct {
	Service, Action string
	Status, HTTP    int
	Duration        time.Duration
	Profile         string
	// Background is true for a request that others went before.
	Background bool
}

const (
	defaultAPI     = "https://wbsapi.withings.net"
	defaultAccount = "https://account.withings.com"

	requestTimeout = 30 * time.Second
	maxBodySize    = 32 << 20
)

// errTooLarge marks a response that is not worth a retry.
var errTooLarge = errors.New("response exceeds 32 MiB")

// Client is the client of one registered application. All its accounts share
// its pace. It is safe for concurrent use.
type Client struct {
	options            Options
	apiURL, accountURL string
	http               *http.Client
	throttle           *throttle
	pendingRefusals    pendingRefusals
	backgroundPage     chan struct{} // held by the one page of a history in memory
	clock              clock
}

// New checks the options and returns a client. It makes no request.
func New(o Options) (*Client, error) {
	if o.ClientID == "" || o.ClientSecret.IsEmpty() {
		return nil, errors.New("client id and client secret are required")
	}
	if o.PerMinute < 0 {
		return nil, fmt.Errorf("invalid request limit: %d per minute", o.PerMinute)
	}
	if o.PerMinute == 0 {
		o.PerMinute = defaultPerMinute
	}
	api, err := parseBaseURL(o.APIURL, defaultAPI)
	if err != nil {
		return nil, fmt.Errorf("invalid API URL: %w", err)
	}
	account, err := parseBaseURL(o.AccountURL, defaultAccount)
	if err != nil {
		return nil, fmt.Errorf("invalid account URL: %w", err)
	}
	if o.Transport == nil {
		o.Transport = NewTransport(burstOf(o.PerMinute), o.PollInterval)
	}
	return &Client{
		options: o, apiURL: api, accountURL: account, throttle: newThrottle(o.PerMinute), backgroundPage: make(chan struct{}, 1),
		http: &http.Client{
			Transport: o.Transport,
			// A redirect would carry the token to another address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func parseBaseURL(given, standard string) (string, error) {
	if given == "" {
		return standard, nil
	}
	u, err := url.Parse(given)
	if err != nil {
		return "", errors.New("not a URL")
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" ||
		u.Fragment != "" {
		return "", errors.New("must be an http or https URL with a host and without user info, query or fragment")
	}
	return strings.TrimRight(given, "/"), nil
}

// apiRequest is one call: its form, its account, and what must be masked.
type apiRequest struct {
	service, action, profile string
	form                     url.Values
	bearer                   secret.Text
	secrets                  []secret.Text
	retry                    retryPolicy
	// detached lets the request run to its end when the caller gives up: the
	// response holds tokens that come only once.
	detached bool
	// urgency is its place among the requests that wait for their turn.
	urgency urgency
	// exclusive holds other requests of the profile back: see throttle.
	exclusive bool
}

// retryPolicy is how a failing call is repeated.
type retryPolicy struct {
	initialDelay time.Duration
	maxTries     uint
}

// The token endpoint refuses the same call within ten seconds, and a consent
// code is valid for thirty: one retry fits in between.
func dataRetryPolicy() retryPolicy { return retryPolicy{initialDelay: 5 * time.Second, maxTries: 3} }

func tokenRetryPolicy() retryPolicy { return retryPolicy{initialDelay: 11 * time.Second, maxTries: 2} }

// send makes a call and retries it on temporary failures.
func send[T any](ctx context.Context, c *Client, q apiRequest) (T, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval = cmp.Or(c.options.RetryDelay, q.retry.initialDelay)
	wait.Multiplier, wait.MaxInterval = 2, 15*time.Minute
	wait.RandomizationFactor = 0 // see spread
	source := c.options.Jitter
	if q.detached {
		source = nil // a shorter wait would be refused
	}
	var last error
	body, err := backoff.Retry(ctx, func() (T, error) {
		var body T
		last = attempt(ctx, c, q, &body)
		if last != nil && !isRetryable(ctx, last) {
			return body, backoff.Permanent(last)
		}
		return body, last
	}, backoff.WithBackOff(jitteredBackOff{wait, source}),
		backoff.WithMaxTries(max(1, q.retry.maxTries)), backoff.WithMaxElapsedTime(0))
	if err != nil && last != nil {
		return body, last // says more than "context canceled" during the pause
	}
	return body, err
}

// jitteredBackOff is a backoff whose pauses are spread by Options.Jitter: the
// library's own source cannot be seeded.
type jitteredBackOff struct {
	backoff.BackOff

	source *jitter.Source
}

func (s jitteredBackOff) NextBackOff() time.Duration {
	return s.source.Around(s.BackOff.NextBackOff(), 0.5)
}

// isRetryable is true for failures that may pass within seconds. When the
// cloud names a time, the caller decides.
func isRetryable(ctx context.Context, err error) bool {
	return ctx.Err() == nil && ClassOf(err) == Temporary && RetryAfter(err) == 0 && !errors.Is(err, errTooLarge)
}

// attempt is the funnel: every request to the cloud goes through here, once.
func attempt[T any](ctx context.Context, c *Client, q apiRequest, body *T) error {
	turn, err := c.throttle.wait(ctx, q)
	if err != nil {
		return err
	}
	defer c.throttle.end(turn)
	if q.detached {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	start := time.Now()
	code, header, raw, err := c.post(c.traceConnection(ctx, turn), q)
	v := callResult{status: NoStatus, class: Temporary, err: err}
	if err == nil {
		v = interpretResponse(code, header, raw, body)
		if v.status != NoStatus { // the cloud's own response
			c.clock.observe(start.Round(0), time.Now().Round(0), header)
		}
	}
	failure := v.toError(q, code)
	if v.class == Limited {
		c.throttle.blockFor(v.retryAfter)
	}
	if c.options.OnRequest != nil {
		c.options.OnRequest(Request{
			Service: q.service, Action: q.action, Status: v.status, HTTP: code,
			Duration: time.Since(start), Profile: q.profile, Background: q.urgency == urgencyBackground,
		})
	}
	if failure != nil {
		return failure
	}
	return nil
}

// post sends one request and reads its whole response, up to the size limit.
func (c *Client) post(ctx context.Context, q apiRequest) (code int, header http.Header, raw []byte, err error) {
	form := url.Values{"action": {q.action}}
	maps.Copy(form, q.form)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.apiURL+"/"+q.service,
		strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("creating request: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	if c.options.UserAgent != "" {
		request.Header.Set("User-Agent", c.options.UserAgent)
	}
	if !q.bearer.IsEmpty() {
		request.Header.Set("Authorization", "Bearer "+q.bearer.Reveal())
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("cannot reach the Withings API: %w", stripURL(err))
	}
	defer func() { _ = response.Body.Close() }() // read to the end or given up
	raw, err = readBody(response)
	switch {
	case err != nil:
		return response.StatusCode, response.Header, nil, fmt.Errorf("reading response: %w", err)
	case len(raw) > maxBodySize:
		return response.StatusCode, response.Header, nil, errTooLarge
	}
	return response.StatusCode, response.Header, raw, nil
}

// readBody reads a body, and one byte more than is accepted of one that is too
// large.
func readBody(response *http.Response) ([]byte, error) {
	const usual, most = 4 << 10, 256 << 10 // the length is only announced
	length := int(min(response.ContentLength, most))
	if length < 0 {
		length = usual
	}
	body := bytes.NewBuffer(make([]byte, 0, length+bytes.MinRead))
	_, err := body.ReadFrom(io.LimitReader(response.Body, maxBodySize+1))
	return body.Bytes(), err
}

// stripURL removes the URL from a network error: it is known, and it may be
// private.
func stripURL(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
