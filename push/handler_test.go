// SPDX-License-Identifier: MIT

package push_test

import (
	"cmp"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/push"
	"vitals2mqtt/withings"
)

func TestNewValidatesOptions(t *testing.T) {
	t.Parallel()
	for name, invalidate := range map[string]func(*push.Options){
		"no delivery":    func(o *push.Options) { o.Deliver = nil },
		"no user lookup": func(o *push.Options) { o.IsKnownUser = nil },
		"weak secret":    func(o *push.Options) { o.Secret = secret.New("hunter2") },
		"bad public URL": func(o *push.Options) { o.PublicURL = "http://example.org" },
	} {
		o := new(recorder).options()
		invalidate(&o)
		if _, err := push.New(o); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHandlerResponses(t *testing.T) {
	t.Parallel()
	const (
		form                 = "application/x-www-form-urlencoded"
		head, get, post, put = http.MethodHead, http.MethodGet, http.MethodPost, http.MethodPut

		charset = form + "; charset=UTF-8"

		user, noPath, noForm, mediaType = push.RefusedUser, push.RefusedPath, push.RefusedForm, push.RefusedType
	)
	large := "userid=" + alice + "&appli=1&x=" + strings.Repeat("y", push.MaxBodySize)
	for name, row := range map[string]struct {
		method, path, body, kind string // method and path default to POST and callbackPath
		want                     int
		refused                  push.Refusal
		probes, received         uint64
	}{
		"callback check":      {method: head, want: 200, probes: 1},
		"GET":                 {method: get, want: 200, probes: 1},
		"availability check":  {want: 200, probes: 1},
		"empty form":          {kind: form, want: 200, probes: 1},
		"white space":         {kind: form, body: "\r\n", want: 200, probes: 1},
		"notification":        {kind: form, body: weightForm, want: 200, received: 1},
		"with a charset":      {kind: charset, body: weightForm, want: 200, received: 1},
		"with a broken field": {kind: form, body: "%zz=1;&" + weightForm, want: 200, received: 1},
		"public URL path":     {path: "/vitals" + callbackPath, kind: form, body: weightForm, want: 200, received: 1},
		"slash at the end":    {path: callbackPath + "/", kind: form, body: weightForm, want: 200, received: 1},
		"query": {
			path:     callbackPath + "?userid=1",
			kind:     form,
			body:     weightForm,
			want:     200,
			received: 1,
		},
		"in the query only":    {path: callbackPath + "?" + weightForm, want: 200, probes: 1},
		"unknown user":         {kind: form, body: "userid=1&appli=1", want: 200, refused: user},
		"no user":              {kind: form, body: "appli=53", want: 200, refused: noForm},
		"nonsense":             {kind: form, body: "\x00\xff", want: 200, refused: noForm},
		"JSON":                 {kind: "application/json", body: "{}", want: 415, refused: mediaType},
		"multipart":            {kind: "multipart/mixed", body: "x", want: 415, refused: mediaType},
		"no type":              {body: weightForm, want: 415, refused: mediaType},
		"strange type":         {kind: ";;", body: weightForm, want: 415, refused: mediaType},
		"large":                {kind: form, body: large, want: 413, refused: push.RefusedSize},
		"PUT":                  {method: put, kind: form, body: weightForm, want: 405, refused: push.RefusedMethod},
		"OPTIONS":              {method: http.MethodOptions, want: 405, refused: push.RefusedMethod},
		"DELETE":               {method: http.MethodDelete, want: 405, refused: push.RefusedMethod},
		"no secret":            {path: "/notify/", kind: form, body: weightForm, want: 404, refused: noPath},
		"root":                 {method: get, path: "/", want: 404, refused: noPath},
		"half a secret":        {method: head, path: callbackPath[:len(callbackPath)-1], want: 404, refused: noPath},
		"more than the secret": {method: head, path: callbackPath + "0", want: 404, refused: noPath},
		"below the secret":     {method: head, path: callbackPath + "/x", want: 404, refused: noPath},
		"two slashes":          {method: head, path: callbackPath + "//", want: 404, refused: noPath},
		"secret in capitals": {
			method:  head,
			path:    "/notify/" + strings.ToUpper(testSecret),
			want:    404,
			refused: noPath,
		},
		"another secret":           {path: "/notify/" + otherSecret, want: 404, refused: noPath},
		"another prefix":           {method: head, path: "/x" + callbackPath, want: 404, refused: noPath},
		"PUT elsewhere":            {method: put, path: "/", want: 404, refused: noPath},
		"a long path":              {method: head, path: "/" + strings.Repeat("x", 1<<16), want: 404, refused: noPath},
		"prefix without the route": {method: head, path: "/vitals/" + testSecret, want: 404, refused: noPath},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener := newListener(t, new(recorder).options())
			r := request(cmp.Or(row.method, post), cmp.Or(row.path, callbackPath), row.body)
			r.Header.Set("Content-Type", row.kind)
			answer := serveRequest(listener, r)
			stats := listener.Stats()
			if answer.Code != row.want || stats.Probes != row.probes || stats.Received != row.received {
				t.Errorf("%d with %+v, want %d", answer.Code, stats, row.want)
			}
			if row.refused == "" && len(stats.Refused) > 0 || row.refused != "" && stats.Refused[row.refused] != 1 {
				t.Errorf("refused %v, want %q", stats.Refused, row.refused)
			}
			if body := answer.Body.String(); body != "" && answer.Code != http.StatusNotFound {
				t.Errorf("body %q", body)
			}
		})
	}
}

// Without the secret every request gets the same answer, that of a missing
// page.
func TestWrongPathsAreIndistinguishable(t *testing.T) {
	t.Parallel()
	listener := newListener(t, new(recorder).options())
	for _, path := range []string{
		"/", "/notify", "/notify/", "/vitals/notify/" + otherSecret, callbackPath[:len(callbackPath)-1],
		callbackPath + "1",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
			answer := serveRequest(listener, request(method, path, weightForm))
			if answer.Code != 404 || answer.Body.String() != "404 page not found\n" ||
				answer.Header().Get("Allow") != "" {
				t.Errorf("%s %s: %d %q %v", method, path, answer.Code, answer.Body, answer.Header())
			}
		}
	}
}

func TestNotificationIsDelivered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		stop := runListener(t, listener)
		before := time.Now()
		serveRequest(listener, request(http.MethodPost, callbackPath, weightForm))
		serveRequest(listener, request(http.MethodPost, callbackPath, "userid="+bob+"&appli=77"))
		serveRequest(listener, request(http.MethodPost, callbackPath, "userid="+bob+"&appli=77&date=946700000"))
		synctest.Wait()
		got := d.delivered()
		if len(got) != 3 || got[0].UserID != alice || got[1].Category != 77 || got[2].Date.IsZero() ||
			!got[0].Received.Equal(before) {
			t.Fatalf("delivered %+v", got)
		}
		stats := listener.Stats()
		if stats.Received != 3 || !stats.Last[alice].Equal(before) || len(stats.Last) != 2 {
			t.Errorf("stats %+v", stats)
		}
		stop()
		log := d.log()
		if strings.Count(log, "unknown notification category") != 1 || strings.Contains(log, testSecret) ||
			strings.Contains(log, alice) {
			t.Errorf("log %s", log)
		}
	})
}

func TestDuplicatesAreDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		defer runListener(t, listener)()
		post := func(body string) int {
			t.Helper()
			if answer := serveRequest(listener, request(http.MethodPost, callbackPath, body)); answer.Code != 200 {
				t.Errorf("%q: %d", body, answer.Code)
			}
			synctest.Wait()
			return len(d.delivered())
		}
		day := "userid=" + alice + "&appli=16&date=2000-01-01"
		bed, vague := "userid="+alice+"&appli=50&deviceid=ab&date=946684800", "userid="+alice+"&appli=51&deviceid=ab"
		for i, step := range []struct {
			body  string
			later time.Duration
			want  int
		}{
			{body: weightForm, want: 1},
			{body: "appli=1&enddate=946700001&startdate=946700000&extra=1&userid=" + alice, want: 1},
			{body: weightForm + "&deviceid=ab", want: 2},
			{body: strings.Replace(weightForm, alice, bob, 1), want: 3},
			{body: strings.Replace(weightForm, "appli=1", "appli=4", 1), want: 4},
			{body: strings.Replace(weightForm, "946700001", "946700002", 1), want: 5},
			{body: weightForm, later: 2*time.Second - time.Millisecond, want: 5},
			{body: weightForm, later: time.Millisecond, want: 6}, // a correction or deletion has the same content
			{body: day, want: 7},
			{body: day, later: 2 * time.Second, want: 8}, // another step on the same day is new
			{body: bed, want: 9},
			{body: bed, later: 10*time.Minute - time.Second, want: 9},
			{body: bed, later: time.Second, want: 10},
			{body: vague, want: 11},
			{body: vague, later: 59 * time.Second, want: 11},
			{body: vague, later: time.Second, want: 12},
		} {
			<-time.After(step.later)
			if got := post(step.body); got != step.want {
				t.Errorf("step %d: %d delivered, want %d", i, got, step.want)
			}
		}
		if stats := listener.Stats(); stats.Received != 16 || stats.Duplicates != 4 {
			t.Errorf("stats %+v", stats)
		}
	})
}

// The oldest notification is forgotten first.
func TestDedupeIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := new(recorder).options()
		o.Limit = push.Limit{PerSecond: 1e6, Burst: 1e6}
		listener := newListener(t, o)
		for i := range push.MaxSeen + 1 {
			serveRequest(listener, request(http.MethodPost, callbackPath, uniqueForm(alice, i)))
			<-time.After(time.Millisecond)
		}
		for i, want := range map[int]uint64{0: 0, push.MaxSeen: 1, 2: 1} {
			before := listener.Stats().Duplicates
			serveRequest(listener, request(http.MethodPost, callbackPath, uniqueForm(alice, i)))
			if got := listener.Stats().Duplicates - before; got != want {
				t.Errorf("notification %d: %d duplicates, want %d", i, got, want)
			}
		}
	})
}

// What was answered with 200 is not lost when the program stops; what arrives
// later is refused, so that it is sent again.
func TestStopDrainsQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		listener := newListener(t, d.options())
		serveRequest(listener, request(http.MethodPost, callbackPath, uniqueForm(alice, 1)))
		serveRequest(listener, request(http.MethodPost, callbackPath, uniqueForm(alice, 2)))
		runListener(t, listener)()
		if got := d.delivered(); len(got) != 2 {
			t.Errorf("delivered %+v", got)
		}
		answer := serveRequest(listener, request(http.MethodPost, callbackPath, uniqueForm(alice, 3)))
		if answer.Code != http.StatusServiceUnavailable {
			t.Errorf("answered %d after the end", answer.Code)
		}
		if refused := listener.Stats().Refused[push.RefusedStopping]; refused != 1 {
			t.Errorf("%d refused", refused)
		}
	})
}

func TestFullQueueCoalesces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := new(recorder)
		o := d.options()
		o.QueueSize = 4
		blocked := make(chan struct{})
		o.Deliver = func(n push.Notification) {
			<-blocked
			d.deliver(n)
		}
		listener := newListener(t, o)
		stop := runListener(t, listener)
		synctest.Wait()
		for i := range 20 {
			user := alice
			if i%2 == 1 {
				user = bob
			}
			r := request(http.MethodPost, callbackPath, uniqueForm(user, i))
			if answer := serveRequest(listener, r); answer.Code != 200 {
				t.Errorf("answered %d", answer.Code)
			}
			synctest.Wait()
		}
		close(blocked)
		stop()
		byCategory := map[withings.Category]int{}
		users := map[string]int{}
		for _, n := range d.delivered() {
			byCategory[n.Category]++
			if n.Category == withings.CategoryAny {
				users[n.UserID]++
			}
		}
		// One is being delivered, four wait, the rest is coalesced per user.
		if byCategory[withings.CategoryWeight] != 5 || users[alice] != 1 || users[bob] != 1 {
			t.Errorf("delivered %v, anything %v", byCategory, users)
		}
		if stats := listener.Stats(); stats.Dropped != 15 || stats.Received != 20 {
			t.Errorf("stats %+v", stats)
		}
		log := d.log()
		if strings.Count(log, `"level":"warn"`) != 1 || !strings.Contains(log, "queue full") ||
			strings.Contains(log, alice) {
			t.Errorf("log %s", log)
		}
	})
}

// failingReader is a body whose sender is gone.
type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBrokenBody(t *testing.T) {
	t.Parallel()
	listener := newListener(t, new(recorder).options())
	r := request(http.MethodPost, callbackPath, "x")
	r.Body = io.NopCloser(failingReader{})
	if answer := serveRequest(listener, r); answer.Code != http.StatusRequestTimeout ||
		listener.Stats().Refused[push.RefusedSlow] != 1 {
		t.Errorf("%d, %+v", answer.Code, listener.Stats())
	}
	// One whose length is too large is not read at all.
	r = request(http.MethodPost, callbackPath, "x")
	r.Body, r.ContentLength = io.NopCloser(failingReader{}), push.MaxBodySize+1
	if answer := serveRequest(listener, r); answer.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", answer.Code)
	}
	// A body without a length is counted while it is read.
	r = request(http.MethodPost, callbackPath, "x")
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(strings.Repeat("x", push.MaxBodySize+1))), -1
	if answer := serveRequest(listener, r); answer.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", answer.Code)
	}
}
