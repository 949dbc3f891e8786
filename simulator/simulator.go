// SPDX-License-Identifier: MIT

// Package simulator is a simulated Withings cloud as an http.Handler: consent
// page, rotating tokens, invented people with years of history, limits, faults
// and notifications. It joins the packages people, api and notify, and adds a
// control API. It is not a client and shares no code with one.
package simulator

import (
	"net/http"
	"time"

	"vitals2mqtt/simulator/api"
	"vitals2mqtt/simulator/notify"
	"vitals2mqtt/simulator/people"
)

// Options configure New; the zero value is a complete cloud with the demo's
// people.
type Options struct {
	// Seed determines all invented data: same seed and same start, same bytes.
	Seed uint64
	// RedirectURLs are the registered callback URLs, compared exactly; none =
	// every http(s) URL is accepted.
	RedirectURLs []string
	// People are the accounts; nil = DemoPeople.
	People []people.Person
	// Strict is for the client of this project: it calls Panic for unknown
	// paths, actions and parameters, which otherwise get 404, status 2554, and
	// are ignored; and it includes Knobs.Strict.
	Strict bool
	// Panic is called with the text of such a request; nil = panic.
	Panic func(text string)
	// Knobs choose what the original leaves open.
	Knobs Knobs
	// Start is the cloud's time when New returns, up to which people have a
	// history; zero = the machine's time.
	Start time.Time
	// Callbacks carries notifications to their listeners; nil = loopback
	// addresses only. See HandlerTransport.
	Callbacks http.RoundTripper
}

// Cloud is the simulated cloud. It is safe for concurrent use. Its time is the
// standard clock plus what Start and Advance added.
type Cloud struct {
	*people.Recorder
	*notify.Service
	*api.Server

	store *people.Store
}

// New returns a cloud whose people have a history up to now.
func New(o Options) *Cloud {
	if o.People == nil {
		o.People = people.DemoPeople()
	}
	store := people.NewStore(o.Seed, o.People, o.Start)
	service := notify.New(store, o.Knobs.Notify, o.Callbacks)
	server := api.New(store, service, api.Options{
		Seed:         o.Seed,
		RedirectURLs: o.RedirectURLs,
		Panics:       o.Strict,
		Panic:        o.Panic,
		Strict:       o.Knobs.Strict,
		Prescribed:   o.Knobs.Prescribed,
		PerMinute:    o.Knobs.PerMinute,
	})
	return &Cloud{Recorder: people.NewRecorder(store), Service: service, Server: server, store: store}
}

// People returns the people in order.
func (c *Cloud) People() []people.PersonInfo { return c.store.People() }

// Now returns the cloud's time.
func (c *Cloud) Now() time.Time { return c.store.Now() }

// Advance moves the cloud's clock, forwards as a rule; what happens meanwhile
// is there at once.
func (c *Cloud) Advance(d time.Duration) { c.store.Advance(d) }
