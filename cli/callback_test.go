package cli_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Whatever is registered, letter for letter, is what consent and exchange name; the
// page has nothing to do with it.
func TestPasteAcceptsAnyRegisteredCallback(t *testing.T) {
	t.Parallel()
	for _, callback := range []string{
		"https://example.org/", "https://example.org", "https://example.org/a%2Fb/?from=portal",
		"http://homeserver.lan:8099/oauth/callback/",
	} {
		o, folder := startHarness(t, callback), t.TempDir()
		path := o.configure(t, folder, "[Alice]", "[weight_kg]", "  base_url: https://vitals.example.org", "  callback_url: "+callback)
		login := startProgram(t, "--config", path, "login", "alice", "--paste")
		code, err := loginByPaste(t.Context(), login, "Alice", "allow")
		if err != nil || code != 0 || !strings.Contains(login.stdout.String(), "The browser then goes to "+callback) {
			t.Errorf("%s: %d, %v\n%s%s", callback, code, err, login.stdout, login.stderr)
		}
	}
}

// The page answers where the callback leads to it, under a proxy's name too, and
// says beforehand that it may not.
func TestDaemonFinishesSignInAtCallback(t *testing.T) {
	t.Parallel()
	const callback = "https://vitals.example.org/signed/in"
	ctx, o, folder, address := t.Context(), startHarness(t, callback), t.TempDir(), freeAddress(t)
	path := o.configure(t, folder, "[Alice]", "[weight_kg]", "  callback_url: "+callback, "web: {listen: "+address+", password: page}")
	startProgram(t, "--config", path, "run")
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/status", "offline"))
	ask := func(target string) *http.Request {
		request := get(t, target)
		request.SetBasicAuth("anybody", "page")
		return request
	}
	if _, err := redirectOf(ask("http://" + address + "/login/alice")); err == nil || !strings.Contains(err.Error(), "login alice --paste") {
		t.Errorf("nothing is said beforehand: %v", err)
	}
	link, err := redirectOf(ask("http://" + address + "/login/alice?continue=1"))
	must(t, err)
	landed, err := consent(ctx, link, "Alice", "allow")
	must(t, err)
	back, err := url.Parse(landed)
	must(t, err)
	if !strings.HasPrefix(landed, callback+"?") {
		t.Errorf("the browser is sent to %s", landed)
	}
	back.Scheme, back.Host = "http", address // as the proxy of that name does
	if _, err := redirectOf(get(t, back.String())); err == nil || !strings.Contains(err.Error(), "200 OK") {
		t.Errorf("the callback page says %v", err)
	}
	must(t, o.waitRetained(ctx, "vitals2mqtt/alice/status", "online"))
}
