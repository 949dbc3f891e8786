// SPDX-License-Identifier: MIT

package web_test

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
)

const acceptHTML = "text/html,application/xhtml+xml,*/*;q=0.8"

func withSessions(o *web.Options) {
	o.Password, o.SessionKey = secret.New("right"), secret.New("client secret\nright")
}

// signInByForm sends the form with a password.
func signInByForm(t *testing.T, page http.Handler, password, next string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	return postForm(t, page, "/sign-in", url.Values{"password": {password}, "next": {next}}, header...)
}

// cookieOf returns the session that an answer sets, nil for none.
func cookieOf(answer *httptest.ResponseRecorder) *http.Cookie {
	for _, cookie := range answer.Result().Cookies() {
		if cookie.Name == "vitals2mqtt_session" {
			return cookie
		}
	}
	return nil
}

// sessionOf signs in and returns the cookie.
func sessionOf(t *testing.T, page http.Handler) *http.Cookie {
	t.Helper()
	cookie := cookieOf(signInByForm(t, page, "right", "/"))
	if cookie == nil {
		t.Fatal("no session")
	}
	return cookie
}

// visit requests a page with a session.
func visit(t *testing.T, page http.Handler, target, cookie string) *httptest.ResponseRecorder {
	t.Helper()
	return request(t, page, http.MethodGet, target, "Accept", acceptHTML, "Cookie", "vitals2mqtt_session="+cookie)
}

func TestBrowsersSignInByForm(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, withSessions)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		answer := request(t, page, method, "/login/alice?switch=1", "Accept", acceptHTML)
		if answer.Code != http.StatusSeeOther || answer.Header().Get("WWW-Authenticate") != "" ||
			answer.Header().Get("Location") != "/sign-in?next=%2Flogin%2Falice%3Fswitch%3D1" {
			t.Errorf("%s without a session: %d, %v", method, answer.Code, answer.Header())
		}
	}
	form := request(t, page, http.MethodGet, "/sign-in?next=%2Flogin%2Falice%3Fswitch%3D1", "Accept", acceptHTML)
	for _, want := range []string{
		`action="/sign-in"`, `value="/login/alice?switch=1"`, `autocomplete="current-password"`, `lang="en"`, "<h1>",
		`<label for="password"`,
	} {
		if !strings.Contains(form.Body.String(), want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	if strings.Contains(form.Body.String(), "Alice") || form.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v\n%s", form.Header(), form.Body)
	}
	wrong := signInByForm(t, page, "wrong", "/", "Accept-Language", "de")
	if wrong.Code != http.StatusForbidden || len(wrong.Result().Cookies()) > 0 ||
		!strings.Contains(wrong.Body.String(), "Das ist nicht das Passwort") {
		t.Errorf("wrong password: %d %s", wrong.Code, wrong.Body)
	}
	right := signInByForm(t, page, "right", "/login/alice?switch=1")
	cookie := cookieOf(right)
	if right.Code != http.StatusSeeOther || right.Header().Get("Location") != "/login/alice?switch=1" || cookie == nil {
		t.Fatalf("%d, %v", right.Code, right.Header())
	}
	if !cookie.HttpOnly || cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" ||
		cookie.MaxAge != 30*24*60*60 || strings.Contains(cookie.Value, "right") {
		t.Errorf("%+v", cookie)
	}
	shown := visit(t, page, "/", cookie.Value)
	if shown.Code != http.StatusOK || !strings.Contains(shown.Body.String(), "Alice") ||
		!strings.Contains(shown.Body.String(), `action="/sign-out"`) {
		t.Errorf("%d %s", shown.Code, shown.Body)
	}
	if again := visit(t, page, "/sign-in?next=/metrics", cookie.Value); again.Header().Get("Location") != "/metrics" {
		t.Errorf("the form with a session: %d, %v", again.Code, again.Header())
	}
	if strings.Contains(h.log.String(), cookie.Value) {
		t.Error("the session is in the log")
	}
}

// TestClientsKeepBasicAuthentication: the dialog of browsers appears nowhere.
func TestClientsKeepBasicAuthentication(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, withSessions)
	for name, row := range map[string]struct {
		method, target string
		header         []string
		status         int
		challenged     bool
	}{
		"curl":              {"GET", "/", []string{"Accept", "*/*"}, http.StatusUnauthorized, true},
		"curl -u":           {"GET", "/", []string{"Authorization", basicAuth("", "right")}, http.StatusOK, false},
		"curl -u, wrong":    {"GET", "/", []string{"Authorization", basicAuth("", "wrong")}, http.StatusUnauthorized, true},
		"API":               {"GET", "/api/overview", nil, http.StatusUnauthorized, true},
		"browser":           {"GET", "/", []string{"Accept", acceptHTML}, http.StatusSeeOther, false},
		"browser, old form": {"POST", "/api/refresh", []string{"Accept", acceptHTML}, http.StatusSeeOther, false},
		"script":            {"GET", "/api/overview", []string{"Sec-Fetch-Mode", "cors"}, http.StatusUnauthorized, false},
		"script by http":    {"GET", "/api/overview", []string{"Referer", "http://localhost:8099/"}, http.StatusUnauthorized, false},
		"stream":            {"GET", "/api/overview", []string{"Accept", "text/event-stream"}, http.StatusUnauthorized, false},
	} {
		answer := request(t, page, row.method, row.target, row.header...)
		if answer.Code != row.status || (answer.Header().Get("WWW-Authenticate") != "") != row.challenged {
			t.Errorf("%s: %d, %v", name, answer.Code, answer.Header())
		}
	}
	if answer := request(t, newHarness().handler(t, nil), http.MethodGet, "/sign-in"); answer.Code != http.StatusSeeOther {
		t.Errorf("the form where no password is needed: %d", answer.Code)
	}
}

func TestSignInLeadsToThisPageOnly(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{
		"":                            "/",
		"/history?range=1y&x=%2F%2Fa": "/history?range=1y&x=%2F%2Fa",
		"/values/alice/weight_kg":     "/values/alice/weight_kg",
		"//evil.example":              "/",
		"///evil.example":             "/",
		`/\evil.example`:              "/",
		`\\evil.example`:              "/",
		"/\t/evil.example":            "/",
		"/\n/evil.example":            "/",
		"/%2F/evil.example":           "/",
		"/.//evil.example":            "/",
		"https://evil.example/":       "/",
		"https:evil.example":          "/",
		"javascript:alert(1)":         "/",
		"evil.example":                "/",
		"/a\r\nSet-Cookie: a=b":       "/",
		"/a#b":                        "/a",
	} {
		for _, prefix := range []string{"", "/vitals"} {
			page := newHarness().handler(t, func(o *web.Options) {
				withSessions(o)
				if prefix != "" {
					o.BaseURL = "http://localhost:8099" + prefix
				}
			})
			answer := signInByForm(t, page, "right", next)
			if got := answer.Header().Get("Location"); got != prefix+want {
				t.Errorf("%q: leads to %q", next, got)
			}
		}
	}
}

// TestSignInBelowAPath: a proxy may remove the path of the base URL or not.
func TestSignInBelowAPath(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, func(o *web.Options) { withSessions(o); o.BaseURL = "http://localhost:8099/vitals" })
	for _, target := range []string{"/vitals/metrics?a=b", "/metrics?a=b"} {
		answer := request(t, page, http.MethodGet, target, "Accept", acceptHTML)
		if got := answer.Header().Get("Location"); got != "/vitals/sign-in?next=%2Fmetrics%3Fa%3Db" {
			t.Errorf("%s leads to %q", target, got)
		}
	}
	form := request(t, page, http.MethodGet, "/vitals/sign-in?next=%2Fmetrics%3Fa%3Db", "Accept", acceptHTML).Body.String()
	for _, want := range []string{`action="/vitals/sign-in"`, `name="next" value="/metrics?a=b"`, `href="/vitals/style.css"`} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %s:\n%s", want, form)
		}
	}
	cookie := cookieOf(postForm(t, page, "/vitals/sign-in", url.Values{"password": {"right"}}))
	if cookie == nil || cookie.Path != "/vitals/" {
		t.Fatalf("%+v", cookie)
	}
	if answer := visit(t, page, "/vitals/", cookie.Value); answer.Code != http.StatusOK {
		t.Errorf("%d", answer.Code)
	}
	answer := postForm(t, page, "/vitals/sign-out", nil, "Cookie", cookie.Name+"="+cookie.Value)
	if got := answer.Header().Get("Location"); got != "/vitals/sign-in" {
		t.Errorf("signing out leads to %q", got)
	}
}

func TestForgedSessionsAreRefused(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, withSessions)
	cookie := sessionOf(t, page).Value
	bits, err := base64.RawURLEncoding.DecodeString(cookie)
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(name, value string) {
		if answer := visit(t, page, "/", value); answer.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", name, answer.Code)
		}
	}
	for i := range bits {
		changed := slices.Clone(bits)
		changed[i] ^= 0x40
		refuse("tampered", base64.RawURLEncoding.EncodeToString(changed))
	}
	for _, value := range []string{"", "x", cookie[1:], cookie + "AAAA", strings.Repeat("A", len(cookie))} {
		refuse("forged", value)
	}
	refuse("of another installation", sessionOf(t, newHarness().handler(t, func(o *web.Options) {
		o.Password, o.SessionKey = secret.New("right"), secret.New("another secret\nright")
	})).Value)
	refuse("without a key", sessionOf(t, newHarness().handler(t, withPassword)).Value)
	restarted := newHarness().handler(t, withSessions)
	if answer := visit(t, restarted, "/", cookie); answer.Code != http.StatusOK {
		t.Errorf("after a restart: %d", answer.Code)
	}
	changed := newHarness().handler(t, func(o *web.Options) {
		o.Password, o.SessionKey = secret.New("new"), secret.New("client secret\nnew")
	})
	if answer := visit(t, changed, "/", cookie); answer.Code != http.StatusSeeOther {
		t.Errorf("with another password: %d", answer.Code)
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		page := newHarness().handler(t, withSessions)
		cookie := sessionOf(t, page).Value
		<-time.After(30*24*time.Hour - time.Second)
		if answer := visit(t, page, "/", cookie); answer.Code != http.StatusOK {
			t.Errorf("just before its end: %d", answer.Code)
		}
		<-time.After(time.Second)
		if answer := visit(t, page, "/", cookie); answer.Code != http.StatusSeeOther {
			t.Errorf("at its end: %d", answer.Code)
		}
	})
}

func TestSignOutEndsTheSession(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, withSessions)
	cookie, other := sessionOf(t, page).Value, sessionOf(t, page).Value
	token := formToken(t, visit(t, page, "/", cookie).Body.String())
	send := func(token, cookie string, header ...string) *httptest.ResponseRecorder {
		return postForm(t, page, "/sign-out", url.Values{"token": {token}},
			append([]string{"Cookie", "vitals2mqtt_session=" + cookie, "Accept", acceptHTML}, header...)...)
	}
	for name, answer := range map[string]*httptest.ResponseRecorder{
		"of another site": send("", cookie, "Origin", "https://evil.example"),
		"token of another session": send(formToken(t, visit(t, page, "/", other).Body.String()), cookie,
			"Origin", "https://evil.example"),
	} {
		if answer.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, answer.Code)
		}
	}
	if answer := visit(t, page, "/", cookie); answer.Code != http.StatusOK {
		t.Fatalf("signed out by another site: %d", answer.Code)
	}
	answer := send(token, cookie)
	removed := cookieOf(answer)
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/sign-in" || removed == nil ||
		removed.MaxAge >= 0 || removed.Value != "" || answer.Header().Get("Clear-Site-Data") != `"cache"` {
		t.Errorf("%d, %v", answer.Code, answer.Header())
	}
	if answer := visit(t, page, "/", cookie); answer.Code != http.StatusSeeOther {
		t.Errorf("a copy of the cookie: %d", answer.Code)
	}
	if answer := visit(t, page, "/", other); answer.Code != http.StatusOK {
		t.Errorf("another browser: %d", answer.Code)
	}
}

// TestFormIsThrottledLikeBasicAuthentication: both share one allowance.
func TestFormIsThrottledLikeBasicAuthentication(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarness()
		page := h.handler(t, withSessions)
		cookie := sessionOf(t, page).Value
		wrong := 0
		for range 50 {
			switch answer := signInByForm(t, page, "wrong", "/"); answer.Code {
			case http.StatusForbidden:
				wrong++
			case http.StatusTooManyRequests:
				if answer.Header().Get("Retry-After") != "5" || !strings.Contains(answer.Body.String(), "Next try in 5 s") {
					t.Fatalf("%v %s", answer.Header(), answer.Body)
				}
			default:
				t.Fatalf("%d", answer.Code)
			}
		}
		if wrong != 10 {
			t.Errorf("%d of 50 passwords were compared", wrong)
		}
		if answer := signInByForm(t, page, "right", "/"); answer.Code != http.StatusTooManyRequests {
			t.Errorf("the right password in between: %d", answer.Code)
		}
		if answer := requestFrom(t, page, "192.0.2.1:1234", "right"); answer.Code != http.StatusTooManyRequests {
			t.Errorf("basic authentication in between: %d", answer.Code)
		}
		if answer := visit(t, page, "/", cookie); answer.Code != http.StatusOK {
			t.Errorf("a browser with a session: %d", answer.Code)
		}
		if n := strings.Count(h.log.String(), "wrong page password"); n != 1 {
			t.Errorf("logged %d times: %s", n, h.log.String())
		}
	})
}

// TestTokenOfTheFormIsGoodForNothingElse: everybody can read that form.
func TestTokenOfTheFormIsGoodForNothingElse(t *testing.T) {
	t.Parallel()
	h := newHarness()
	page := h.handler(t, withSessions)
	token := formToken(t, request(t, page, http.MethodGet, "/sign-in", "Accept", acceptHTML).Body.String())
	foreign := []string{"Origin", "https://vitals.example"}
	form := url.Values{"token": {token}, "password": {"right"}}
	answer := postForm(t, page, "/api/refresh", form, append(foreign, "Authorization", basicAuth("", "right"))...)
	if answer.Code != http.StatusForbidden || len(h.polls) > 0 {
		t.Errorf("another form: %d", answer.Code)
	}
	if answer := postForm(t, page, "/sign-in", form, foreign...); answer.Code != http.StatusSeeOther {
		t.Errorf("behind a proxy that changes the host name: %d", answer.Code)
	}
	if answer := signInByForm(t, page, "right", "/", foreign...); answer.Code != http.StatusForbidden ||
		cookieOf(answer) != nil {
		t.Errorf("from another site: %d", answer.Code)
	}
}

func TestSessionCookieIsSecureByHTTPS(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		base   string
		header []string
		secure bool
		path   string
	}{
		{"", nil, false, "/"},
		{"https://localhost:8099/vitals", nil, true, "/vitals/"},
		{"https://localhost:8099", []string{"Origin", "https://localhost:8099"}, true, "/"},
		{"https://home.test", []string{"Origin", "http://localhost:8099"}, false, "/"},
		{"", []string{"X-Forwarded-Proto", "https"}, true, "/"},
	} {
		page := newHarness().handler(t, func(o *web.Options) { withSessions(o); o.BaseURL = row.base })
		cookie := cookieOf(signInByForm(t, page, "right", "/", row.header...))
		if cookie == nil || cookie.Secure != row.secure || cookie.Path != row.path {
			t.Errorf("%+v: %+v", row, cookie)
		}
	}
}
