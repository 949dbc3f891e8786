// SPDX-License-Identifier: MIT

package web

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"vitals2mqtt/internal/httpserve"
)

// Ingress is a second listener for Home Assistant's Supervisor, which signs
// people in and passes their requests on: it needs no password. See
// https://developers.home-assistant.io/docs/add-ons/presentation#ingress.
type Ingress struct {
	// Listen is HOST:PORT, "" for no such listener.
	Listen string
	// From are the addresses that may connect; empty means SupervisorAddress.
	From []netip.Prefix
}

// SupervisorAddress is where every request through ingress comes from.
const SupervisorAddress = "172.30.32.2"

const (
	// ingressPathHeader is set by Home Assistant: where the browser sees the page.
	ingressPathHeader = "X-Ingress-Path"
	// ingressUserHeader is set by the Supervisor, which removes what the browser
	// has sent in it.
	ingressUserHeader = "X-Remote-User-Id"
)

// validIngressPath matches prefixes that are safe in links and redirects.
var validIngressPath = regexp.MustCompile(`^(/[A-Za-z0-9_-]+)+$`)

// maxIngressPath is more than Home Assistant's prefixes have, in bytes.
const maxIngressPath = 128

// ingressServer is the listener for the Supervisor.
type ingressServer struct {
	address string
	from    []netip.Prefix
	guard   *guard
	server  *httpserve.Server
}

// newIngressServer returns the listener in front of the page's routes, nil
// without an address.
func newIngressServer(o Ingress, g *guard, page http.Handler, limits httpserve.Options) *ingressServer {
	if o.Listen == "" {
		return nil
	}
	s := &ingressServer{address: o.Listen, from: o.From, guard: g}
	if len(s.from) == 0 {
		supervisor := netip.MustParseAddr(SupervisorAddress)
		s.from = []netip.Prefix{netip.PrefixFrom(supervisor, supervisor.BitLen())}
	}
	s.server = httpserve.New(s.requireSupervisor(page), limits)
	return s
}

func (s *ingressServer) listen(ctx context.Context) error {
	if s == nil {
		return nil
	}
	if err := s.server.Listen(ctx, s.address); err != nil {
		return fmt.Errorf("web: cannot listen on %s (set web.ingress_listen to change it): %w", s.address, err)
	}
	return nil
}

func (s *ingressServer) run(ctx context.Context) error {
	if s == nil {
		return nil
	}
	return s.server.Run(ctx)
}

// addr returns the bound address, nil without one.
func (s *ingressServer) addr() net.Addr {
	if s == nil {
		return nil
	}
	return s.server.Addr()
}

// requireSupervisor rejects requests of anybody else, and tells the page its
// prefix and its visitor. Host and Origin are those of a connection between two
// proxies, and mean nothing here.
func (s *ingressServer) requireSupervisor(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		prefix, ok := ingressPrefix(r)
		switch {
		case !s.isSupervisor(r.RemoteAddr):
			if s.guard.refusals.count(refusedIngress, clientKey(r.RemoteAddr)) {
				s.guard.log.Warn().Str("from", r.RemoteAddr).Msg("only the Supervisor may use the ingress listener")
			}
			http.Error(w, "This address is for Home Assistant's Supervisor only.", http.StatusForbidden)
		case !ok:
			s.guard.refusals.count(refusedIngress, "")
			http.Error(w, "The header "+ingressPathHeader+" must be one path.", http.StatusBadRequest)
		default:
			r = withVisitor(r, visitor{ingress: true, user: r.Header.Get(ingressUserHeader)})
			page.ServeHTTP(w, withPrefix(r, prefix))
		}
	})
}

// ingressPrefix returns the prefix of a request, without slash at its end.
func ingressPrefix(r *http.Request) (prefix string, ok bool) {
	given := r.Header.Values(ingressPathHeader)
	if len(given) != 1 || len(given[0]) > maxIngressPath {
		return "", false
	}
	prefix = strings.TrimSuffix(given[0], "/")
	return prefix, validIngressPath.MatchString(prefix)
}

// isSupervisor reports whether a connection is one of the Supervisor's.
func (s *ingressServer) isSupervisor(remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	address := peer.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(s.from, func(p netip.Prefix) bool { return p.Contains(address) })
}
