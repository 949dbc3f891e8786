// SPDX-License-Identifier: MIT

package web_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"vitals2mqtt/internal/secret"
	"vitals2mqtt/web"
	"vitals2mqtt/web/ingresstest"
)

// withIngress is the page of the app. Requests of the test come from the
// Supervisor.
func withIngress(o *web.Options) {
	o.Ingress = web.Ingress{Listen: "127.0.0.1:0", From: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
}

// reply is an answer of a real server.
type reply struct {
	status int
	header http.Header
	body   string
}

// send sends a request to a real server.
func send(t *testing.T, method, target, body string, header ...string) reply {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{answer.StatusCode, answer.Header, string(text)}
}

// throughIngress runs a page and returns its address in Home Assistant.
func throughIngress(t *testing.T, options web.Options) (server *web.Server, base string) {
	t.Helper()
	withIngress(&options)
	server, stop := start(t, options)
	proxy := ingresstest.New(server.IngressAddr().String())
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	home := httptest.NewServer(proxy)
	t.Cleanup(func() {
		home.Close()
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return server, home.URL + proxy.Prefix
}

func TestPageThroughIngress(t *testing.T) {
	t.Parallel()
	h := newHarness()
	options := h.options()
	withPassword(&options)
	_, base := throughIngress(t, options)
	answer := send(t, http.MethodGet, base+"/", "", "Accept", acceptHTML)
	body, prefix := answer.body, base[strings.LastIndex(base, "/api/"):]
	for _, want := range []string{
		"Alice", `href="` + prefix + `/style.css"`, `href="` + prefix + `/profiles/bob/sign-in"`, `action="` + prefix + `/api/refresh"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q:\n%s", want, body)
		}
	}
	if strings.Contains(body, "/sign-out") {
		t.Error("one cannot sign out: Home Assistant has signed in")
	}
	policy := answer.header.Get("Content-Security-Policy")
	if !strings.HasSuffix(policy, "frame-ancestors 'self'") || answer.header.Get("X-Frame-Options") != "" ||
		answer.header.Get("X-Content-Type-Options") != "nosniff" || answer.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", answer.header)
	}
	if answer := send(t, http.MethodHead, base+"/", ""); answer.status != http.StatusOK || answer.body != "" {
		t.Errorf("HEAD: %+v", answer)
	}
	if answer := send(t, http.MethodGet, base+"/style.css", ""); answer.status != http.StatusOK ||
		!strings.Contains(answer.body, "color-scheme") || answer.header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("style: %+v", answer)
	}
	answer = send(t, http.MethodGet, base+"/sign-in?next=/metrics", "", "Accept", acceptHTML)
	if got := answer.header.Get("Location"); got != prefix+"/metrics" {
		t.Errorf("there is no password: leads to %q", got)
	}
	answer = send(t, http.MethodGet, base+"/login/bob", "", "Accept", acceptHTML)
	if got := answer.header.Get("Location"); !strings.HasPrefix(got, "https://account.example/") {
		t.Errorf("the sign-in leads to %q", got)
	}
}

// TestChangeThroughIngressNeedsTheToken: origin and host are of no use there.
func TestChangeThroughIngressNeedsTheToken(t *testing.T) {
	t.Parallel()
	h := newHarness()
	_, base := throughIngress(t, h.options())
	body := send(t, http.MethodGet, base+"/", "").body
	token := url.Values{"token": {formToken(t, body)}}.Encode()
	body = send(t, http.MethodGet, base+"/", "", "X-Remote-User-Id", "somebody-else").body // the Supervisor replaces it
	again := url.Values{"token": {formToken(t, body)}}.Encode()
	for _, row := range []struct {
		name, form string
		header     []string
		status     int
	}{
		{"without", "", nil, http.StatusForbidden},
		{"without, same origin", "", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusForbidden},
		{"invented", "token=x", nil, http.StatusForbidden},
		{"right", token, []string{"Origin", "http://homeassistant.local:8123", "Accept", acceptHTML}, http.StatusSeeOther},
		{"right, later", again, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusAccepted},
	} {
		h.polls = nil
		answer := send(t, http.MethodPost, base+"/api/refresh", row.form, row.header...)
		if answer.status != row.status || (len(h.polls) > 0) != (row.status < http.StatusBadRequest) {
			t.Errorf("%s: %+v, polled %v", row.name, answer, h.polls)
		}
		if row.status == http.StatusSeeOther && !strings.HasSuffix(base+"/", answer.header.Get("Location")) {
			t.Errorf("%s: leads to %q", row.name, answer.header.Get("Location"))
		}
	}
}

// TestTokensBelongToOneUser: users of Home Assistant see the same page, and
// cannot make each other's browsers change something.
func TestTokensBelongToOneUser(t *testing.T) {
	t.Parallel()
	server, base := throughIngress(t, newHarness().options())
	token := url.Values{"token": {formToken(t, send(t, http.MethodGet, base+"/", "").body)}}.Encode()
	bob := ingresstest.New(server.IngressAddr().String())
	bob.User, bob.Transport = "bob", &http.Transport{DisableKeepAlives: true}
	home := httptest.NewServer(bob)
	defer home.Close()
	if answer := send(t, http.MethodPost, home.URL+bob.Prefix+"/api/refresh", token); answer.status != http.StatusForbidden {
		t.Errorf("Bob with Alice's token: %+v", answer)
	}
}

func TestIngressAnswersTheSupervisorOnly(t *testing.T) {
	t.Parallel()
	const path = "/api/hassio_ingress/abc"
	for _, row := range []struct {
		name   string
		from   []netip.Prefix
		path   string
		status int
	}{
		{"nobody has said who", nil, path, http.StatusForbidden},
		{"another address", []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}, path, http.StatusForbidden},
		{"a network", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, path, http.StatusOK},
		{"a slash at its end", []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, path + "/", http.StatusOK},
	} {
		h := newHarness()
		options := h.options()
		options.Ingress = web.Ingress{Listen: "127.0.0.1:0", From: row.from}
		server, stop := start(t, options)
		answer := send(t, http.MethodGet, "http://"+server.IngressAddr().String()+"/", "", "X-Ingress-Path", row.path,
			"X-Forwarded-For", web.SupervisorAddress)
		if answer.status != row.status || strings.Contains(answer.body, "Alice") != (row.status == http.StatusOK) {
			t.Errorf("%s: %+v", row.name, answer)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if warned := strings.Contains(h.log.String(), "only the Supervisor"); warned != (row.status == http.StatusForbidden) {
			t.Errorf("%s: logged %s", row.name, h.log.String())
		}
	}
}

func TestIngressPrefixIsChecked(t *testing.T) {
	t.Parallel()
	h := newHarness()
	options := h.options()
	withIngress(&options)
	server, stop := start(t, options)
	ask := func(paths ...string) int {
		var header []string
		for _, path := range paths {
			header = append(header, "X-Ingress-Path", path)
		}
		answer := send(t, http.MethodGet, "http://"+server.IngressAddr().String()+"/", "", header...)
		if strings.Contains(answer.body, "evil") {
			t.Errorf("%q is in the page", paths)
		}
		return answer.status
	}
	for _, path := range []string{
		"", "/", "//evil.example", "/api//evil", "/../evil", "/api/../evil", "/a/./evil", "evil", "https://evil.example",
		`/evil"onload=`, "/evil?x", "/evil#x", "/%2e%2e/evil", "/ev il", "/a\\evil", "/" + strings.Repeat("evil/", 60), "/a.evil",
		"/" + strings.Repeat("evil", 40),
	} {
		if status := ask(path); status != http.StatusBadRequest {
			t.Errorf("%q: %d", path, status)
		}
	}
	if status := ask("/a", "/b"); status != http.StatusBadRequest {
		t.Errorf("two: %d", status)
	}
	if status := ask(); status != http.StatusBadRequest {
		t.Errorf("none: %d", status)
	}
	if status := ask("/api/hassio_ingress/hN4-m_3"); status != http.StatusOK {
		t.Errorf("Home Assistant's: %d", status)
	}
	metrics := request(t, server.Handler(), http.MethodGet, "/metrics").Body.String()
	if !strings.Contains(metrics, `vitals2mqtt_page_refused_total{reason="ingress"} 20`) {
		t.Errorf("not counted:\n%s", metrics)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// TestFramesAreForIngressOnly: the header of ingress means nothing at the other
// listener.
func TestFramesAreForIngressOnly(t *testing.T) {
	t.Parallel()
	page := newHarness().handler(t, withIngress)
	answer := request(t, page, http.MethodGet, "/", "X-Ingress-Path", "/evil", "X-Remote-User-Id", "evil")
	if !strings.HasSuffix(answer.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") ||
		answer.Header().Get("X-Frame-Options") != "DENY" || strings.Contains(answer.Body.String(), "evil") {
		t.Errorf("%v\n%s", answer.Header(), answer.Body)
	}
}

// TestPageIsClosedWithoutPassword: the port of the app is for the callback,
// notifications and health checks until there is a password.
func TestPageIsClosedWithoutPassword(t *testing.T) {
	t.Parallel()
	h := newHarness()
	options := h.options()
	options.Listen = "0.0.0.0:0"
	server, base := throughIngress(t, options)
	for target, want := range map[string]int{
		"/": http.StatusForbidden, "/api/overview": http.StatusForbidden, "/login/alice": http.StatusForbidden,
		"/metrics": http.StatusForbidden, "/healthz": http.StatusOK, "/oauth/callback": http.StatusBadRequest,
	} {
		answer := request(t, server.Handler(), http.MethodGet, target, "Accept", acceptHTML)
		if answer.Code != want || strings.Contains(answer.Body.String(), "Alice") {
			t.Errorf("%s: %d", target, answer.Code)
		}
	}
	if answer := request(t, server.Handler(), http.MethodPost, "/api/refresh"); answer.Code != http.StatusForbidden {
		t.Errorf("a change: %d", answer.Code)
	}
	_, port, err := net.SplitHostPort(server.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	commands := "http://127.0.0.1:" + port + "/api/overview" // such as `vitals2mqtt status`
	if answer := send(t, http.MethodGet, commands, ""); answer.status != http.StatusOK {
		t.Errorf("commands: %+v", answer)
	}
	if answer := send(t, http.MethodGet, commands, "", "X-Forwarded-For", "192.0.2.7"); answer.status != http.StatusForbidden {
		t.Errorf("through a proxy on this machine: %+v", answer)
	}
	if answer := send(t, http.MethodGet, base+"/", ""); answer.status != http.StatusOK {
		t.Errorf("in Home Assistant: %+v", answer)
	}
	options.Listen, options.Password = "0.0.0.0:0", secret.New("right")
	withIngress(&options)
	open, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	answer := request(t, open.Handler(), http.MethodGet, "/", "Authorization", basicAuth("", "right"))
	if answer.Code != http.StatusOK {
		t.Errorf("with a password: %d", answer.Code)
	}
}

func TestTakenIngressPortIsReported(t *testing.T) {
	t.Parallel()
	h := newHarness()
	first := h.options()
	withIngress(&first)
	running, stop := start(t, first)
	second := h.options()
	withIngress(&second)
	second.Ingress.Listen = running.IngressAddr().String()
	server, err := web.New(second)
	if err != nil {
		t.Fatal(err)
	}
	err = server.Run(context.WithoutCancel(t.Context()))
	if err == nil || !strings.Contains(err.Error(), "web.ingress_listen") || server.Addr() != nil {
		t.Errorf("%v, bound to %v", err, server.Addr())
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	second.Ingress.Listen = "8098"
	if _, err := web.New(second); err == nil {
		t.Error("no error for an address without a port")
	}
}
