// Package withings speaks to the health cloud: OAuth, one request funnel with
// pacing and typed errors, and tolerant models of its answers. It knows nothing
// of sensors or MQTT and keeps nothing on disk.
package withings

import (
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

// Options say which application and which cloud a Client speaks for and to.
type Options struct {
	ClientID     string
	ClientSecret secret.Text
	// APIURL and AccountURL are the bases of the API and of the consent page; ""
	// is the vendor's cloud.
	APIURL, AccountURL string
	// Transport carries the requests; nil is NewTransport.
	Transport http.RoundTripper
	// PerMinute is the ceiling of requests in any sliding minute; 0 is 120.
	PerMinute int
	UserAgent string
	// Jitter spreads the pauses before a call is repeated by half of them to both
	// sides; nil spreads nothing.
	Jitter *jitter.Source
	// OnRequest is told after every HTTP request, retries and token calls
	// included, from the goroutine of the call. It may be nil.
	OnRequest func(Request)
}

// Request tells of one HTTP request. Status is the envelope's or NoStatus; HTTP
// is 0 when no answer came; Profile is "" for calls of the application itself.
type Request struct {
	Service, Action string
	Status, HTTP    int
	Duration        time.Duration
	Profile         string
}

const (
	defaultAPI     = "https://wbsapi.withings.net"
	defaultAccount = "https://account.withings.com"

	requestTimeout = 30 * time.Second
	maxBody        = 32 << 20
	// maxUnderWay bounds the requests, and so the connections, at a time. The vendor's
	// ceiling does not let as many begin before those that hang have timed out;
	// without it, a thousand profiles would open a thousand connections at the start.
	maxUnderWay = 100
)

// errTooLarge marks an answer that is not worth a second try.
var errTooLarge = errors.New("the answer is larger than 32 MiB")

// Client speaks for one registered application. All its accounts share its pace.
// It is safe for concurrent use.
type Client struct {
	options      Options
	api, account string
	http         *http.Client
	pace         *pace
	undecided    undecided
	slots        chan struct{} // one is held by each request under way
}

// New checks the options and returns a client. It does not speak to the cloud.
func New(o Options) (*Client, error) {
	if o.ClientID == "" || o.ClientSecret.Empty() {
		return nil, errors.New("client id and client secret are needed")
	}
	if o.PerMinute < 0 {
		return nil, fmt.Errorf("%d requests a minute are too few", o.PerMinute)
	}
	if o.PerMinute == 0 {
		o.PerMinute = defaultPerMinute
	}
	api, err := base(o.APIURL, defaultAPI)
	if err != nil {
		return nil, fmt.Errorf("reading the API address: %w", err)
	}
	account, err := base(o.AccountURL, defaultAccount)
	if err != nil {
		return nil, fmt.Errorf("reading the account address: %w", err)
	}
	if o.Transport == nil {
		o.Transport = NewTransport()
	}
	return &Client{
		options: o, api: api, account: account, pace: newPace(o.PerMinute), slots: make(chan struct{}, maxUnderWay),
		http: &http.Client{
			Transport: o.Transport,
			// A redirect would carry the token to another address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

func base(given, standard string) (string, error) {
	if given == "" {
		return standard, nil
	}
	u, err := url.Parse(given)
	if err != nil {
		return "", errors.New("not a URL")
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("want http or https, a host, and no user or query")
	}
	return strings.TrimRight(given, "/"), nil
}

// NewTransport returns what carries the requests of a Client without a Transport
// of its own: a copy of the default one that keeps the connection of each request
// that was under way, not of two of them, for the next poll of anybody. One that
// nobody has used for a minute and a half is closed.
func NewTransport() http.RoundTripper {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // somebody else's, in a program that embeds this
	}
	own := standard.Clone()
	own.MaxIdleConns, own.MaxIdleConnsPerHost = maxUnderWay, maxUnderWay
	return own
}

// query is one call: what to ask, for whom, and what must never be shown.
type query struct {
	service, action, profile string
	form                     url.Values
	bearer                   secret.Text
	hide                     []secret.Text
	patience                 patience
	// finish lets the request run to its end when the caller gives up: the answer
	// holds tokens that come only once.
	finish bool
	// lane is that of the account, nil for none.
	lane *lane
}

// patience says how a failing call is repeated.
type patience struct {
	first time.Duration
	tries uint
}

// The token endpoint refuses the same question within ten seconds, and a consent
// code lives for thirty: one repetition fits in between.
func dataPatience() patience  { return patience{first: 5 * time.Second, tries: 3} }
func tokenPatience() patience { return patience{first: 11 * time.Second, tries: 2} }

// send makes a call and repeats it while the cloud is in trouble.
func send[T any](ctx context.Context, c *Client, q query) (T, error) {
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.Multiplier, wait.MaxInterval = q.patience.first, 2, 15*time.Minute
	wait.RandomizationFactor = 0 // see spread
	source := c.options.Jitter
	if q.finish {
		source = nil // a shorter wait would be refused
	}
	var last error
	body, err := backoff.Retry(ctx, func() (T, error) {
		var body T
		last = attempt(ctx, c, q, &body)
		if last != nil && !worthRepeating(ctx, last) {
			return body, backoff.Permanent(last)
		}
		return body, last
	}, backoff.WithBackOff(spread{wait, source}), backoff.WithMaxTries(max(1, q.patience.tries)), backoff.WithMaxElapsedTime(0))
	if err != nil && last != nil {
		return body, last // says more than "context canceled" during the pause
	}
	return body, err
}

// spread is a backoff whose pauses are spread by a source of ours, not by the
// library's, which nobody can seed.
type spread struct {
	backoff.BackOff

	source *jitter.Source
}

func (s spread) NextBackOff() time.Duration { return s.source.Around(s.BackOff.NextBackOff(), 0.5) }

// worthRepeating is true for trouble that may pass within seconds. When the
// cloud names a time, the caller decides.
func worthRepeating(ctx context.Context, err error) bool {
	return ctx.Err() == nil && ClassOf(err) == Temporary && RetryAfter(err) == 0 && !errors.Is(err, errTooLarge)
}

// attempt is the funnel: every request to the cloud goes through here, once.
func attempt[T any](ctx context.Context, c *Client, q query, body *T) error {
	leave, err := q.lane.enter(ctx)
	if err != nil {
		return &Error{Service: q.service, Action: q.action, Status: NoStatus, Class: Temporary, Err: err}
	}
	defer leave()
	if err := c.pace.admit(ctx, q); err != nil {
		return err
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return &Error{Service: q.service, Action: q.action, Status: NoStatus, Class: Temporary, Err: context.Cause(ctx)}
	}
	if q.finish {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	start := time.Now()
	code, header, raw, err := c.post(ctx, q)
	v := verdict{status: NoStatus, class: Temporary, err: err}
	if err == nil {
		v = judge(q, code, header, raw, body)
	}
	failure := v.failure(q, code)
	if v.class == Limited {
		c.pace.hold(v.wait)
	}
	if c.options.OnRequest != nil {
		c.options.OnRequest(Request{
			Service: q.service, Action: q.action, Status: v.status, HTTP: code,
			Duration: time.Since(start), Profile: q.profile,
		})
	}
	if failure != nil {
		return failure
	}
	return nil
}

// post sends one request and reads its whole answer, up to the size limit.
func (c *Client) post(ctx context.Context, q query) (code int, header http.Header, raw []byte, err error) {
	form := url.Values{"action": {q.action}}
	maps.Copy(form, q.form)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.api+"/"+q.service, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("making the request: %w", err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	if c.options.UserAgent != "" {
		request.Header.Set("User-Agent", c.options.UserAgent)
	}
	if !q.bearer.Empty() {
		request.Header.Set("Authorization", "Bearer "+q.bearer.Reveal())
	}
	response, err := c.http.Do(request)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("asking the cloud: %w", bare(err))
	}
	defer func() { _ = response.Body.Close() }() // read to the end or given up
	raw, err = io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	switch {
	case err != nil:
		return response.StatusCode, response.Header, nil, fmt.Errorf("reading the answer: %w", err)
	case len(raw) > maxBody:
		return response.StatusCode, response.Header, nil, errTooLarge
	}
	return response.StatusCode, response.Header, raw, nil
}

// bare takes the address off a network error: it is known, and it may be private.
func bare(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}
