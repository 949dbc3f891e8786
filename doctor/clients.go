// SPDX-License-Identifier: MIT

package doctor

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"vitals2mqtt/tokenstore"
	"vitals2mqtt/withings"
)

// NewCloud returns the Withings API as the daemon uses it. Tokens are in the
// state directory.
func NewCloud(o withings.Options, stateFolder string) (Cloud, error) {
	if standard, ok := http.DefaultTransport.(*http.Transport); ok && o.Transport == nil {
		own := standard.Clone()
		own.DisableKeepAlives = true // no connection stays open
		o.Transport = own
	}
	if o.RetryDelay == 0 {
		o.RetryDelay = retryDelay
	}
	client, err := withings.New(o)
	if err != nil {
		return nil, err
	}
	return &cloudClient{client: client, folder: stateFolder}, nil
}

// retryDelay is short: somebody is waiting for the report.
const retryDelay = time.Second

type cloudClient struct {
	client *withings.Client
	folder string
}

// Probe implements Cloud.
func (a *cloudClient) Probe(ctx context.Context) error { return a.client.Probe(ctx) }

// ClockOffset implements Cloud.
func (a *cloudClient) ClockOffset() (time.Duration, bool) { return a.client.ClockOffset() }

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
