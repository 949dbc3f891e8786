// SPDX-License-Identifier: MIT

package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
)

func withPassword(o *web.Options) { o.Password = secret.New("right") }

// requestFrom requests the page with a password, from an address.
func requestFrom(
	t *testing.T, page http.Handler, from, password string, cookies ...*http.Cookie,
) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost:8099/", http.NoBody)
	request.RemoteAddr = from
	request.SetBasicAuth("any", password)
	for _, cookie := range cookies {
		request.AddCookie(cookie)
	}
	answer := httptest.NewRecorder()
	page.ServeHTTP(answer, request)
	return answer
}

// guessPasswords sends wrong passwords and counts how many of them were
// compared.
func guessPasswords(t *testing.T, page http.Handler, times int, from func(i int) string) (compared int) {
	t.Helper()
	for i := range times {
		switch answer := requestFrom(t, page, from(i), "wrong"); answer.Code {
		case http.StatusUnauthorized:
			compared++
		case http.StatusTooManyRequests:
			if answer.Header().Get("Retry-After") == "" || answer.Header().Get("WWW-Authenticate") != "" {
				t.Fatalf("%v", answer.Header())
			}
		default:
			t.Fatalf("a wrong password: %d", answer.Code)
		}
	}
	return compared
}

func TestWrongPasswordsAreThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		page := h.handler(t, withPassword)
		attacker := func(int) string { return "192.0.2.66:4711" }
		if compared := guessPasswords(t, page, 5000, attacker); compared != 10 {
			t.Errorf("%d of 5000 passwords were compared at once", compared)
		}
		// Without an allowance, the right password must look like any other.
		answer := requestFrom(t, page, attacker(0), "right")
		if answer.Code != http.StatusTooManyRequests || answer.Header().Get("Retry-After") != "5" {
			t.Errorf("the right password in between: %d, %v", answer.Code, answer.Header())
		}
		if answer := requestFrom(t, page, "192.0.2.7:4711", "right"); answer.Code != http.StatusOK {
			t.Errorf("the right password from another address: %d", answer.Code)
		}
		compared := 0
		for range 60 { // a minute of an attack
			<-time.After(time.Second)
			compared += guessPasswords(t, page, 100, attacker)
		}
		if compared != 12 {
			t.Errorf("%d passwords were compared in a minute", compared)
		}
		<-time.After(5 * time.Second)
		if answer := requestFrom(t, page, attacker(0), "right"); answer.Code != http.StatusOK {
			t.Errorf("the right password after a moment of quiet: %d", answer.Code)
		}
	})
}

func TestRightPasswordsAreNotThrottled(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, withPassword)
	for i := range 200 {
		if answer := requestFrom(t, page, "192.0.2.7:4711", "right"); answer.Code != http.StatusOK {
			t.Fatalf("right password number %d: %d", i, answer.Code)
		}
		unasked := request(t, page, http.MethodGet, "/") // a browser's first request has none
		if unasked.Code != http.StatusUnauthorized || unasked.Header().Get("WWW-Authenticate") == "" {
			t.Fatalf("no password: %d", unasked.Code)
		}
	}
}

// TestThrottleCountsIPv6NetworkAsOneAddress counts addresses that one client
// can use as one.
func TestThrottleCountsIPv6NetworkAsOneAddress(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		from func(i int) string
		want int
	}{
		"other ports":          {func(i int) string { return fmt.Sprintf("192.0.2.66:%d", 1024+i) }, 10},
		"other hosts of a /64": {func(i int) string { return fmt.Sprintf("[2001:db8:0:1::%x]:4711", i+1) }, 10},
		"IPv4 written as IPv6": {func(i int) string {
			return []string{"192.0.2.66:1", "[::ffff:192.0.2.66]:1"}[i%2]
		}, 10},
		"other zones":             {func(i int) string { return fmt.Sprintf("[fe80::1%%eth%d]:4711", i) }, 10},
		"no address":              {func(i int) string { return fmt.Sprint("@", i) }, 10},
		"other networks, of IPv6": {func(i int) string { return fmt.Sprintf("[2001:db8:0:%x::1]:4711", i) }, 100},
		"other hosts, of IPv4":    {func(i int) string { return fmt.Sprintf("192.0.2.%d:4711", i) }, 100},
	} {
		synctest.Test(t, func(t *testing.T) {
			page := newHarness().handler(t, withPassword)
			if compared := guessPasswords(t, page, 100, row.from); compared != row.want {
				t.Errorf("%s: %d passwords were compared, want %d", name, compared, row.want)
			}
		})
	}
}

// TestThrottleBoundsTrackedAddresses: addresses beyond the limit share one
// allowance, and addresses with a full allowance are forgotten.
func TestThrottleBoundsTrackedAddresses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		page := newHarness().handler(t, withPassword)
		first := func(i int) string { return fmt.Sprintf("10.0.%d.%d:1", i/256, i%256) }
		other := func(i int) string { return fmt.Sprintf("10.1.%d.%d:1", i/256, i%256) }
		if compared := guessPasswords(t, page, 1024, first); compared != 1024 {
			t.Errorf("%d of 1024 addresses could try once", compared)
		}
		if compared := guessPasswords(t, page, 5000, other); compared != 10 {
			t.Errorf("%d tries of addresses beyond the table were compared", compared)
		}
		<-time.After(10 * time.Second)
		if compared := guessPasswords(t, page, 1000, other); compared != 1000 {
			t.Errorf("%d of 1000 addresses could try once, after the others were forgotten", compared)
		}
	})
}

// TestKnownBrowserHasItsOwnAllowance: an attacker behind the same proxy cannot
// lock out a browser that has sent the right password before.
func TestKnownBrowserHasItsOwnAllowance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		page := newHarness().handler(t, func(o *web.Options) {
			withPassword(o)
			o.BaseURL = "https://home.test/vitals"
		})
		proxy := func(int) string { return "127.0.0.1:4711" }
		cookies := requestFrom(t, page, proxy(0), "right").Result().Cookies()
		if len(cookies) != 1 || !cookies[0].HttpOnly || !cookies[0].Secure || cookies[0].Path != "/vitals/" ||
			cookies[0].SameSite != http.SameSiteLaxMode {
			t.Fatalf("%+v", cookies)
		}
		guessPasswords(t, page, 1000, proxy)
		if answer := requestFrom(t, page, proxy(0), "right", cookies...); answer.Code != http.StatusOK {
			t.Errorf("the owner's browser: %d", answer.Code)
		}
		// The cookie does not replace the password, cannot be guessed, and has a
		// limit.
		if answer := requestFrom(t, page, proxy(0), "wrong", cookies...); answer.Code != http.StatusUnauthorized {
			t.Errorf("the cookie with a wrong password: %d", answer.Code)
		}
		guessed := &http.Cookie{Name: cookies[0].Name, Value: "guessed"}
		if answer := requestFrom(t, page, proxy(0), "right", guessed); answer.Code != http.StatusTooManyRequests {
			t.Errorf("another cookie: %d", answer.Code)
		}
		for range 20 {
			requestFrom(t, page, proxy(0), "wrong", cookies...)
		}
		if answer := requestFrom(t, page, proxy(0), "right", cookies...); answer.Code != http.StatusTooManyRequests {
			t.Errorf("a stolen cookie lifts the limit: %d", answer.Code)
		}
	})
}

// TestRefusalsAreLoggedOnceAndCounted: an attacker cannot fill the disk.
func TestRefusalsAreLoggedOnceAndCounted(t *testing.T) {
	t.Parallel()
	h := newHarness()
	options := h.options()
	withPassword(&options)
	server, stop := start(t, options)
	page := server.Handler()
	guessPasswords(t, page, 3000, func(int) string { return "192.0.2.66:4711" })
	for range 500 {
		request(t, page, http.MethodGet, "/", "Host", "evil.example")
	}
	for i := range 500 {
		request(t, page, http.MethodGet, "/", "Host", fmt.Sprintf("evil%d.example", i))
	}
	request(t, page, http.MethodGet, "/", "Host", "<b>\"\n")
	metrics := request(t, page, http.MethodGet, "/metrics", "Authorization", basicAuth("", "right")).Body.String()
	for _, want := range []string{`{reason="password"} 10`, `{reason="throttled"} 2990`, `{reason="host"} 1001`} {
		if !strings.Contains(metrics, "vitals2mqtt_page_refused_total"+want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	log := h.log.String()
	for text, want := range map[string]int{
		"wrong page password": 1, "untrusted host name": 8, `"host":"evil.example"`: 1,
		`"password":9,"throttled":2990,"host":993`: 1, "more requests": 1, "<b>": 0, "right": 0,
	} {
		if n := strings.Count(log, text); n != want {
			t.Errorf("%q is %d times in the log, want %d", text, n, want)
		}
	}
	if lines := strings.Count(log, "\n"); lines > 12 {
		t.Errorf("4001 refusals made %d lines", lines)
	}
}
