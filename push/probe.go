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

// ErrNoAnswer says that our own listener does not answer on this machine.
var ErrNoAnswer = errors.New("our own notification address does not answer")

// probeTimeout bounds the question to our own listener.
const probeTimeout = 5 * time.Second

// Probe returns a function that asks our own listener, on this machine, for the
// notification address: nothing needs to be subscribed while it would not answer.
// Address is called each time and may return nil as long as nothing is bound; it
// may be the page's when the handler is mounted there. The errors wrap ErrSilent
// and do not hold the secret.
func Probe(address func() net.Addr, s secret.Text) func(context.Context) error {
	return func(ctx context.Context) error {
		bound := address()
		if bound == nil {
			return fmt.Errorf("%w: nothing is listening yet", ErrNoAnswer)
		}
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		target := url.URL{Scheme: schemeHTTP, Host: dialableAddress(bound.String()), Path: callbackPrefix + s.Reveal()}
		request, err := http.NewRequestWithContext(ctx, http.MethodHead, target.String(), http.NoBody)
		if err != nil {
			return fmt.Errorf("%w: %s is not an address", ErrNoAnswer, bound)
		}
		// Not through a proxy, and no connection is left behind.
		answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrNoAnswer, bound, err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%w: %s says %d", ErrNoAnswer, bound, answer.StatusCode)
		}
		return nil
	}
}

// dialableAddress is an address that can be dialled. A server on all addresses takes both
// families, and 127.0.0.1 is there even where IPv6 is half switched off.
func dialableAddress(bound string) string {
	address, err := netip.ParseAddrPort(bound)
	if err != nil || !address.Addr().IsUnspecified() {
		return bound
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), address.Port()).String()
}
