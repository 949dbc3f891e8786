package doctor

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// NewCloud returns the Withings API as the daemon uses it. Tokens are in the
// state directory.
func NewCloud(o withings.Options, stateFolder string) (Cloud, error) {
	watch := &clockTransport{inner: http.DefaultTransport}
	if o.Transport != nil {
		watch.inner = o.Transport
	} else if standard, ok := http.DefaultTransport.(*http.Transport); ok {
		own := standard.Clone()
		own.DisableKeepAlives = true // no connection stays open
		watch.inner = own
	}
	o.Transport = watch
	client, err := withings.New(o)
	if err != nil {
		return nil, err
	}
	return &cloudClient{client: client, watch: watch, folder: stateFolder}, nil
}

type cloudClient struct {
	client *withings.Client
	watch  *clockTransport
	folder string
}

// Probe implements Cloud.
func (a *cloudClient) Probe(ctx context.Context) error { return a.client.Probe(ctx) }

// ClockOffset implements Cloud.
func (a *cloudClient) ClockOffset() (time.Duration, bool) {
	a.watch.mu.Lock()
	defer a.watch.mu.Unlock()
	return a.watch.offset, a.watch.known
}

// Subscriptions implements Cloud.
func (a *cloudClient) Subscriptions(
	ctx context.Context, slug string, mayRefresh bool,
) ([]withings.Subscription, error) {
	var store withings.TokenStore = readOnlyStore(a.folder)
	if mayRefresh {
		own, err := tokenstore.New(a.folder)
		if err != nil {
			return nil, err
		}
		store = own
	}
	return a.client.Account(slug, store).Subscriptions(withings.WithSharedRefresh(ctx, true))
}

// clockTransport compares clocks with every response.
type clockTransport struct {
	inner http.RoundTripper

	mu     sync.Mutex
	offset time.Duration
	known  bool
}

// RoundTrip implements http.RoundTripper.
func (w *clockTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	asked := time.Now()
	answer, err := w.inner.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		// The header has whole seconds, and was written at some point in
		// between.
		middle := asked.Add(time.Since(asked) / 2)
		w.mu.Lock()
		w.offset, w.known = middle.Sub(date.Add(time.Second/2)), true
		w.mu.Unlock()
	}
	return answer, nil
}

// NewWeb sends real requests. No connection stays open.
func NewWeb() Web {
	return webClient{&http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

type webClient struct{ client *http.Client }

// Head implements Web.
func (c webClient) Head(ctx context.Context, address string) (int, error) {
	return c.request(ctx, http.MethodHead, address)
}

// Get implements Web.
func (c webClient) Get(ctx context.Context, address string) (int, error) {
	return c.request(ctx, http.MethodGet, address)
}

func (c webClient) request(ctx context.Context, method, address string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return 0, errors.New("invalid URL")
	}
	answer, err := c.client.Do(request)
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return 0, wrapped.Err // without the URL, which may end with a secret
	}
	if err != nil {
		return 0, err
	}
	return answer.StatusCode, answer.Body.Close()
}

// CheckListen implements Web.
func (c webClient) CheckListen(ctx context.Context, address string) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		if operation, ok := errors.AsType[*net.OpError](err); ok {
			return operation.Err
		}
		return err
	}
	return listener.Close()
}
