// SPDX-License-Identifier: MIT

package push

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"vitals2mqtt/internal/secret"
)

// ErrNoAnswer means that the listener does not answer on this machine.
var ErrNoAnswer = errors.New("notification listener does not respond")

// probeTimeout bounds a request of Probe.
const probeTimeout = 5 * time.Second

// Probe returns a function that requests the callback path from our own
// listener, on this machine: subscribing is pointless while it does not answer.
// address is called each time and may return nil while nothing is bound; it may
// be that of another server in which Handler is mounted. Errors wrap
// ErrNoAnswer and do not contain the secret.
func Probe(address func() net.Addr, s secret.Text) func(context.Context) error {
	return func(ctx context.Context) error {
		bound := address()
		if bound == nil {
			return fmt.Errorf("%w: not listening yet", ErrNoAnswer)
		}
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		target := url.URL{Scheme: schemeHTTP, Host: dialableAddress(bound.String()), Path: callbackPrefix + s.Reveal()}
		request, err := http.NewRequestWithContext(ctx, http.MethodHead, target.String(), http.NoBody)
		if err != nil {
			return fmt.Errorf("%w: invalid address %s", ErrNoAnswer, bound)
		}
		// No proxy, and no connection is kept.
		answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrNoAnswer, bound, err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%w: %s returned status %d", ErrNoAnswer, bound, answer.StatusCode)
		}
		return nil
	}
}

// dialableAddress returns an address that can be dialed. A server on all
// addresses listens on both families, and 127.0.0.1 works even where IPv6 does
// not.
func dialableAddress(bound string) string {
	address, err := netip.ParseAddrPort(bound)
	if err != nil || !address.Addr().IsUnspecified() {
		return bound
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), address.Port()).String()
}
