// SPDX-License-Identifier: MIT

// Package simtest sets up what the tests of other packages talk to: the
// simulated cloud on a loopback address, an embedded broker, people who sign
// in. Only tests import it.
package simtest

import (
	"context"
	"net"
	"testing"

	"github.com/rs/zerolog"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/mqtt/broker"
	"vitals2mqtt/simulator"
	"vitals2mqtt/withings"
)

// Redirect is where SignIn returns to. It is registered unless a cloud has
// RedirectURLs.
const Redirect = "http://127.0.0.1:1/oauth/callback"

// People are Alice, with a scale and a mat, and Bob, with a scale and a cuff,
// and so many days of history.
func People(days int) []simulator.Person {
	return []simulator.Person{
		{Name: "Alice", HeightCM: 171, WeightG: 68_400, Scale: true, Mat: true, Days: days},
		{Name: "Bob", HeightCM: 183, WeightG: 86_900, Scale: true, Cuff: true, Days: days},
	}
}

// Serve serves a cloud, its control API and its notifications until the test
// ends, and returns the URL.
func Serve(tb testing.TB, cloud *simulator.Cloud) (url string) {
	tb.Helper()
	listener := listen(tb)
	ctx, stop := context.WithCancel(context.WithoutCancel(tb.Context()))
	served := make(chan error, 1)
	go func() { served <- cloud.Serve(ctx, listener) }()
	tb.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			tb.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// Broker runs an embedded broker until the test ends.
func Broker(tb testing.TB, o broker.Options) *broker.Broker {
	tb.Helper()
	o.Log = zerolog.Nop()
	running, err := broker.Start(o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := running.Close(); err != nil {
			tb.Error(err)
		}
	})
	return running
}

// Client returns a client of a cloud: in process without a URL, which also
// works in a synctest bubble, and otherwise over sockets.
func Client(tb testing.TB, cloud *simulator.Cloud, url string) *withings.Client {
	tb.Helper()
	o := withings.Options{
		ClientID:     cloud.ClientID(),
		ClientSecret: secret.New(cloud.ClientSecret()),
		APIURL:       url,
		AccountURL:   url,
	}
	if url == "" {
		o.APIURL, o.AccountURL, o.Transport = "http://127.0.0.1:1", "http://127.0.0.1:1", cloud.Transport()
	}
	client, err := withings.New(o)
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// SignIn gives a person's consent and returns the tokens; without scopes it
// allows everything.
func SignIn(tb testing.TB, cloud *simulator.Cloud, client *withings.Client, person string,
	scopes ...string,
) withings.Token {
	tb.Helper()
	code, err := cloud.Consent(tb.Context(), person, Redirect, "state", scopes...)
	if err != nil {
		tb.Fatal(err)
	}
	token, err := client.Exchange(tb.Context(), code, Redirect)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

// FreeAddress returns a loopback address on which nothing listens.
func FreeAddress(tb testing.TB) string {
	tb.Helper()
	listener := listen(tb)
	if err := listener.Close(); err != nil {
		tb.Fatal(err)
	}
	return listener.Addr().String()
}

func listen(tb testing.TB) net.Listener {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	return listener
}
