// SPDX-License-Identifier: MIT

package withings_test

import (
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/withings"
)

// unreachable is a network on which no request gets to the cloud while it has an
// error.
type unreachable struct {
	cloud *fakeCloud
	err   error
	tries int
}

// RoundTrip implements http.RoundTripper.
func (u *unreachable) RoundTrip(r *http.Request) (*http.Response, error) {
	if u.err != nil {
		u.tries++
		return nil, u.err
	}
	return u.cloud.RoundTrip(r)
}

// TestUnreachableCloudIsTemporary has no network, for data and, as the token has
// expired, for the token endpoint. It concerns nobody's sign-in, and the cause
// can be named.
func TestUnreachableCloudIsTemporary(t *testing.T) {
	t.Parallel()
	for name, cause := range map[string]error{
		"no such host":    &net.DNSError{Err: "no such host", Name: "cloud.test", IsNotFound: true},
		"no resolver":     &net.DNSError{Err: "server misbehaving", Name: "cloud.test", IsTemporary: true},
		"no route":        &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("network is unreachable")},
		"a refusing host": &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")},
	} {
		for when, left := range map[string]time.Duration{"token valid": 1000 * time.Hour, "token expired": -time.Hour} {
			t.Run(name+", "+when, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { testUnreachable(t, cause, left) })
			})
		}
	}
}

func testUnreachable(t *testing.T, cause error, left time.Duration) {
	t.Helper()
	c := &fakeCloud{respond: func(r recordedRequest) *fakeResponse {
		if r.hasAction("requesttoken") {
			return tokenPairResponse(2)
		}
		return okResponse(oneGroup)
	}}
	network := &unreachable{cloud: c, err: cause}
	store := newMemoryStore(newToken(1, left))
	a := newClient(t, c, func(o *withings.Options) { o.Transport = network }).Account(profile, store)
	_, err := firstPage(a.Measures(t.Context(), time.Time{}, 0))
	if withings.ClassOf(err) != withings.Temporary || !errors.Is(err, cause) {
		t.Errorf("%v, of class %v", err, withings.ClassOf(err))
	}
	if network.tries < 2 {
		t.Errorf("tried %d times", network.tries)
	}
	network.err = nil
	<-time.After(time.Hour)
	if m, err := firstPage(a.Measures(t.Context(), time.Time{}, 0)); err != nil || len(m.Groups) != 1 {
		t.Errorf("with a network: %+v, %v", m, err)
	}
	if renewed := len(c.requests("requesttoken")); renewed != 0 && left > 0 || renewed != 1 && left < 0 {
		t.Errorf("%d renewals", renewed)
	}
}
