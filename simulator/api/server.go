// SPDX-License-Identifier: MIT

// Package api responds as the vendor's hosts do: consent page, tokens, paging,
// request limits, and faults on demand. Its data come from package people.
package api

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"vitals2mqtt/simulator/notify"
	"vitals2mqtt/simulator/people"
)

// Options configure a Server.
type Options struct {
	// Seed makes client id, secret, codes and tokens.
	Seed uint64
	// RedirectURLs are the registered callback URLs, compared exactly; none =
	// every http(s) URL is accepted.
	RedirectURLs []string
	// Panics calls Panic for unknown paths, actions and parameters.
	Panics bool
	Panic  func(text string)
	// Strict takes requests in the documented form only; see parseRequest.
	// Panics includes it.
	Strict bool
	// Prescribed gives mats what needs a prescription.
	Prescribed bool
	// PerMinute is the limit of API requests; 0 = 120, negative = none.
	PerMinute int
}

// Server responds as the vendor's API and account hosts do, distinguished by
// path only. Its state is guarded by the store's lock.
type Server struct {
	*faultList

	mux          *http.ServeMux
	clientID     string
	secret       string
	redirectURLs []string
	panics       bool
	panicHook    func(string)
	strict       bool
	prescribed   bool
	perMinute    int
	store        *people.Store
	notify       *notify.Service

	random   *rand.Rand // tokens, codes, nonces
	oauth    oauthState
	limiter  window
	traffic  window
	busiest  int
	requests map[string]int
}

// New returns the API of a store's accounts.
func New(store *people.Store, notify *notify.Service, o Options) *Server {
	random := people.NewRand(o.Seed, 0, "cloud", 0)
	c := &Server{
		faultList:    &faultList{store: store},
		clientID:     people.HexDigits(random, 64),
		secret:       people.HexDigits(random, 64),
		redirectURLs: slices.Clone(o.RedirectURLs),
		panics:       o.Panics,
		panicHook:    o.Panic,
		strict:       o.Strict,
		prescribed:   o.Prescribed,
		perMinute:    o.PerMinute,
		store:        store,
		notify:       notify,
		random:       random,
		oauth:        newOAuthState(),
		requests:     map[string]int{},
	}
	for _, account := range store.Accounts {
		for call := range account.Plan.Refused {
			if name, err := resolveCall(call); err != nil || name != call {
				people.Invalidf("%s: the plan refuses a call that does not exist: %q", account.Name, call)
			}
		}
	}
	if c.panicHook == nil {
		c.panicHook = func(text string) { panic("simulator: " + text) }
	}
	c.mux = c.routes()
	return c
}

// ServeHTTP handles a request to any of the hosts.
func (c *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// ClientID returns the id of the registered application.
func (c *Server) ClientID() string { return c.clientID }

// ClientSecret returns the secret of the registered application.
func (c *Server) ClientSecret() string { return c.secret }

// SetStrict chooses whether requests must have the documented form.
func (c *Server) SetStrict(strict bool) {
	c.store.Lock()
	defer c.store.Unlock()
	c.strict = strict
}

func (c *Server) isStrict() bool {
	c.store.Lock()
	defer c.store.UnlockQuietly()
	return c.strict || c.panics
}

// Requests returns how often each "service action" was called, such as
// "measure getmeas". A token call counts as "v2/oauth2 requesttoken" and once
// more by its grant: "v2/oauth2 authorization_code" or
// "v2/oauth2 refresh_token".
func (c *Server) Requests() map[string]int {
	c.store.Lock()
	defer c.store.UnlockQuietly()
	return maps.Clone(c.requests)
}

// BusiestMinute returns the most API requests in any sliding minute, refused
// ones and faults included.
func (c *Server) BusiestMinute() int {
	c.store.Lock()
	defer c.store.UnlockQuietly()
	return c.busiest
}

// action is one operation of a service.
type action struct {
	scope      string   // "" = no bearer token
	parameters []string // what it understands besides action
	run        func(c *Server, q query) response
}

// anyScope is for actions that need a bearer token, whatever it is for.
const anyScope = "*"

// query is a parsed request; run is called with the lock held.
type query struct {
	request *http.Request
	form    url.Values
	token   string // as sent; "" = none
	now     time.Time
	account *people.Account // nil without a bearer token
	scopes  []string        // of the token
}

func (c *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for service, actions := range services() {
		mux.HandleFunc("/"+service, func(w http.ResponseWriter, r *http.Request) { c.serveAPI(w, r, service, actions) })
	}
	mux.HandleFunc("/v2/notify", func(w http.ResponseWriter, _ *http.Request) {
		c.reportUnknown("unknown path /v2/notify: it is /notify")
		Fault{}.write(w, refusal(statusScope, textScope)) // The original is as misleading.
	})
	mux.HandleFunc("GET /oauth2_user/authorize2", c.serveConsentForm)
	mux.HandleFunc("POST /oauth2_user/authorize2", c.serveConsentAnswer)
	mux.HandleFunc("GET /logout", c.serveLogout)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		c.reportUnknown("unknown path " + r.Method + " " + r.URL.Path)
		http.NotFound(w, r)
	})
	return mux
}

// reportUnknown reports what a client of this project must never request.
func (c *Server) reportUnknown(text string) {
	if c.panics {
		c.panicHook(text)
	}
}

// serveAPI counts a request and applies faults before it responds.
func (c *Server) serveAPI(w http.ResponseWriter, r *http.Request, service string, actions map[string]action) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	form, token, err := parseRequest(r, service, c.isStrict())
	if err != nil {
		Fault{}.write(w, invalidParameter("request body"))
		return
	}
	name := r.Form.Get("action")
	known, ok := actions[name]
	c.store.Lock()
	names := []string{service + " " + name}
	if grant := form.Get("grant_type"); grant != "" {
		names = append(names, service+" "+grant)
	}
	c.countRequestLocked(names...)
	fault := c.takeFaultLocked(c.identifyLocked(token, form), names...)
	c.store.Unlock()

	if !waitDelay(r, fault.Delay) {
		return
	}
	switch {
	case fault.Reset:
		breakConnection(w)
		return
	case fault.HTTP != 0:
		if fault.RetryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(fault.RetryAfter/time.Second)))
		}
		writePage(w, fault.HTTP, http.StatusText(fault.HTTP))
		return
	case !ok:
		c.reportUnknown("unknown action " + strconv.Quote(names[0]))
		fault.write(w, refusal(statusUnknown, textUnknown))
		return
	}
	c.checkParameters(names[0], form, known)
	a, instead := fault.response()
	if !instead {
		a = c.respond(query{request: r, form: form, token: token}, known, names[0])
	}
	if fault.Lost {
		breakConnection(w)
		return
	}
	fault.write(w, a)
}

func (c *Server) checkParameters(name string, form url.Values, known action) {
	var strange []string
	for parameter := range form {
		if parameter != "action" && !slices.Contains(known.parameters, parameter) {
			strange = append(strange, parameter)
		}
	}
	if len(strange) > 0 {
		sort.Strings(strange)
		c.reportUnknown("unknown parameters of " + name + ": " + strings.Join(strange, ", "))
	}
}

func (c *Server) respond(q query, known action, name string) response {
	c.store.Lock()
	defer c.store.Unlock()
	if c.rejectForRateLimitLocked() {
		return refusal(statusTooMany, textTooMany)
	}
	q.now = c.store.NowLocked()
	if known.scope != "" {
		pair := c.oauth.byAccess(q.token, q.now)
		if pair == nil {
			return refusal(statusToken, textBadToken)
		}
		pair.markUsed()
		if known.scope != anyScope && !slices.Contains(pair.scopes, known.scope) {
			return refusal(statusScope, textScope)
		}
		if status := pair.account.Plan.RefusedWith(name); status != 0 {
			return refusal(status, "Unauthorized")
		}
		q.account, q.scopes = pair.account, pair.scopes
		q.account.GenerateRecords(q.now)
	}
	return known.runDelayed(c, q)
}

// identifyLocked returns whose request it is, for faults of one person, without
// using any token.
func (c *Server) identifyLocked(token string, form url.Values) *people.Account {
	if token != "" {
		return c.oauth.owner(token)
	}
	if refresh := form.Get("refresh_token"); refresh != "" {
		return c.oauth.owner(refresh)
	}
	if owner := c.oauth.owner(form.Get("code")); owner != nil {
		return owner
	}
	for _, p := range c.store.Accounts { // revoke of v2/oauth2
		if p.ID() == form.Get("userid") {
			return p
		}
	}
	return nil
}

// waitDelay waits for the delay of a fault; false = the client has disconnected.
func waitDelay(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
