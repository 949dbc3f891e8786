// SPDX-License-Identifier: MIT

package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// rawRequest is a request of which a test chooses the form.
type rawRequest struct {
	method, path, contentType, bearer string
	query, body                       url.Values
}

func (r rawRequest) send(t *testing.T, c *Cloud) envelope {
	t.Helper()
	address := "http://cloud.test/" + r.path + "?" + r.query.Encode()
	request, err := http.NewRequestWithContext(t.Context(), r.method, address, strings.NewReader(r.body.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if r.contentType != "" {
		request.Header.Set("Content-Type", r.contentType)
	}
	if r.bearer != "" {
		request.Header.Set("Authorization", r.bearer)
	}
	answer, err := c.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var e envelope
	if err := json.NewDecoder(answer.Body).Decode(&e); err != nil {
		t.Fatal(err)
	}
	return e
}

// formsOfClients are the forms in which released clients send a data call.
func formsOfClients(access string) map[string]rawRequest {
	const form = "application/x-www-form-urlencoded"
	call := url.Values{"action": {"getmeas"}, "category": {"1"}}
	withToken := url.Values{"action": {"getmeas"}, "category": {"1"}, "access_token": {access}}
	return map[string]rawRequest{
		"header": {method: "POST", contentType: form, bearer: "Bearer " + access, body: call},
		"header, parameters in the query": {
			method: "GET", bearer: "Bearer " + access, query: call,
		},
		"token in the query": {method: "GET", query: withToken},
		"token in the query of a POST": {
			method: "POST", query: url.Values{"access_token": {access}}, contentType: form, body: call,
		},
		"token in the body":          {method: "POST", contentType: form, body: withToken},
		"everything in a POST's URL": {method: "POST", query: withToken},
		"action in the URL, token in the body": {
			method: "POST", query: url.Values{"action": {"getmeas"}}, contentType: form,
			body: url.Values{"access_token": {access}, "category": {"1"}},
		},
		"form without a Content-Type": {method: "POST", bearer: "Bearer " + access, body: call},
		"scheme in lower case":        {method: "POST", contentType: form, bearer: "bearer " + access, body: call},
	}
}

// TestFormsOfClients sends a call in every form; each is answered alike, unless
// the cloud is strict.
func TestFormsOfClients(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{"header": true, "header, parameters in the query": true, "scheme in lower case": true}
	for _, strict := range []bool{false, true} {
		c := New(Options{
			Start:  defaultStart(),
			People: []Person{{Name: "Carol", Scale: true, Days: 20}},
			Knobs:  Knobs{Strict: strict},
		})
		for name, request := range formsOfClients(signIn(t, c, "Carol").access) {
			request.path = "measure"
			e := request.send(t, c)
			if e.Status == 0 != (documented[name] || !strict) {
				t.Errorf("%s, strict %v: status %d %s", name, strict, e.Status, e.Error)
			}
			if e.Status == 0 && len(as[[]any](e.Body["measuregrps"])) < 3 {
				t.Errorf("%s: %v", name, e.Body)
			}
		}
	}
}

// TestTokenCallsInEveryForm exchanges and refreshes with parameters in the body,
// in the URL, and in a form without a Content-Type.
func TestTokenCallsInEveryForm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, shape := range map[string]func(values url.Values) rawRequest{
			"body": func(values url.Values) rawRequest {
				return rawRequest{contentType: "application/x-www-form-urlencoded", body: values}
			},
			"URL":             func(values url.Values) rawRequest { return rawRequest{query: values} },
			"no Content-Type": func(values url.Values) rawRequest { return rawRequest{body: values} },
		} {
			c := New(Options{People: []Person{{Name: "Carol", Days: -1}}})
			send := func(pairs ...string) envelope {
				values := url.Values{
					"action": {"requesttoken"}, "client_id": {c.ClientID()}, "client_secret": {c.ClientSecret()},
				}
				for i := 0; i < len(pairs); i += 2 {
					values.Set(pairs[i], pairs[i+1])
				}
				request := shape(values)
				request.method, request.path = "POST", "v2/oauth2"
				return request.send(t, c)
			}
			exchange := func() envelope {
				code, err := c.Consent(t.Context(), "Carol", callback, "s")
				if err != nil {
					t.Fatal(err)
				}
				return send("grant_type", "authorization_code", "code", code, "redirect_uri", callback)
			}
			first := exchange()
			status(t, first, 0, "")
			again := send("grant_type", "refresh_token", "refresh_token", as[string](first.Body["refresh_token"]))
			status(t, again, 0, "")
			if again.Body["access_token"] == first.Body["access_token"] {
				t.Errorf("%s: the tokens did not rotate", name)
			}
			c.SetStrict(true)
			<-time.After(time.Minute)
			if e := exchange(); e.Status == 0 != (name == "body") {
				t.Errorf("%s, strict: status %d %s", name, e.Status, e.Error)
			}
		}
	})
}

// TestFaultsOfOnePersonInEveryForm makes one person's requests fail, in
// whatever form the token comes.
func TestFaultsOfOnePersonInEveryForm(t *testing.T) {
	t.Parallel()
	c := New(Options{Start: defaultStart(), People: []Person{{Name: "Carol", Days: -1}, {Name: "Dave", Days: -1}}})
	c.SetFaults(Fault{Person: "Carol", Status: 522})
	for _, person := range []struct {
		name string
		want int
	}{{"Carol", 522}, {"Dave", 0}} {
		c.SetFaults()
		access := signIn(t, c, person.name).access
		c.SetFaults(Fault{Person: "Carol", Status: 522})
		for name, request := range formsOfClients(access) {
			request.path = "measure"
			if e := request.send(t, c); e.Status != person.want {
				t.Errorf("%s of %s: status %d", name, person.name, e.Status)
			}
		}
	}
}

// TestSubscriptionUpdates reads and changes a subscription, several things at
// once unless the cloud is strict.
func TestSubscriptionUpdates(t *testing.T) {
	t.Parallel()
	inBubble(t, promptKnobs(), func(s *harness) {
		const elsewhere = "https://elsewhere.example.org/notify"
		t := s.t
		c := s.Cloud
		get := func(address string, appli int) envelope { return s.ask(s.carol, "get", address, appli) }
		status(t, get(listenerURL, 1), 286, "No such subscription")
		s.subscribe(s.carol, 1, 44)
		if e := get(listenerURL, 44); e.Status != 0 || e.Body["callbackurl"] != listenerURL || whole(e.Body, "appli") != 44 {
			t.Errorf("%+v", e)
		}
		status(t, call(t, c, "notify", s.carol, "action", "get", "callbackurl", listenerURL), 0, "") // of weight
		status(t, call(t, c, "notify", s.carol, "action", "get"), 503, "missing callbackurl")

		status(t, s.ask(s.carol, "update", listenerURL, 1), 503, "missing new_callbackurl, new_appli or comment")
		status(t, s.ask(s.carol, "update", listenerURL, 4, "comment", "x"), 286, "")
		status(t, s.ask(s.carol, "update", listenerURL, 1, "new_appli", "99"), 503, "invalid new_appli")
		status(t, s.ask(s.carol, "update", listenerURL, 1, "new_callbackurl", "nowhere"), 293, "")
		two := []string{"new_callbackurl", elsewhere, "new_appli", "4"}
		status(t, s.ask(s.carol, "update", listenerURL, 1, two...), 503, "only one of") // newHarness is strict
		status(t, s.ask(s.carol, "update", listenerURL, 1, "comment", "home"), 0, "")
		if e := get(listenerURL, 1); e.Body["comment"] != "home" {
			t.Errorf("%+v", e)
		}
		status(t, s.ask(s.carol, "update", listenerURL, 1, "new_callbackurl", elsewhere), 0, "")
		status(t, s.ask(s.carol, "update", elsewhere, 1, "new_appli", "44"), 0, "")
		status(t, s.ask(s.carol, "update", elsewhere, 44, "new_callbackurl", listenerURL), 0, "") // the other gives way
		if got := s.subscribedApplis(s.carol); len(got) != 1 || got[0] != 44 {
			t.Errorf("subscribed: %v", got)
		}
		s.listener.answerWith(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
		status(t, s.ask(s.carol, "update", listenerURL, 44, "new_callbackurl", elsewhere), 293, "")
	})
}

func TestSeveralUpdatesAtOnce(t *testing.T) {
	t.Parallel()
	c := New(Options{
		Start: defaultStart(), People: []Person{{Name: "Carol", Days: -1}},
		Callbacks: HandlerTransport(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})),
	})
	access := signIn(t, c, "Carol").access
	const before, after = "https://a.example.org/", "https://b.example.org/"
	status(t, call(t, c, "notify", access, "action", "subscribe", "callbackurl", before, "appli", "1"), 0, "")
	status(t, call(t, c, "notify", access, "action", "update", "callbackurl", before, "appli", "1",
		"new_callbackurl", after, "new_appli", "16", "comment", "moved"), 0, "")
	e := call(t, c, "notify", access, "action", "get", "callbackurl", after, "appli", "16")
	if e.Status != 0 || e.Body["comment"] != "moved" {
		t.Errorf("%+v", e)
	}
}
