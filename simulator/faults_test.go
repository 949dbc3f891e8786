// SPDX-License-Identifier: MIT

package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// carolCloud has one person with one group, and her access token.
func carolCloud(t *testing.T) (*Cloud, tokens) {
	t.Helper()
	c := newCloud(Options{People: []Person{{Name: "Carol", Days: -1}, {Name: "Dave", Days: -1}}})
	c.Measure("Carol", 54, "97", c.Now())
	return c, signIn(t, c, "Carol")
}

func TestFaultSelection(t *testing.T) {
	t.Parallel()
	c, carol := carolCloud(t)
	dave := signIn(t, c, "Dave")
	measures := func(who tokens) envelope { return call(t, c, "measure", who.access, "action", "getmeas") }
	nights := func(who tokens) envelope {
		return call(t, c, "v2/sleep", who.access, "action", "getsummary", "lastupdate", "1")
	}
	for name, row := range map[string]struct {
		fault Fault
		want  [4]int // Carol's measures and nights, Dave's measures and nights
	}{
		"all":       {Fault{Call: "*"}, [4]int{522, 522, 522, 522}},
		"unnamed":   {Fault{}, [4]int{522, 522, 522, 522}},
		"service":   {Fault{Call: "v2/sleep *"}, [4]int{0, 522, 0, 522}},
		"action":    {Fault{Call: "measure getmeas"}, [4]int{522, 0, 522, 0}},
		"person":    {Fault{Person: "carol"}, [4]int{522, 522, 0, 0}},
		"person id": {Fault{Person: c.People()[1].UserID, Call: "v2/sleep getsummary"}, [4]int{0, 0, 0, 522}},
	} {
		row.fault.Status = 522
		c.SetFaults(row.fault)
		got := [4]int{measures(carol).Status, nights(carol).Status, measures(dave).Status, nights(dave).Status}
		if got != row.want {
			t.Errorf("%s: %v, want %v", name, got, row.want)
		}
	}
	c.SetFaults()
	c.AddFault(Fault{Call: "v2/sleep *", Status: 522})
	c.AddFault(Fault{Status: 601})
	if nights(carol).Status != 522 || measures(carol).Status != 601 {
		t.Error("the first match did not act")
	}
}

func TestFaultHTTP(t *testing.T) {
	t.Parallel()
	c, carol := carolCloud(t)
	for code, retry := range map[int]time.Duration{500: 0, 502: 0, 503: time.Minute, 429: 90 * time.Second} {
		c.SetFaults(Fault{HTTP: code, RetryAfter: retry})
		answer, err := post(t, c, "measure", carol.access, "action", "getmeas")
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		want := map[time.Duration]string{0: "", time.Minute: "60", 90 * time.Second: "90"}[retry]
		if answer.StatusCode != code || answer.Header.Get("Retry-After") != want ||
			!strings.HasPrefix(string(raw), "<html>") ||
			answer.Header.Get("Content-Type") != "text/html" {
			t.Errorf("HTTP %d %v: %s", answer.StatusCode, answer.Header, raw)
		}
	}
}

func TestFaultReset(t *testing.T) {
	t.Parallel()
	synctest.Test(t, resetsAndLostAnswers)
}

func resetsAndLostAnswers(t *testing.T) {
	t.Helper()
	c, carol := carolCloud(t)
	c.SetFaults(Fault{Call: "v2/oauth2 *", Reset: true, Times: 1})
	form := []string{
		"action", "requesttoken", "grant_type", "refresh_token", "client_id", c.ClientID(), "client_secret", c.ClientSecret(),
		"refresh_token", carol.refresh,
	}
	if err := failure(t, c, "v2/oauth2", "", form...); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	<-time.After(9 * time.Hour) // Longer than a replaced token lives.
	next := tokensOf(t, refresh(t, c, carol.refresh))
	form[len(form)-1] = next.refresh
	c.SetFaults(Fault{Call: "v2/oauth2 refresh_token", Lost: true, Times: 1})
	if err := failure(t, c, "v2/oauth2", "", form...); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	<-time.After(9 * time.Hour)
	status(t, refresh(t, c, next.refresh), 503, "invalid refresh_token")
}

func TestFaultResetOnASocket(t *testing.T) {
	t.Parallel()
	c, carol := carolCloud(t)
	server := httptest.NewServer(c)
	defer server.Close()
	c.SetFaults(Fault{Reset: true, Times: 1})
	ask := func() error {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/measure?action=getmeas", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+carol.access)
		answer, err := server.Client().Do(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		return err
	}
	if err := ask(); err == nil {
		t.Error("no reset")
	}
	if err := ask(); err != nil {
		t.Error(err)
	}
}

func TestFaultDelayHonorsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, carol := carolCloud(t)
		c.SetFaults(Fault{Delay: time.Minute})
		began := time.Now()
		status(t, call(t, c, "measure", carol.access, "action", "getmeas"), 0, "")
		if took := time.Since(began); took != time.Minute {
			t.Errorf("took %v", took)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		r, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://x/measure?action=getmeas", http.NoBody)
		began = time.Now()
		answer, err := c.Transport().RoundTrip(r)
		if err == nil {
			_ = answer.Body.Close()
		}
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != 30*time.Second {
			t.Errorf("%v after %v", err, took)
		}
	})
}

func TestFaultShapes(t *testing.T) {
	t.Parallel()
	c, carol := carolCloud(t)
	ask := func(shape Shape) string {
		c.SetFaults(Fault{Shape: shape})
		return text(t, c, "measure", carol.access, "action", "getmeas")
	}
	whole := ask(ShapeWhole)
	if !json.Valid([]byte(whole)) {
		t.Fatalf("not JSON: %s", whole)
	}
	if got := ask(ShapeTruncated); !strings.HasPrefix(whole, got) || json.Valid([]byte(got)) {
		t.Errorf("not truncated: %s", got)
	}
	if got := ask(ShapeHTML); !strings.HasPrefix(got, "<html>") {
		t.Errorf("not HTML: %s", got)
	}
	for shape, want := range map[Shape]string{
		ShapeNullBody: `{"status":0,"body":null}`,
		ShapeNoBody:   `{"status":0}`,
		ShapeListBody: `{"status":0,"body":[]}`,
		ShapeTextBody: `{"status":0,"body":"ok"}`,
	} {
		if got := ask(shape); got != want {
			t.Errorf("%s: %s", shape, got)
		}
	}
	for shape, want := range map[Shape]string{
		ShapeNullList:    `"measuregrps":null`,
		ShapeTextList:    `"measuregrps":"none"`,
		ShapeForeignList: `"measuregrps":[1,2]`,
		ShapeEmptyList:   `"measuregrps":[]`,
		ShapeNoList:      `"body":{"timezone"`,
	} {
		got := ask(shape)
		if !strings.Contains(got, want) || !strings.Contains(got, `"updatetime":`) || strings.Contains(got, "grpid") {
			t.Errorf("%s: %s", shape, got)
		}
	}
	if got := ask(ShapeNumbersAsText); !strings.Contains(got, `"value":"97"`) || !strings.Contains(got, `{"status":0,`) {
		t.Errorf("numbers: %s", got)
	}
}

func TestStrictCloudPanics(t *testing.T) {
	t.Parallel()
	for name, form := range map[string][]string{
		`unknown action "measure getheart"`:               {"measure", "action", "getheart"},
		"unknown path POST /v2/weather":                   {"v2/weather", "action", "get"},
		"unknown parameters of measure getmeas: bar, foo": {"measure", "action", "getmeas", "foo", "1", "bar", "2"},
		"unknown data field of v2/sleep getsummary: hr_avarage": {
			"v2/sleep", "action", "getsummary", "lastupdate", "1", "data_fields", "hr_avarage",
		},
		"unknown data field of v2/sleep get: heart": {
			"v2/sleep", "action", "get", "startdate", "1", "enddate", "2", "data_fields", "heart",
		},
		`unknown parameters of v2/oauth2 requesttoken: password`: {"v2/oauth2", "action", "requesttoken", "password", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, carol := carolCloud(t)
			defer func() {
				if got := recover(); got != "simulator: "+name {
					t.Errorf("panic %v, want %q", got, name)
				}
			}()
			t.Errorf("no panic: %v", failure(t, c, form[0], carol.access, form[1:]...))
		})
	}
}

func TestLenientCloud(t *testing.T) {
	t.Parallel()
	c := New(Options{Start: defaultStart(), People: []Person{{Name: "Carol", Days: -1}}})
	carol := signIn(t, c, "Carol")
	status(t, call(t, c, "measure", carol.access, "action", "getheart"), 2554, "Not implemented")
	status(t, call(t, c, "measure", carol.access, "action", "getmeas", "limit", "7"), 0, "")
	answer, err := post(t, c, "v2/weather", "")
	if err != nil || answer.StatusCode != http.StatusNotFound {
		t.Errorf("unknown path: %v, %v", answer, err)
	}
	_ = answer.Body.Close()
}
