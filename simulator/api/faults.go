// SPDX-License-Identifier: MIT

package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"vitals2mqtt/simulator/people"
)

// Shape is a way to spoil a good response.
type Shape string

// The shapes of a spoilt response.
const (
	ShapeWhole         Shape = ""                // not spoilt
	ShapeTruncated     Shape = "truncated"       // JSON that breaks off in the middle
	ShapeHTML          Shape = "html"            // a proxy's HTML page with HTTP 200
	ShapeNumbersAsText Shape = "numbers-as-text" // every number is written as a string; nothing is lost
	ShapeNullBody      Shape = "null-body"       // "body": null
	ShapeNoBody        Shape = "no-body"         // no body at all
	ShapeListBody      Shape = "list-body"       // "body": []
	ShapeTextBody      Shape = "text-body"       // "body": "ok"
	ShapeNoList        Shape = "no-list"         // a body without its lists and maps
	ShapeNullList      Shape = "null-list"       // every list and map of the body is null
	ShapeTextList      Shape = "text-list"       // … is a text
	ShapeForeignList   Shape = "foreign-list"    // … is a list of numbers
	ShapeEmptyList     Shape = "empty-list"      // … is an empty list: as when there is no data
)

// Shapes returns all of them.
func Shapes() []Shape {
	return []Shape{
		ShapeTruncated, ShapeHTML, ShapeNumbersAsText, ShapeNullBody, ShapeNoBody, ShapeListBody,
		ShapeTextBody, ShapeNoList, ShapeNullList, ShapeTextList, ShapeForeignList, ShapeEmptyList,
	}
}

// Fault makes some requests fail. Its fields combine; unless Status, HTTP or
// Reset is set, the request takes effect.
type Fault struct {
	// Call selects requests: "service action" as in Requests or
	// "service/action" as elsewhere, "service *", or "*" (and "") for all.
	Call string
	// Person narrows it to one person's requests, by name or user id; "" = all.
	Person string
	// Times is for how many matching requests it acts, 0 = until it is cleared.
	Times int
	// Delay comes first; it ends with the request's context.
	Delay time.Duration
	// Status is the envelope's status instead of a response, with Text as its
	// error and Wait as wait_seconds.
	Status int
	Text   string
	Wait   time.Duration
	// HTTP is an HTTP status with an HTML page instead of a response, RetryAfter
	// its header.
	HTTP       int
	RetryAfter time.Duration
	// Reset breaks the connection instead of a response; nothing was done.
	Reset bool
	// Lost does the work (rotates tokens, say), then breaks the connection.
	Lost bool
	// Shape spoils the response.
	Shape Shape

	seen int
}

// RefuseRefresh is a definite refusal of refresh tokens, that many times (0 =
// until cleared).
func RefuseRefresh(times int) Fault {
	return Fault{Call: "v2/oauth2 refresh_token", Times: times, Status: statusParams, Text: textBadRefresh}
}

// faultList is the faults of a server.
type faultList struct {
	store  *people.Store
	faults []*Fault
}

// SetFaults replaces all faults; none clears them. The first fault that matches
// a request acts. It panics with an InvalidError about a fault that never could.
func (l *faultList) SetFaults(faults ...Fault) {
	l.store.Lock()
	defer l.store.Unlock()
	var ready []*Fault
	for _, f := range faults {
		ready = append(ready, l.readyLocked(f))
	}
	l.faults = ready
}

// AddFault adds a fault after the others; see SetFaults.
func (l *faultList) AddFault(f Fault) {
	l.store.Lock()
	defer l.store.Unlock()
	l.faults = append(l.faults, l.readyLocked(f))
}

// readyLocked returns a fault that has not acted yet.
func (l *faultList) readyLocked(f Fault) *Fault {
	call, err := resolveCall(f.Call)
	if err != nil {
		people.Invalidf("%w", err)
	}
	if f.Person != "" {
		l.store.PersonLocked(f.Person)
		if strings.HasPrefix(call, "v2/signature ") {
			people.Invalidf("%s is a call of the application; no person makes it", call)
		}
	}
	if f.Shape != ShapeWhole && !slices.Contains(Shapes(), f.Shape) {
		people.Invalidf("no shape %q; known shapes: %v", f.Shape, Shapes())
	}
	f.Call, f.seen = call, 0
	return &f
}

// takeFaultLocked returns the fault of a request with these names and counts
// it; the zero Fault is none.
func (l *faultList) takeFaultLocked(account *people.Account, names ...string) Fault {
	for _, f := range l.faults {
		if !f.matches(account, names) {
			continue
		}
		f.seen++
		if f.Times > 0 && f.seen > f.Times {
			continue
		}
		return *f
	}
	return Fault{}
}

func (f *Fault) matches(account *people.Account, names []string) bool {
	if f.Person != "" && (account == nil || !strings.EqualFold(account.Name, f.Person) && account.ID() != f.Person) {
		return false
	}
	if f.Call == anyCall {
		return true
	}
	if service, all := strings.CutSuffix(f.Call, " *"); all {
		return strings.HasPrefix(names[0], service+" ")
	}
	return slices.Contains(names, f.Call)
}

// response returns what replaces the service's response, when the fault has a
// status.
func (f Fault) response() (response, bool) {
	if f.Status == 0 {
		return response{}, false
	}
	a := refusal(f.Status, f.Text)
	if f.Wait > 0 {
		a.Body = map[string]any{"wait_seconds": int(f.Wait / time.Second)}
	}
	return a, true
}

// breakConnection resets the connection where there is a socket.
func breakConnection(w http.ResponseWriter) {
	if hijacker, ok := w.(http.Hijacker); ok {
		if conn, _, err := hijacker.Hijack(); err == nil {
			if lingering, ok := conn.(interface{ SetLinger(sec int) error }); ok {
				_ = lingering.SetLinger(0) // A plain close is a fault too.
			}
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}
